package import JSON

/// Why bytes are no message, or none that is taken.
package struct ProtobufDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        case truncated, badNumber, badTag, badLength, badGroup, badText
        /// A value that has no JSON form, such as a timestamp in the year 10000.
        case badValue
        /// An `Any` of a type that neither the schema nor its imports define.
        case unknownType
        case tooDeep, tooManyElements, tooLarge
    }

    package let rule: Rule
    package let message: String
    /// The byte, from 0, at which reading stopped; of a message that was written in parts, where its first begins.
    package let offset: Int
    /// Where in the JSON.
    package internal(set) var pointer: JSONPointer

    init(_ rule: Rule, _ message: String, offset: Int) {
        self.rule = rule
        self.message = message
        self.offset = offset
        pointer = JSONPointer(tokens: [])
    }

    package var description: String {
        "\(message) at byte \(offset)\(pointer.tokens.isEmpty ? "" : " (\(pointer))")"
    }

    /// The same error, seen from one level above.
    func within(_ token: String) -> ProtobufDecodingError {
        var error = self
        error.pointer = JSONPointer(tokens: [token] + pointer.tokens)
        return error
    }
}

/// What a decoder takes at most.
package struct ProtobufDecodingLimits: Sendable {
    /// How deeply messages may stand within messages, groups and maps' entries counted; Google's readers take 100.
    package var depth = 100
    /// Fields, and elements of packed fields, of all messages together.
    package var elements = 1_000_000
    /// The bytes of the JSON.
    package var outputBytes = 64 * 1024 * 1024

    package init() {}
}
