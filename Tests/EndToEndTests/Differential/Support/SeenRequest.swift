import Foundation

/// A request as nginx has understood it: a line of its log.
struct SeenRequest: Sendable, Equatable, CustomStringConvertible {
    /// nginx's variables, in the order in which the log has them.
    static let variables = [
        "status", "request_method", "request_uri", "uri", "args", "host", "request_body", "http_x_route",
        "http_connection", "http_keep_alive", "http_proxy_connection", "http_te", "http_trailer", "http_upgrade",
        "http_x_named", "http_cookie", "http_x_end", "http_transfer_encoding", "http_content_length",
        "http_x_forwarded_for",
    ]

    /// nginx writes `"`, `\`, control characters and all beyond ASCII as `\xHH`.
    static let logFormat = "'" + variables.map { "\"$\($0)\"" }.joined() + "'"

    private let values: [String: [UInt8]]

    init?(line: String) {
        let parts = line.components(separatedBy: "\"\"")
        guard parts.count == Self.variables.count else { return nil }
        var values: [String: [UInt8]] = [:]
        for (name, part) in zip(Self.variables, parts) {
            let text = part.filter { $0 != "\"" }
            values[name] = text == "-" ? [] : Self.decode(text, escape: "\\x")
        }
        self.values = values
    }

    subscript(name: String) -> String { String(decoding: values[name] ?? [], as: UTF8.self) }

    var status: Int { Int(self["status"]) ?? 0 }
    var target: String { self["request_uri"] }
    var path: [UInt8] { values["uri"] ?? [] }

    /// Whether two servers have understood the same: method, path, query, host and body.
    func isSameRequest(as other: SeenRequest) -> Bool {
        ["request_method", "uri", "args", "host", "request_body"].allSatisfy { values[$0] == other.values[$0] }
    }

    /// The path as it came, each escape decoded and nothing else changed.
    var decodedTargetPath: [UInt8] {
        Self.decode(String(target.prefix { $0 != "?" }), escape: "%")
    }

    private static func decode(_ text: String, escape: String) -> [UInt8] {
        let (bytes, escape) = (Array(text.utf8), Array(escape.utf8))
        var decoded: [UInt8] = []
        var at = 0
        while at < bytes.count {
            let digits = at + escape.count
            if bytes[at...].starts(with: escape), digits + 2 <= bytes.count,
                let byte = UInt8(String(decoding: bytes[digits..<digits + 2], as: UTF8.self), radix: 16)
            {
                decoded.append(byte)
                at = digits + 2
            } else {
                decoded.append(bytes[at])
                at += 1
            }
        }
        return decoded
    }

    var description: String {
        Self.variables.compactMap { self[$0].isEmpty ? nil : "\($0)=\(self[$0].debugDescription)" }
            .joined(separator: " ")
    }
}
