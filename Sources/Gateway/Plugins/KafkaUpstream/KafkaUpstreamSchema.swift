internal import GatewayModel
internal import JSON
internal import KafkaKit
internal import ScriptKit

/// The configuration of `kafka-upstream` (reference section 1.2), with Sluice's own fields.
extension KafkaUpstream {
    static let schema = PluginSchema(
        name: "kafka-upstream", priority: 751, version: "0.1.0",
        summary: "Ends requests at the gateway and publishes them as Kafka records. The answer tells the truth: with "
            + "`producer_async: false` 200 means that the brokers acknowledged the record.",
        config: RecordSchema(
            fields: KafkaClientSchema.cluster + topics + value + key + headers + KafkaClientSchema.producer + answers
                + health + change,
            checks: KafkaClientSchema.producerChecks + [.custom(problems)]))

    private static let topics: [NamedField] = [
        NamedField(
            "topic",
            .string.required().check(topicProblem).describe("Used when the request names none.")),
        NamedField(
            "topics_query_arg",
            .string.length(atLeast: 1).describe("A query argument that names topics, separated by commas.")),
        NamedField(
            "allowed_topics",
            .array(.string.check(topicProblem)).length(atMost: 1000).describe(
                "What requests may name; `topic` is always allowed.")),
        NamedField("topic_source", source("topic", "It must be `topic` or one of `allowed_topics`.")),
    ]

    private static let value: [NamedField] = [
        NamedField("forward_method", .boolean.required().default(false).describe("The envelope has `method`.")),
        NamedField(
            "forward_uri", .boolean.required().default(false).describe("The envelope has `uri` and `uri_args`.")),
        NamedField("forward_headers", .boolean.required().default(false).describe("The envelope has `headers`.")),
        NamedField(
            "forward_body",
            .boolean.required().default(true).describe("The envelope has `body`, `body_args` and `body_base64`.")),
        NamedField(
            "value_source",
            .string.default("envelope").oneOf(["envelope", "body", "body_args", "raw"]).sluiceOnly().describe(
                "What the record's value is: Kong's envelope; the body, checked by its media type; the decoded body "
                    + "as JSON; or the body's bytes, whatever they are.")),
        NamedField(
            "batch",
            .boolean.default(false).sluiceOnly().describe(
                "A JSON array or NDJSON body (`application/x-ndjson`) becomes one record for each element or line, "
                    + "and the answer has a result for each.")),
        NamedField(
            "batch_limit",
            .integer.default(1_000).between(1, 100_000).sluiceOnly().describe("Records that one request may make.")),
        NamedField(
            "body_limit",
            .integer.default(1_048_576).between(0, 1_000_000_000).sluiceOnly().describe(
                "Bytes of the largest body; larger ones are answered 413.")),
    ]

    private static let key: [NamedField] = [
        NamedField("key_query_arg", .string.length(atLeast: 1).describe("A query argument that holds the key.")),
        NamedField("key_source", source("key", "")),
    ]

    private static func source(_ what: String, _ more: String) -> Field {
        .record(
            [
                NamedField(
                    "from",
                    .string.required().oneOf(["header", "path_capture", "json_pointer", "consumer"])
                        .describe("Which part of the request.")),
                NamedField(
                    "name",
                    .string.length(atLeast: 1).describe(
                        "The header field; the capture's name or number; the pointer (RFC 6901) into a JSON body; "
                            + "`id`, `username` or `custom_id` of the consumer.")),
                NamedField(
                    "required",
                    .boolean.default(false).describe("Whether a request without it is answered 400.")),
            ],
            checks: [.custom(RecordSource.problems)]
        ).sluiceOnly().describe("Takes the \(what) from the request. \(more)")
    }

    private static let headers: [NamedField] = [
        NamedField(
            "headers",
            .record([
                NamedField(
                    "forward_http_headers_as_record_headers",
                    .boolean.default(true).describe("Whether any header field becomes a record header.")),
                NamedField(
                    "forward_all_by_default",
                    .boolean.default(false).describe("All but `exclude_headers`, instead of only `include_headers`.")),
                NamedField("include_headers", .array(.string).default([]).describe("Fields to forward.")),
                NamedField("exclude_headers", .array(.string).default([]).describe("Fields not to forward.")),
                NamedField(
                    "name_mappings",
                    .map(key: .string, value: .string).default([:]).describe("Field name to record header name.")),
                NamedField(
                    "repeated_headers_behavior",
                    .string.default("retain_duplicates")
                        .oneOf(["retain_duplicates", "take_first", "concatenate_by_comma"])
                        .describe("What becomes of a field that comes several times.")),
            ]).required())
    ]

    private static let answers: [NamedField] = [
        NamedField(
            "error_handling",
            .record([
                NamedField(
                    "return_error_message",
                    .boolean.default(false).describe("Whether clients are told what Kafka said."))
            ]).required()),
        NamedField(
            "return_metadata",
            .boolean.default(false).sluiceOnly().describe(
                "Whether the answer tells topic, partition, offset and timestamp of each record; needs "
                    + "`producer_async` false.")),
    ]

    private static let health: [NamedField] = [
        NamedField(
            "producer_async_health_gating",
            .boolean.default(false).describe("With `producer_async`: answer 503 while the producer keeps failing.")),
        NamedField(
            "producer_async_health_failure_threshold",
            .integer.default(3).between(1, 100).describe("Failures in a row that close the gate.")),
        NamedField(
            "producer_async_health_recovery_threshold",
            .integer.default(1).between(1, 100).describe("Good probes in a row that open it.")),
        NamedField(
            "producer_async_health_probe_interval",
            .integer.default(5_000).between(100, 600_000).describe("Milliseconds between probes.")),
    ]

    private static let change: [NamedField] = [
        NamedField(
            "message_by_lua_functions",
            .array(
                .string.length(atLeast: 1, atMost: 65_536).check { RequestScripts.problem($0.stringValue ?? "") }
            ).length(atMost: 100).describe(
                "Lua scripts, each of which returns a function from message to message. They change what becomes the "
                    + "record's value: a table is sent as JSON, a text as it is. They run apart from the host, within "
                    + "limits of instructions, time and memory; a request whose script fails is answered 500.")),
        SchemaRegistryFields.field,
    ]

    private static let topicProblem: @Sendable (JSONValue) -> String? = { value in
        KafkaTopicName.isValid(value.stringValue ?? "") ? nil : KafkaTopicName.rule
    }

    private static let problems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { config in
        var problems: [(path: [PathElement], message: String)] = []
        let forwards = ["forward_method", "forward_uri", "forward_headers", "forward_body"]
        if !forwards.contains(where: { config[$0] == true }) {
            problems.append(([], "at least one of these attributes must be true: \(forwards.joined(separator: ", "))"))
        }
        for (one, other) in [("key_query_arg", "key_source"), ("topics_query_arg", "topic_source")]
        where EntityCheck.isSet(config[one]) && EntityCheck.isSet(config[other]) {
            problems.append(([], "only one of these fields may be set: '\(one)', '\(other)'"))
        }
        if config["value_source"] == "raw", EntityCheck.isSet(config["message_by_lua_functions"]) {
            problems.append((["message_by_lua_functions"], "needs a message that is JSON: value_source is raw"))
        }
        if config["producer_async"] != false {
            for name in ["return_metadata"] where config[name] == true {
                problems.append(
                    ([.name(name)], "needs producer_async false: offsets are known after the acknowledgement"))
            }
        } else if config["producer_async_health_gating"] == true {
            problems.append((["producer_async_health_gating"], "needs producer_async true"))
        }
        return problems
    }
}
