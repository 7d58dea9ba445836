/// Where a document does not fit what is expected of it.
package struct JSONViolation<Rule: Hashable & Sendable>: Sendable, Hashable, CustomStringConvertible {
    package let rule: Rule
    package let pointer: JSONPointer
    /// Such as "a whole number from -2147483648 to 2147483647".
    package let expected: String
    /// Such as "the number 1.5".
    package let found: String

    package init(rule: Rule, pointer: JSONPointer, expected: String, found: String) {
        self.rule = rule
        self.pointer = pointer
        self.expected = expected
        self.found = found
    }

    package var description: String {
        "\(pointer.tokens.isEmpty ? "the value" : pointer.description): expected \(expected), found \(found)"
    }
}

/// Why a document was not encoded.
package enum JSONEncodingError<Rule: Hashable & Sendable>: Error, Sendable, Hashable, CustomStringConvertible {
    case notJSON(JSONError)
    /// What does not fit, in the order of the document; not all of it when `areAll` is false.
    case violations([JSONViolation<Rule>], areAll: Bool)
    /// What is made of it would take more bytes than allowed.
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .violations(let violations, let areAll):
            violations.map(\.description).joined(separator: "; ") + (areAll ? "" : "; and more")
        case .tooLarge(let limit): "the encoded value takes more than \(limit) bytes"
        }
    }
}

extension JSONTape {
    /// What is at a place, in words; of a string the text when it is short.
    package func words(at position: Int) -> String {
        switch kind(at: position) {
        case .null: return "null"
        case .true: return "true"
        case .false: return "false"
        case .integer: return "the number \(integer(at: position) ?? 0)"
        case .unsigned: return "the number \(unsigned(at: position) ?? 0)"
        case .double: return "the number \(double(at: position) ?? 0)"
        case .array: return "an array"
        case .object: return "an object"
        case .string:
            let text = text(at: position)
            return text.unicodeScalars.count <= 40
                ? "the string \"\(text)\"" : "a string of \(text.unicodeScalars.count) characters"
        }
    }
}
