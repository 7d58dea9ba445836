internal import JSON

/// The field `healthchecks` of upstreams.
enum HealthCheckFields {
    static let healthchecks = NamedField(
        "healthchecks",
        filled([
            NamedField(
                "active",
                filled([
                    type,
                    NamedField("timeout", seconds.default(1).describe("Seconds that a check may take.")),
                    NamedField("concurrency", .integer.default(10).between(1, 2_147_483_648)),
                    NamedField(
                        "http_path",
                        .string.default("/").check { PathRules.serviceProblem($0.stringValue ?? "") }),
                    NamedField(
                        "https_sni",
                        .string.check { HostRules.serverNameProblem($0.stringValue ?? "", allowsWildcard: false) }),
                    NamedField("https_verify_certificate", .boolean.default(true)),
                    NamedField(
                        "headers",
                        .map(key: .string.check(CommonFields.headerNameProblem), value: .array(.string))
                            .describe("Sent with each check.")),
                    NamedField(
                        "healthy",
                        filled([
                            NamedField("interval", seconds.default(0).describe("Seconds between checks; 0: none.")),
                            statuses([200, 302]), counter("successes"),
                        ])),
                    NamedField(
                        "unhealthy",
                        filled([
                            NamedField("interval", seconds.default(0).describe("Seconds between checks; 0: none.")),
                            statuses([429, 404, 500, 501, 502, 503, 504, 505]), counter("tcp_failures"),
                            counter("timeouts"), counter("http_failures"),
                        ])),
                ]).describe("Checks made by the gateway.")),
            NamedField(
                "passive",
                filled([
                    type,
                    NamedField(
                        "healthy",
                        filled([
                            statuses([
                                200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306,
                                307, 308,
                            ]), counter("successes"),
                        ])),
                    NamedField(
                        "unhealthy",
                        filled([
                            statuses([429, 500, 503]), counter("tcp_failures"), counter("timeouts"),
                            counter("http_failures"),
                        ])),
                ]).describe("What proxied requests tell.")),
            NamedField(
                "threshold",
                .number.default(0).between(0, 100)
                    .describe("Percent of the weight that must be available for the upstream to count as healthy.")),
        ]))

    private static let type = NamedField(
        "type", .string.default("http").oneOf(["tcp", "http", "https", "grpc", "grpcs"]))
    private static let seconds = Field.number.between(0, 65535)

    private static func statuses(_ values: [JSONValue]) -> NamedField {
        NamedField("http_statuses", .array(.integer.between(100, 999)).default(.array(values)))
    }

    /// How many of them turn a target's state; 0: they do not count.
    private static func counter(_ name: String) -> NamedField {
        NamedField(name, .integer.default(0).between(0, 255))
    }

    /// A record whose default has all defaults of its fields.
    private static func filled(_ fields: [NamedField]) -> Field {
        let record = Field.record(fields)
        var defaults: JSONObject = [:]
        for named in fields { defaults[named.name] = named.field.defaultValue }
        return record.default(.object(defaults))
    }
}
