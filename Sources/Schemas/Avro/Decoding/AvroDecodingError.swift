package import JSON

/// Why bytes are no value of their schema, or none that is taken.
package struct AvroDecodingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        case truncated, trailingBytes
        case badNumber, badBoolean, badLength, badText, unknownSymbol, unknownBranch
        case tooDeep, tooManyElements, tooLarge, longDecimal
        /// The reader's schema has no place for it.
        case unresolved
    }

    package let rule: Rule
    package let message: String
    /// The byte, from 0, at which reading stopped; in a reader's default, of the default.
    package let offset: Int
    /// Where in the value, by the names of the reader's schema.
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
    func within(_ token: String) -> AvroDecodingError {
        var error = self
        error.pointer = JSONPointer(tokens: [token] + pointer.tokens)
        return error
    }
}

/// What a decoder takes at most.
package struct AvroDecodingLimits: Sendable {
    /// How deeply records, arrays and maps may stand within each other.
    package var depth = 128
    /// Elements of all arrays and members of all maps together: some take no bytes.
    package var elements = 1_000_000
    /// The bytes of the JSON.
    package var outputBytes = 64 * 1024 * 1024

    package init() {}
}
