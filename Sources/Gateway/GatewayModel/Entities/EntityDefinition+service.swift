internal import JSON

extension EntityDefinition {
    /// An upstream service.
    static let service = EntityDefinition(
        name: "services", singular: "service", nameField: "name",
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt, CommonFields.name("A unique name."),
                NamedField("retries", .integer.default(5).between(0, 32767).describe("Tries after a failed one.")),
                NamedField(
                    "protocol",
                    .string.required().default("http").oneOf(CommonFields.protocols.map { .string($0) })
                        .check { unservedProtocols[$0.stringValue ?? ""] }
                        .describe("How to talk to the upstream.")),
                NamedField(
                    "host",
                    .string.required().check { HostRules.serviceProblem($0.stringValue ?? "") }
                        .describe("Name or address of the upstream.")),
                NamedField("port", .integer.required().default(80).between(0, 65535).describe("Port of the upstream.")),
                NamedField(
                    "path",
                    .string.check { PathRules.serviceProblem($0.stringValue ?? "") }
                        .describe("Prefix of the path sent upstream.")),
                timeout("connect_timeout"), timeout("write_timeout"), timeout("read_timeout"), CommonFields.tags,
                NamedField("client_certificate", .foreign("certificates").describe("Shown to the upstream.")),
                NamedField("tls_verify", .boolean.describe("Whether the upstream's certificate is verified.")),
                NamedField("tls_verify_depth", .integer.between(0, 64).describe("Longest chain accepted.")),
                NamedField(
                    "ca_certificates",
                    .array(.string.uuid()).identifies("ca_certificates")
                        .describe("Authorities the upstream is verified against.")),
                NamedField("enabled", .boolean.required().default(true).describe("Whether its routes are served.")),
            ],
            checks: [
                .conditional(
                    field: "protocol", matches: .oneOf(["tcp", "tls", "udp", "grpc", "grpcs"]), then: "path",
                    satisfies: .equals(.null)),
                onlyWithTLS("client_certificate"), onlyWithTLS("tls_verify"), onlyWithTLS("tls_verify_depth"),
                onlyWithTLS("ca_certificates"),
            ]),
        expand: expandURL)

    /// Protocols that Kong has and no listener or upstream here speaks.
    static let unservedProtocols: [String: String] = [
        "tcp": "TCP, TLS and UDP streams are not proxied", "tls": "TCP, TLS and UDP streams are not proxied",
        "tls_passthrough": "TCP, TLS and UDP streams are not proxied",
        "udp": "TCP, TLS and UDP streams are not proxied",
        "ws": "WebSocket routes and services (ws, wss) are not served",
        "wss": "WebSocket routes and services (ws, wss) are not served",
    ]

    private static func onlyWithTLS(_ field: String) -> EntityCheck {
        .conditional(
            field: "protocol", matches: .notOneOf(["https", "tls"]), then: field, satisfies: .equals(.null))
    }

    private static func timeout(_ name: String) -> NamedField {
        NamedField(name, .integer.default(60000).between(1, 2_147_483_646).describe("Milliseconds."))
    }

    /// `url` stands for protocol, host, port and path.
    private static let expandURL: @Sendable (JSONObject) -> (JSONObject, FieldErrors) = { input in
        guard let given = input["url"] else { return (input, FieldErrors()) }
        var output = input
        output.removeValue(forKey: "url")
        if given.isNull { return (output, FieldErrors()) }
        guard let url = given.stringValue else { return (output, FieldErrors(["url"], "expected a string")) }
        guard let schemeEnd = url.firstRange(of: "://"), schemeEnd.lowerBound > url.startIndex else {
            return (output, FieldErrors(["url"], "missing scheme in url"))
        }
        let scheme = url[..<schemeEnd.lowerBound].lowercased()
        let rest = url[schemeEnd.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var host = rest[..<authorityEnd]
        if host.contains("@") { return (output, FieldErrors(["url"], "must not hold a user or password")) }
        var port = ["https", "grpcs", "wss"].contains(scheme) ? 443 : 80
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            let digits = host[host.index(after: colon)...]
            guard let number = Int(digits), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
                return (output, FieldErrors(["url"], "invalid port number"))
            }
            port = number
            host = host[..<colon]
        }
        guard !host.isEmpty else { return (output, FieldErrors(["url"], "missing host in url")) }
        let path = rest[authorityEnd...]
        if path.contains("?") || path.contains("#") {
            return (output, FieldErrors(["url"], "must not have a query or fragment"))
        }
        output["protocol"] = .string(scheme)
        output["host"] = .string(String(host))
        output["port"] = .integer(port)
        output["path"] = path.isEmpty ? .null : .string(String(path))
        return (output, FieldErrors())
    }
}
