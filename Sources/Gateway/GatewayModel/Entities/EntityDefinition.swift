package import JSON

/// A kind of entity: its collection's name, its fields and its place among the others.
package struct EntityDefinition: Sendable {
    /// The collection, such as `services`.
    package let name: String
    /// One of them, such as `service`: the name of a field that references it.
    package let singular: String
    package let schema: RecordSchema
    /// The field an entity can be addressed by instead of its id.
    package let nameField: String?
    /// Whether plugins and others that reference one go with it, by the name of the referencing collection.
    package let cascades: Set<String>
    /// Shorthand that is accepted and never returned, turned into fields before validation.
    package let expand: @Sendable (JSONObject) -> (JSONObject, FieldErrors)
    /// A change to a complete, valid entity that the fields themselves do not tell.
    package let finish: @Sendable (JSONObject) -> JSONObject

    package init(
        name: String, singular: String, nameField: String?, cascades: Set<String> = [], schema: RecordSchema,
        expand: @escaping @Sendable (JSONObject) -> (JSONObject, FieldErrors) = { ($0, FieldErrors()) },
        finish: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
    ) {
        self.name = name
        self.singular = singular
        self.nameField = nameField
        self.cascades = cascades
        self.schema = schema
        self.expand = expand
        self.finish = finish
    }

    /// Fields that reference other collections.
    package var references: [(field: String, collection: String)] {
        schema.fields.compactMap { named in
            if case .foreign(let collection) = named.field.kind { (named.name, collection) } else { nil }
        }
    }

    var uniqueFields: [String] { schema.fields.filter { $0.field.isUnique }.map(\.name) }
}

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
