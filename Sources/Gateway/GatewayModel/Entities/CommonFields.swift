internal import Bytes
internal import JSON
internal import RegularExpression

/// Fields that several entities share, with Kong's rules (reference section 7.5).
enum CommonFields {
    static let id = NamedField("id", .string.uuid().automatic().describe("A UUID; made by the gateway if not given."))
    static let createdAt = NamedField(
        "created_at", .integer.automatic().describe("Seconds since 1970 of its creation."))
    static let updatedAt = NamedField(
        "updated_at", .integer.automatic().describe("Seconds since 1970 of its last change."))
    static let tags = NamedField(
        "tags",
        .set(.string.check(tagProblem)).describe("Words to group and filter entities by."))

    static func name(_ description: String, required: Bool = false) -> NamedField {
        let field = Field.string.unique().check(nameProblem).describe(description)
        return NamedField("name", required ? field.required() : field)
    }

    static let protocols = ["grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp", "ws", "wss"]

    /// Letters, digits, `.`, `-`, `_`, `~` and what is beyond ASCII.
    static let nameProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        let isFine = text.utf8.allSatisfy { byte in
            byte >= 0x80 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == 0x2e || byte == 0x2d || byte == 0x5f || byte == 0x7e
        }
        return isFine
            ? nil
            : "invalid value '\(text)': the only accepted ascii characters are alphanumerics or ., -, _, and ~"
    }

    /// Printable, without `,` and `/`.
    static let tagProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        let isFine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != 0x2c && $0 != 0x2f }
        return isFine
            ? nil : "invalid tag '\(text)': expected printable ascii (except `,` and `/`) or valid utf-8 sequences"
    }

    /// A host name or address, with an optional port where `allowsPort`.
    static func hostProblem(_ text: String, allowsWildcard: Bool, allowsPort: Bool) -> String? {
        var host = Substring(text)
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return "invalid value: \(text)" }
            let rest = host[host.index(after: end)...]
            if !rest.isEmpty, !isPort(rest.dropFirst()) || !rest.hasPrefix(":") { return "invalid value: \(text)" }
            return nil
        }
        if host.filter({ $0 == ":" }).count > 1 {
            return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } ? nil : "invalid value: \(text)"
        }
        if let colon = host.firstIndex(of: ":") {
            guard allowsPort, isPort(host[host.index(after: colon)...]) else {
                return allowsPort ? "invalid value: \(text)" : "must not have a port"
            }
            host = host[..<colon]
        }
        if host.contains("*") {
            guard allowsWildcard else { return "invalid value: \(text)" }
            if host.filter({ $0 == "*" }).count > 1 { return "invalid wildcard: must have at most one wildcard" }
            guard host.hasPrefix("*.") || host.hasSuffix(".*") else {
                return "invalid wildcard: must be placed at leftmost or rightmost label"
            }
            host = host.hasPrefix("*.") ? host.dropFirst(2) : host.dropLast(2)
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isFine =
            !host.isEmpty && host.utf8.count <= 253
            && (labels.last?.isEmpty == true ? labels.dropLast() : labels[...]).allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63
                    && label.utf8.allSatisfy {
                        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 0x2d
                            || $0 == 0x5f
                    }
            }
        return isFine ? nil : "invalid value: \(text)"
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard let port = Int(text), (0...65535).contains(port) else { return false }
        return text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// A path prefix (`/…`) or, where allowed, a regular expression (`~/…`).
    static func pathProblem(_ text: String, allowsExpression: Bool) -> String? {
        if text.hasPrefix("~/"), allowsExpression {
            do {
                _ = try RegularExpression(String(text.dropFirst()))
                return nil
            } catch { return "invalid regex: '\(text.dropFirst())' (\(error))" }
        }
        guard text.hasPrefix("/") else {
            return allowsExpression ? "should start with: / (fixed path) or ~/ (regex path)" : "should start with: /"
        }
        if text.contains("//") { return "must not have empty segments" }
        guard PercentCoding.decode(Array(text.utf8).span, plusIsSpace: false) != nil else {
            return "invalid url-encoded value: '\(text)'"
        }
        let isFine = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3f && $0 != 0x23 && $0 != 0x22 }
        return isFine
            ? nil
            : "invalid path: '\(text)' (characters outside of the reserved list of RFC 3986 found)"
    }
}
