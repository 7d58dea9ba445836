internal import JSON
internal import RegularExpression

extension EntityDefinition {
    /// What requests are matched by.
    static let route = EntityDefinition(
        name: "routes", singular: "route", nameField: "name",
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt, CommonFields.name("A unique name."),
                NamedField(
                    "protocols",
                    .set(
                        .string.oneOf(CommonFields.protocols.map { .string($0) })
                            .check { unservedProtocols[$0.stringValue ?? ""] }
                    )
                    .required().length(atLeast: 1).default(["http", "https"])
                    .exclusiveSubsets([
                        ["http", "https"], ["tcp", "tls", "udp"], ["tls_passthrough"], ["grpc", "grpcs"],
                        ["ws", "wss"],
                    ])
                    .describe("What requests may come by.")),
                NamedField(
                    "https_redirect_status_code",
                    .integer.required().default(426).oneOf([426, 301, 302, 307, 308])
                        .describe("Answer to a plain request when only TLS is allowed.")),
                NamedField(
                    "strip_path", .boolean.required().default(true).describe("Whether the matched prefix goes.")),
                NamedField("preserve_host", .boolean.required().default(false).describe("Whether the Host is kept.")),
                NamedField(
                    "request_buffering", .boolean.required().default(true).describe("Read requests whole first.")),
                NamedField(
                    "response_buffering", .boolean.required().default(true).describe("Read answers whole first.")),
                CommonFields.tags,
                NamedField("service", .foreign("services").describe("Where its requests go.")),
                NamedField(
                    "snis",
                    .set(.string.check { HostRules.serverNameProblem($0.stringValue ?? "", allowsWildcard: false) })
                        .describe("TLS server names.")),
                NamedField("sources", endpoints("sources")), NamedField("destinations", endpoints("destinations")),
                NamedField(
                    "methods",
                    .set(
                        .string.check {
                            isMethod($0.stringValue ?? "") ? nil : "invalid value: \($0.stringValue ?? "")"
                        }
                    )
                    .describe("Request methods, in upper case.")),
                NamedField(
                    "hosts",
                    .array(.string.check { HostRules.routeProblem($0.stringValue ?? "") })
                        .describe("Hosts, with one wildcard at the left or right label.")),
                NamedField(
                    "paths",
                    .array(.string.check { PathRules.routeProblem($0.stringValue ?? "") })
                        .describe("Prefixes (`/…`) and regular expressions (`~/…`).")),
                NamedField(
                    "headers",
                    .map(
                        key: .string.check { routeHeaderProblem($0.stringValue ?? "") },
                        value: .array(.string.check { headerValueProblem($0.stringValue ?? "") })
                    ).describe("Header fields and the values they may have; `~*` begins a regular expression.")),
                NamedField("regex_priority", .integer.default(0).describe("Orders regular expressions.")),
                NamedField(
                    "path_handling", .string.default("v0").oneOf(["v0", "v1"]).describe("How paths are joined.")),
            ],
            checks: [
                .conditional(
                    field: "protocols",
                    matches: .elementsNotOneOf(["grpcs", "https", "tls", "tls_passthrough", "wss"]), then: "snis",
                    satisfies: .isEmpty,
                    message:
                        "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'"),
                matchable("https", ["methods", "hosts", "headers", "paths", "snis"]),
                matchable("http", unless: "https", ["methods", "hosts", "headers", "paths"]),
                matchable("grpcs", ["hosts", "headers", "paths", "snis"]),
                matchable("grpc", unless: "grpcs", ["hosts", "headers", "paths"]),
                .custom(grpcProblems),
            ]),
        expand: { input in
            // A method's path is its name: gRPC routes keep theirs.
            let protocols = input["protocols"]?.arrayValue ?? []
            guard protocols.contains("grpc") || protocols.contains("grpcs"), input["strip_path"] == nil else {
                return (input, FieldErrors())
            }
            var output = input
            output["strip_path"] = false
            return (output, FieldErrors())
        })

    /// A route without anything to match by would match everything or nothing.
    private static func matchable(_ name: String, unless other: String? = nil, _ names: [String]) -> EntityCheck {
        let shown = JSONValue.string(name)
        let sets: [JSONValue] = other.map { [.string($0)] } ?? []
        return .conditionalAtLeastOneOf(
            field: "protocols", matches: .containsWithout(shown, sets), names: names,
            message: "must set one of %s when 'protocols' is '\(name)'")
    }

    private static func endpoints(_ name: String) -> Field {
        .set(
            .record(
                [NamedField("ip", .string), NamedField("port", .integer.between(0, 65535))],
                checks: [.atLeastOneOf(["ip", "port"])])
        ).unsupported("cannot set '\(name)': TCP, TLS and UDP streams are not proxied")
    }

    private static func isMethod(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (65...90).contains($0) }
    }

    private static func routeHeaderProblem(_ name: String) -> String? {
        name.lowercased() == "host"
            ? "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
            : CommonFields.headerNameProblem(.string(name))
    }

    private static func headerValueProblem(_ value: String) -> String? {
        guard value.hasPrefix("~*") else { return nil }
        do {
            _ = try RegularExpression(String(value.dropFirst(2)), options: .caseInsensitive)
            return nil
        } catch { return "invalid regex: '\(value.dropFirst(2))' (PCRE returned: \(error))" }
    }

    private static let grpcProblems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { route in
        let protocols = route["protocols"]?.arrayValue ?? []
        guard protocols.contains("grpc") || protocols.contains("grpcs") else { return [] }
        var problems: [(path: [PathElement], message: String)] = []
        if route["strip_path"] == true {
            problems.append((["strip_path"], "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'"))
        }
        if EntityCheck.isSet(route["methods"]) {
            problems.append((["methods"], "cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"))
        }
        return problems
    }
}
