internal import Bytes
internal import RegularExpression

/// What a path of a service or a route may be, and what is wrong in Kong's words.
enum PathRules {
    /// The path of a service: a plain prefix.
    static func serviceProblem(_ text: String) -> String? {
        text.hasPrefix("/") ? plainProblem(text) : "should start with: /"
    }

    /// A path of a route: a prefix (`/…`), or a regular expression (`~/…`).
    static func routeProblem(_ text: String) -> String? {
        if text.hasPrefix("~/") {
            do {
                _ = try RegularExpression(String(text.dropFirst()), options: .anchored)
                return nil
            } catch { return "invalid regex: '\(text.dropFirst())' (PCRE returned: \(error))" }
        }
        return text.hasPrefix("/") ? plainProblem(text) : "should start with: / (fixed path) or ~/ (regex path)"
    }

    private static func plainProblem(_ text: String) -> String? {
        if text.contains("//") { return "must not have empty segments" }
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ isPathCharacter($0) }) else {
            return "invalid path: '\(text)' (characters outside of the reserved list of RFC 3986 found)"
        }
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
            let escape = bytes[index...].prefix(3)
            guard escape.count == 3, escape.dropFirst().allSatisfy({ Hex.value(of: $0) != nil }) else {
                return "invalid url-encoded value: '\(String(decoding: escape, as: UTF8.self))'"
            }
        }
        return nil
    }

    /// RFC 3986 section 3.3: `pchar` and the slash.
    static func isPathCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "!"),
            UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
