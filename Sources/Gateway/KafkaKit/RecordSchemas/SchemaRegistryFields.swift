package import GatewayModel
internal import JSON

/// The field `schema_registry` of plugins that write records (reference section 1.11), with Sluice's own fields.
package enum SchemaRegistryFields {
    package static let field = NamedField(
        "schema_registry",
        .record([NamedField("confluent", confluent)]).describe(
            "Holds records against schemas and serialises them, so that nothing malformed enters a topic."))

    private static let confluent: Field = .record(
        [
            NamedField(
                "url",
                .string.length(atLeast: 1).check(urlProblem).describe(
                    "Where the registry is, such as `http://127.0.0.1:8081`; the node's own (`registry_listen`) when not "
                        + "given.")),
            NamedField(
                "ttl",
                .number.between(0, 3_600).describe(
                    "Seconds until `latest` is asked for again, in the background; 0: at each request. 300 when not "
                        + "given. Versions by number and ids never change.")),
            NamedField(
                "ssl_verify", .boolean.default(true).describe("Whether the registry's certificate is verified.")),
            NamedField("authentication", SchemaRegistryLoginFields.authentication),
            NamedField("value_schema", part("value", payloadEncoding: "avro_json")),
            NamedField("key_schema", part("key", payloadEncoding: "avro_json")),
            NamedField(
                "ca_certificates",
                .array(.string.uuid()).identifies("ca_certificates").sluiceOnly().describe(
                    "CA certificates that the registry's certificate must be signed by; the system's when not given.")),
            NamedField(
                "timeout",
                .integer.default(5_000).between(1, 60_000).sluiceOnly().describe(
                    "Milliseconds for one call of the registry.")),
            NamedField(
                "stale_if_error",
                .number.default(3_600).between(0, 604_800).sluiceOnly().describe(
                    "Seconds beyond `ttl` that a schema serves while the registry does not answer.")),
            NamedField(
                "subject_name_strategy",
                .string.oneOf(["topic", "record", "topic_record"]).sluiceOnly().describe(
                    "How subjects without a `subject_name` are found: `TOPIC-value`, `RECORD` or `TOPIC-RECORD`.")),
            NamedField(
                "schema_id_location",
                .string.default("prefix").oneOf(["prefix", "prefix_guid", "header"]).sluiceOnly().describe(
                    "Where a record names its schema: the id before the payload, as all clients read it; the GUID "
                        + "before the payload; or the GUID in the record header `__value_schema_id`.")),
            NamedField(
                "validate_only",
                .boolean.default(false).sluiceOnly().describe(
                    "Records are held against their schemas and published as the JSON they are.")),
            NamedField(
                "assert_formats",
                .boolean.default(false).sluiceOnly().describe(
                    "Whether `format` in JSON schemas must hold; without, it is a remark, as the standard has it.")),
            NamedField(
                "auto_register",
                .boolean.default(false).sluiceOnly().describe(
                    "A part's `schema` is registered when its subject does not have it; otherwise it is only looked "
                        + "up.")),
        ], checks: [.custom(problems)]
    ).describe("A registry that speaks Confluent's protocol.")

    private static func part(_ part: String, payloadEncoding: JSONValue) -> Field {
        .record(
            [
                NamedField(
                    "subject_name", .string.length(atLeast: 1).describe("The subject of the \(part)'s schema.")),
                NamedField(
                    "schema_version",
                    .string.check(versionProblem).describe("A number, or `latest`, which it is when not given.")),
                NamedField(
                    "payload_encoding",
                    .string.default(payloadEncoding).oneOf(["avro_json", "simple_json"]).describe(
                        "How a union's value is written in JSON: with its type's name (`{\"string\": \"x\"}`), or "
                            + "plain. Of Avro only.")),
                NamedField(
                    "record_name",
                    .string.length(atLeast: 1).sluiceOnly().describe(
                        "The record's full name, for the strategies that need it; that of `schema` when not given. Of a "
                            + "Protobuf schema the message that records are; the first one when not given.")),
                NamedField(
                    "schema",
                    .string.length(atLeast: 1, atMost: 1_048_576).sluiceOnly().describe(
                        "The schema itself: its version is found by it. Not together with `schema_version`.")),
                NamedField(
                    "schema_type",
                    .string.default("AVRO").oneOf(["AVRO", "JSON", "PROTOBUF"]).sluiceOnly().describe(
                        "The language of `schema`.")),
            ],
            checks: [.mutuallyExclusive(["schema", "schema_version"])]
        ).describe("The schema of the \(part)s.")
    }

    private static let urlProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        return text.hasPrefix("http://") || text.hasPrefix("https://")
            ? nil : "expected http://HOST:PORT or https://HOST:PORT"
    }

    private static let versionProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        if text == "latest" { return nil }
        guard let number = Int32(text), number > 0 else { return "expected a number from 1 on, or 'latest'" }
        return nil
    }

    private static let problems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { config in
        let parts = ["value_schema", "key_schema"].filter { config[$0]?.objectValue != nil }
        guard !parts.isEmpty else {
            return [([], "at least one of these fields is needed: 'value_schema', 'key_schema'")]
        }
        let strategy = config["subject_name_strategy"]?.stringValue
        var problems: [(path: [PathElement], message: String)] = []
        for part in parts {
            let fields = config[part]?.objectValue ?? [:]
            if config["auto_register"] == true, !EntityCheck.isSet(fields["schema"]) {
                problems.append(([.name(part), "schema"], "required when 'auto_register' is true"))
            }
            if EntityCheck.isSet(fields["subject_name"]) { continue }
            if strategy == nil {
                problems.append(
                    ([.name(part), "subject_name"], "required unless 'subject_name_strategy' says how it is found"))
            } else if strategy != "topic", !EntityCheck.isSet(fields["record_name"]),
                !EntityCheck.isSet(fields["schema"])
            {
                problems.append(
                    ([.name(part), "record_name"], "required when 'subject_name_strategy' is '\(strategy ?? "")'"))
            }
        }
        return problems
    }
}
