package import JSON

/// A payload of which somebody wants to know what would be published.
package struct RecordSchemaCheck: Sendable, Equatable {
    /// The id of a plugin with `schema_registry`; nil: `subject` is looked for in the one registry that is in use.
    package var plugin: String?
    package var topic: String?
    package var subject: String?
    /// Nil: the latest.
    package var version: Int?
    package var isKey = false
    package var usesPlainUnions = false
    /// JSON, or a key's text.
    package var payload: [UInt8] = []

    package init() {}
}

/// The schemas that running plugins hold records against.
package protocol RecordSchemaChecks: Sendable {
    var registries: [SchemaRegistryClient] { get }
    /// What would be published, or the answer that a client would get. Throws a `RecordSchemaCheckRefusal` when it cannot
    /// be said.
    func answer(_ check: RecordSchemaCheck) async throws -> JSONObject
}

/// Why it cannot be said what would be published.
package struct RecordSchemaCheckRefusal: Error, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// Of a node without plugins that use schemas.
package struct NoRecordSchemas: RecordSchemaChecks {
    package init() {}
    package var registries: [SchemaRegistryClient] { [] }
    package func answer(_ check: RecordSchemaCheck) async throws -> JSONObject {
        throw RecordSchemaCheckRefusal("no plugin uses a schema registry")
    }
}
