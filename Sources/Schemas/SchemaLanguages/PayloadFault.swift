package import JSON

/// Where a payload does not fit its schema.
package struct PayloadViolation: Sendable, Hashable, CustomStringConvertible {
    /// What was broken: a rule's name, or the keyword of a JSON schema.
    package let rule: String
    package let pointer: JSONPointer
    /// Such as "a whole number from -2147483648 to 2147483647".
    package let expected: String
    /// Such as "the number 1.5".
    package let found: String

    package init(rule: String, pointer: JSONPointer, expected: String, found: String) {
        self.rule = rule
        self.pointer = pointer
        self.expected = expected
        self.found = found
    }

    package var description: String {
        "\(pointer.tokens.isEmpty ? "the value" : pointer.description): expected \(expected), found \(found)"
    }
}

/// Why a payload was not serialised.
package enum PayloadFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notJSON(JSONError)
    /// What does not fit, in the order of the document; not all of it when `areAll` is false.
    case violations([PayloadViolation], areAll: Bool)
    /// What was made of it is longer than allowed, in bytes.
    case tooLarge(limit: Int)
    /// It takes more work to look at than allowed; a sentence.
    case tooComplex(String)

    package var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .violations(let violations, let areAll):
            violations.map(\.description).joined(separator: "; ") + (areAll ? "" : "; and more")
        case .tooLarge(let limit): "the serialised value takes more than \(limit) bytes"
        case .tooComplex(let message): message
        }
    }
}
