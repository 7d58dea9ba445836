package import JSON

/// Why a schema cannot be compiled, and where.
package struct JSONSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        case notJSON, tooLarge, tooDeep, tooManySchemas
        case notASchema, unknownDialect, badKeyword, badPattern, badIdentifier
        case unresolvedReference, referenceCycle
        /// Two schemas that cannot be compared within the limits.
        case tooComplex
    }

    package let rule: Rule
    /// A sentence for who wrote the schema.
    package let message: String
    /// Where in the document.
    package let pointer: JSONPointer
    /// The referenced document it is in; nil for the schema itself.
    package let document: String?

    package init(
        _ rule: Rule, _ message: String, at pointer: JSONPointer = JSONPointer(tokens: []), document: String? = nil
    ) {
        self.rule = rule
        self.message = message
        self.pointer = pointer
        self.document = document
    }

    package var description: String {
        let place = pointer.tokens.isEmpty ? "" : " at \(pointer)"
        return document.map { "document '\($0)': \(message)\(place)" } ?? message + place
    }
}
