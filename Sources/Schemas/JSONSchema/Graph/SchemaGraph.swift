internal import JSON

/// Schemas that name each other by number.
struct SchemaGraph: Sendable {
    var nodes: [SchemaNode] = []
    var resources: [SchemaResource] = []
    /// The names of documents; nil for the schema itself.
    var documents: [String?] = []
    var root = 0
}

/// A schema.
struct SchemaNode: Sendable {
    /// Nothing fits it.
    var isNever = false
    /// What `type` demands, apart from the other keywords: most schemas have it, and many nothing else.
    var types: TypeNames?
    var keywords: [SchemaAssertion] = []
    /// Whether it needs to know what of a value its parts looked at.
    var tracksCoverage = false
    /// Whether it says what counts where there is no value.
    var hasDefault = false
    var resource = 0
    var document = 0
    /// Where in its document, as a JSON Pointer.
    var pointer = ""
}

/// A schema with an identifier of its own, or a document: what `$dynamicRef` looks through.
struct SchemaResource: Sendable {
    /// Schemas by `$dynamicAnchor`.
    var dynamicAnchors: [String: Int] = [:]
    /// The schema itself, if it has `$recursiveAnchor`.
    var recursiveAnchor: Int?
}

/// One keyword of a schema.
final class SchemaAssertion: Sendable {
    let name: String
    let rule: SchemaRule

    init(name: String, rule: SchemaRule) { (self.name, self.rule) = (name, rule) }
}
