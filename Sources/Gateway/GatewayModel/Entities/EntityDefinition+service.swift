internal import JSON

extension EntityDefinition {
    /// An upstream service (reference section 7.5).
    static let service = EntityDefinition(
        name: "services", singular: "service", nameField: "name", cascades: ["plugins"],
        schema: RecordSchema(fields: [
            CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt, CommonFields.name("A unique name."),
            NamedField("retries", .integer.default(5).between(0, 32767).describe("Tries after a failed one.")),
            NamedField(
                "protocol",
                .string.required().default("http")
                    .oneOf(["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp", "ws", "wss"])
                    .describe("How to talk to the upstream.")),
            NamedField(
                "host",
                .string.required()
                    .check {
                        CommonFields.hostProblem($0.stringValue ?? "", allowsWildcard: false, allowsPort: false)
                    }.describe("Name or address of the upstream.")),
            NamedField("port", .integer.required().default(80).between(0, 65535).describe("Port of the upstream.")),
            NamedField(
                "path",
                .string.check { CommonFields.pathProblem($0.stringValue ?? "", allowsExpression: false) }
                    .describe("Prefix of the path sent upstream.")),
            timeout("connect_timeout"), timeout("write_timeout"), timeout("read_timeout"), CommonFields.tags,
            NamedField("client_certificate", .foreign("certificates").describe("Shown to the upstream.")),
            NamedField("tls_verify", .boolean.describe("Whether the upstream's certificate is verified.")),
            NamedField("tls_verify_depth", .integer.between(0, 64).describe("Longest chain accepted.")),
            NamedField(
                "ca_certificates", .array(.string.uuid()).describe("Authorities the upstream is verified against.")),
            NamedField("enabled", .boolean.required().default(true).describe("Whether its routes are served.")),
        ]),
        expand: expandURL)

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
        guard let schemeEnd = url.firstRange(of: "://") else {
            return (output, FieldErrors(["url"], "missing scheme in url"))
        }
        let scheme = url[..<schemeEnd.lowerBound].lowercased()
        let rest = url[schemeEnd.upperBound...]
        let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<authorityEnd]
        var port = ["https", "grpcs", "wss"].contains(scheme) ? 443 : 80
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let number = Int(host[host.index(after: colon)...]) else {
                return (output, FieldErrors(["url"], "the port is no number"))
            }
            port = number
            host = host[..<colon]
        }
        guard !host.isEmpty else { return (output, FieldErrors(["url"], "missing host in url")) }
        output["protocol"] = .string(scheme)
        output["host"] = .string(String(host))
        output["port"] = .integer(port)
        output["path"] = authorityEnd == rest.endIndex ? .null : .string(String(rest[authorityEnd...]))
        return (output, FieldErrors())
    }
}

extension String {
    fileprivate func firstRange(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
