package import JSON

/// An entity as stored: every field of its schema, absent ones null.
package struct Entity: Sendable, Equatable {
    package let id: String
    package let fields: JSONObject

    package init(id: String, fields: JSONObject) {
        self.id = id
        self.fields = fields
    }

    /// The id of the entity that this field references.
    package func reference(_ field: String) -> String? { fields[field]?["id"]?.stringValue }

    package func text(_ field: String) -> String? { fields[field]?.stringValue }

    /// What `tags` holds.
    package var tags: [String] { fields["tags"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
}
