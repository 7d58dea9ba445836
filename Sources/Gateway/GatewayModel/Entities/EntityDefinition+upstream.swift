internal import JSON

extension EntityDefinition {
    /// A virtual host name whose requests are balanced over targets.
    static let upstream = EntityDefinition(
        name: "upstreams", singular: "upstream", nameField: "name",
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt,
                NamedField(
                    "name",
                    .string.required().unique().check { HostRules.upstreamProblem($0.stringValue ?? "") }
                        .describe("A host name; services that have it as their host are balanced.")),
                NamedField(
                    "algorithm",
                    .string.default("round-robin")
                        .oneOf(["consistent-hashing", "least-connections", "round-robin", "latency"])
                        .describe("How a target is chosen.")),
                NamedField("hash_on", hashInput.describe("What consistent hashing hashes.")),
                NamedField("hash_fallback", hashInput.describe("What is hashed when that is not there.")),
                NamedField("hash_on_header", headerName), NamedField("hash_fallback_header", headerName),
                NamedField(
                    "hash_on_cookie", .string.check(CommonFields.cookieNameProblem).describe("Name of the cookie.")),
                NamedField(
                    "hash_on_cookie_path",
                    .string.default("/").check { PathRules.serviceProblem($0.stringValue ?? "") }
                        .describe("Path of the cookie where it is made.")),
                NamedField("hash_on_query_arg", .string.length(atLeast: 1)),
                NamedField("hash_fallback_query_arg", .string.length(atLeast: 1)),
                NamedField("hash_on_uri_capture", .string.length(atLeast: 1)),
                NamedField("hash_fallback_uri_capture", .string.length(atLeast: 1)),
                NamedField(
                    "slots", .integer.default(10000).between(10, 65536).describe("Slots of the ring of hashes.")),
                HealthCheckFields.healthchecks, CommonFields.tags,
                NamedField(
                    "host_header",
                    .string.check { HostRules.hostHeaderProblem($0.stringValue ?? "") }
                        .describe("The Host sent to targets.")),
                NamedField("client_certificate", .foreign("certificates").describe("Shown to targets.")),
                NamedField("use_srv_name", .boolean.default(false).describe("Whether SRV names are sent as Host.")),
            ], checks: hashRules),
        expand: followHash)

    private static let inputs: [JSONValue] = [
        "none", "consumer", "ip", "header", "cookie", "path", "query_arg", "uri_capture",
    ]
    private static let hashInput = Field.string.default("none").oneOf(inputs)
    private static let headerName = Field.string.check(CommonFields.headerNameProblem)
        .describe("Name of the header field.")

    /// Each input has what it needs; the fallback is another input, or the same one of another name.
    private static let hashRules: [EntityCheck] =
        [
            needs("hash_on", "header", "hash_on_header"), needs("hash_fallback", "header", "hash_fallback_header"),
            needs("hash_on", "cookie", "hash_on_cookie"), needs("hash_fallback", "cookie", "hash_on_cookie"),
            fallback("none", ["none"]), fallback("cookie", ["none"]),
        ]
        + ["consumer", "ip", "path"].map { input in
            fallback(input, inputs.filter { $0 != .string(input) })
        }
        + [
            .distinct(["hash_on_header", "hash_fallback_header"]),
            needs("hash_on", "query_arg", "hash_on_query_arg"),
            needs("hash_fallback", "query_arg", "hash_fallback_query_arg"),
            .distinct(["hash_on_query_arg", "hash_fallback_query_arg"]),
            needs("hash_on", "uri_capture", "hash_on_uri_capture"),
            needs("hash_fallback", "uri_capture", "hash_fallback_uri_capture"),
            .distinct(["hash_on_uri_capture", "hash_fallback_uri_capture"]),
        ]

    private static func needs(_ field: String, _ input: String, _ other: String) -> EntityCheck {
        .conditional(field: field, matches: .isText(input), then: other, satisfies: .isSet)
    }

    private static func fallback(_ input: String, _ choices: [JSONValue]) -> EntityCheck {
        .conditional(field: "hash_on", matches: .isText(input), then: "hash_fallback", satisfies: .oneOf(choices))
    }

    /// Who says what to hash means hashing, and who says none means none.
    private static let followHash: @Sendable (JSONObject) -> (JSONObject, FieldErrors) = { input in
        guard input["algorithm"] == nil, let hashed = input["hash_on"]?.stringValue else {
            return (input, FieldErrors())
        }
        var output = input
        output["algorithm"] = hashed == "none" ? "round-robin" : "consistent-hashing"
        return (output, FieldErrors())
    }

    /// One address of an upstream.
    static let target = EntityDefinition(
        name: "targets", singular: "target", paths: .custom, nameField: "target", cacheKey: ["upstream", "target"],
        schema: RecordSchema(
            fields: [CommonFields.id] + CommonFields.preciseTimes + [
                NamedField(
                    "upstream", .foreign("upstreams").required().cascading().describe("Whose target it is.")),
                NamedField(
                    "target",
                    .string.required().check { HostRules.targetProblem($0.stringValue ?? "") }
                        .describe("`host:port`; 8000 without a port.")),
                NamedField(
                    "weight", .integer.default(100).between(0, 65535).describe("Its share of requests; 0: none.")),
                CommonFields.tags,
            ]),
        finish: { fields in
            var fields = fields
            if let text = fields["target"]?.stringValue { fields["target"] = .string(TargetAddress.normalized(text)) }
            return fields
        })
}
