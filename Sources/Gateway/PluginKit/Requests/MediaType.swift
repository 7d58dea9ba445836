internal import Bytes

/// A media type with its parameters (RFC 9110 §8.3.1), in lower case.
package struct MediaType: Sendable, Equatable {
    package let type: String
    package let subtype: String
    package let parameters: [String: String]

    /// Nil when there is no type with a subtype.
    package init?(_ text: String) {
        let parts = text.lowercased().split(separator: ";").map(Self.trimmed)
        let names = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
        type = String(names[0])
        subtype = String(names[1])
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() where !part.isEmpty {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            var value = pair.count == 2 ? Self.trimmed(pair[1]) : ""
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
            parameters[String(Self.trimmed(pair[0]))] = String(value)
        }
        self.parameters = parameters
    }

    /// Whether that one is meant by this one, which may have `*`.
    package func includes(_ other: MediaType) -> Bool { includesType(of: other) && parameters == other.parameters }

    /// The same, whatever their parameters are.
    package func includesType(of other: MediaType) -> Bool {
        (type == "*" || type == other.type) && (subtype == "*" || subtype == other.subtype)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
