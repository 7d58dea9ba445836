package import JSON

/// Where a value does not fit its schema.
package struct JSONSchemaViolation: Sendable, Hashable, CustomStringConvertible {
    /// Where in the value.
    package let instance: JSONPointer
    /// Where the keyword stands in its document.
    package let schema: JSONPointer
    /// The referenced document with the keyword; nil for the schema itself.
    package let document: String?
    /// Such as `minimum`; "false" for a schema that nothing fits.
    package let keyword: String
    /// Such as "a number that is at least 5".
    package let expected: String
    /// Such as "the number 1.5".
    package let found: String

    package var description: String {
        "\(instance.tokens.isEmpty ? "the value" : instance.description): expected \(expected), found \(found)"
    }
}

/// Why a validation did not succeed.
package enum JSONSchemaFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What does not fit; not all of it when `areAll` is false.
    case violations([JSONSchemaViolation], areAll: Bool)
    /// Schemas that look at the value nest deeper than allowed.
    case tooDeep(limit: Int)
    /// The validation takes more steps than allowed.
    case tooComplex(limit: Int)
    /// A pattern took more than its share of time or memory for a text.
    case patternGivenUp(pattern: String)

    package var description: String {
        switch self {
        case .violations(let violations, let areAll):
            violations.map(\.description).joined(separator: "; ") + (areAll ? "" : "; and more")
        case .tooDeep(let limit): "the value or the schema's references nest deeper than \(limit)"
        case .tooComplex(let limit): "the validation takes more than \(limit) steps"
        case .patternGivenUp(let pattern): "the pattern '\(pattern)' takes too long for a text of the value"
        }
    }
}
