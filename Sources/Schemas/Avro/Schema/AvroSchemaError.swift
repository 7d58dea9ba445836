package import JSON

/// Which rule a schema breaks, and where.
package struct AvroSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Sendable, CaseIterable {
        case notJSON, tooLarge, tooDeep, tooManyTypes
        case notASchema, missingAttribute, wrongAttribute
        case badName, primitiveName, redefinedName, unknownName, usedBeforeDefinition, badAlias
        case duplicateField, badOrder, badDefault, defaultWithinItself
        case badSymbol, duplicateSymbol, badEnumDefault
        case badSize, nestedUnion, duplicateBranch
        case referenceCycle
        /// Two schemas have too many pairs of types to look at.
        case tooComplex
    }

    package let rule: Rule
    /// A sentence for who wrote the schema.
    package let message: String
    /// Where in the text.
    package let pointer: JSONPointer
    /// The name of the referenced schema whose text it is; nil for the schema itself.
    package let reference: String?

    package init(_ rule: Rule, _ message: String, at pointer: JSONPointer, reference: String? = nil) {
        self.rule = rule
        self.message = message
        self.pointer = pointer
        self.reference = reference
    }

    package var description: String {
        let place = pointer.tokens.isEmpty ? "" : " at \(pointer)"
        return reference.map { "reference '\($0)': \(message)\(place)" } ?? message + place
    }
}
