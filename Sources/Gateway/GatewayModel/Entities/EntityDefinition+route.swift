internal import JSON
internal import RegularExpression

extension EntityDefinition {
    /// What requests are matched by (reference sections 7.5 and 7.13).
    static let route = EntityDefinition(
        name: "routes", singular: "route", nameField: "name", cascades: ["plugins"],
        schema: RecordSchema(
            fields: [
                CommonFields.id, CommonFields.createdAt, CommonFields.updatedAt, CommonFields.name("A unique name."),
                NamedField(
                    "protocols",
                    .set(.string.oneOf(CommonFields.protocols.map { .string($0) })).required()
                        .length(atLeast: 1).default(["http", "https"])
                        .check { protocolsProblem($0.arrayValue?.compactMap(\.stringValue) ?? []) }
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
                    .set(
                        .string.check {
                            CommonFields.hostProblem($0.stringValue ?? "", allowsWildcard: true, allowsPort: false)
                        }
                    )
                    .describe("TLS server names.")),
                NamedField("sources", .set(.record(endpoint)).unsupported("TCP and UDP streams are not proxied")),
                NamedField("destinations", .set(.record(endpoint)).unsupported("TCP and UDP streams are not proxied")),
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
                    .array(
                        .string.check {
                            CommonFields.hostProblem($0.stringValue ?? "", allowsWildcard: true, allowsPort: true)
                        }
                    )
                    .describe("Hosts, with one wildcard at the left or right label.")),
                NamedField(
                    "paths",
                    .array(.string.check { CommonFields.pathProblem($0.stringValue ?? "", allowsExpression: true) })
                        .describe("Prefixes (`/…`) and regular expressions (`~/…`).")),
                NamedField(
                    "headers",
                    .map(
                        key: .string.check { headerNameProblem($0.stringValue ?? "") },
                        value: .array(.string.check { headerValueProblem($0.stringValue ?? "") })
                    ).describe("Header fields and the values they may have; `~*` begins a regular expression.")),
                NamedField("regex_priority", .integer.default(0).describe("Orders regular expressions.")),
                NamedField(
                    "path_handling", .string.default("v0").oneOf(["v0", "v1"]).describe("How paths are joined.")),
            ],
            checks: [.custom(attributeProblems)]))

    private static let endpoint: [NamedField] = [
        NamedField("ip", .string), NamedField("port", .integer.between(0, 65535)),
    ]

    private static func isMethod(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (65...90).contains($0) }
    }

    private static func protocolsProblem(_ protocols: [String]) -> String? {
        let stream: Set = ["tcp", "tls", "tls_passthrough", "udp"]
        return protocols.contains { stream.contains($0) } ? "TCP and UDP streams are not proxied" : nil
    }

    private static func headerNameProblem(_ name: String) -> String? {
        if name.lowercased() == "host" {
            return "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
        }
        let isFine = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3a }
        return isFine ? nil : "bad header name '\(name)'"
    }

    private static func headerValueProblem(_ value: String) -> String? {
        guard value.hasPrefix("~*") else { return nil }
        do {
            _ = try RegularExpression(String(value.dropFirst(2)), options: .caseInsensitive)
            return nil
        } catch { return "invalid regex: '\(value.dropFirst(2))' (\(error))" }
    }

    /// A route without anything to match by would match nothing.
    private static let attributeProblems: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = {
        route in
        let protocols = route["protocols"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let isSecure = protocols.contains { ["https", "grpcs", "wss"].contains($0) }
        var names = ["methods", "hosts", "headers", "paths"]
        if protocols.contains(where: { $0.hasPrefix("grpc") }) { names.removeFirst() }
        if isSecure { names.append("snis") }
        var problems: [(path: [PathElement], message: String)] = []
        if !names.contains(where: { EntityCheck.isSet(route[$0]) }) {
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            let shown = isSecure ? (protocols.contains("https") ? "https" : "grpcs") : (protocols.first ?? "http")
            problems.append(([], "must set one of \(list) when 'protocols' is '\(shown)'"))
        }
        if !isSecure, EntityCheck.isSet(route["snis"]) {
            problems.append(
                (["snis"], "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls', 'tls_passthrough'"))
        }
        if protocols.contains(where: { $0.hasPrefix("grpc") }) {
            if route["strip_path"] == true {
                problems.append((["strip_path"], "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'"))
            }
            if EntityCheck.isSet(route["methods"]) {
                problems.append((["methods"], "cannot set 'methods' when 'protocols' is 'grpc' or 'grpcs'"))
            }
        }
        return problems
    }
}
