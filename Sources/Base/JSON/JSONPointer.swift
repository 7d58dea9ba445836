/// A path into a document (RFC 6901): "" is the whole, "/items/0/name" a member. "-" names no element that exists.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The parts, escapes resolved.
    package let tokens: [String]

    package init(tokens: [String]) { self.tokens = tokens }

    package init(_ text: String) throws(JSONError) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw JSONError("a JSON Pointer is empty or begins with '/'", offset: 0)
        }
        var tokens: [[UInt8]] = []
        var escaped = false
        for (offset, byte) in text.utf8.enumerated() {
            if escaped {
                guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else {
                    throw JSONError("'~' in a JSON Pointer is written ~0, '/' ~1", offset: offset)
                }
                tokens[tokens.count - 1].append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                escaped = false
            } else if byte == UInt8(ascii: "/") {
                tokens.append([])
            } else if byte == UInt8(ascii: "~") {
                escaped = true
            } else {
                tokens[tokens.count - 1].append(byte)
            }
        }
        if escaped { throw JSONError("'~' in a JSON Pointer is written ~0, '/' ~1", offset: text.utf8.count) }
        self.tokens = tokens.map { String(decoding: $0, as: UTF8.self) }
    }

    package var description: String {
        tokens.reduce(into: "") { text, token in
            text += "/"
            for character in token.unicodeScalars {
                switch character {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(character)
                }
            }
        }
    }

    /// The place that `token` names in an array: digits without a leading zero.
    static func index(_ token: String) -> Int? {
        guard token == "0" || token.utf8.first.map({ $0 >= 0x31 && $0 <= 0x39 }) ?? false,
            token.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Int(token)
    }
}

extension JSONValue {
    /// What `pointer` names; nil when there is no such value.
    package func value(at pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            let next: JSONValue?
            switch value {
            case .object(let members): next = members[token]
            case .array(let elements):
                let index = JSONPointer.index(token)
                next = index.flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: next = nil
            }
            guard let next else { return nil }
            value = next
        }
        return value
    }
}
