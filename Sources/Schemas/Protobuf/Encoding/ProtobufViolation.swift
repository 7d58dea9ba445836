package import JSON

/// Where a document does not fit its message.
package struct ProtobufViolation: Sendable, Hashable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        case wrongType, notWhole, outOfRange, badText
        case missingField, unknownField, repeatedField, secondOfOneof
        case unknownSymbol, unknownType
        case tooDeep
    }

    package let rule: Rule
    package let pointer: JSONPointer
    /// Such as "a whole number from -2147483648 to 2147483647".
    package let expected: String
    /// Such as "the number 1.5".
    package let found: String

    package var description: String {
        "\(pointer.tokens.isEmpty ? "the value" : pointer.description): expected \(expected), found \(found)"
    }
}

/// Why a document was not encoded.
package enum ProtobufEncodingError: Error, Sendable, Hashable, CustomStringConvertible {
    case notJSON(JSONError)
    /// What does not fit, in the order of the document; not all of it when `areAll` is false.
    case violations([ProtobufViolation], areAll: Bool)
    /// The message would take more bytes than allowed.
    case tooLarge(limit: Int)

    package var description: String {
        switch self {
        case .notJSON(let error): "not JSON: \(error)"
        case .violations(let violations, let areAll):
            violations.map(\.description).joined(separator: "; ") + (areAll ? "" : "; and more")
        case .tooLarge(let limit): "the encoded message takes more than \(limit) bytes"
        }
    }
}
