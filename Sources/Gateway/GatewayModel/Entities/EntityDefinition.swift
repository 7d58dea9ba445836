package import JSON

/// A kind of entity: its collection's name, its fields and its place among the others.
package struct EntityDefinition: Sendable {
    /// A field that lists the names of child entities, which live in a collection of their own.
    package struct NameList: Sendable {
        /// The field, which is also the children's collection.
        package let field: String
        /// The child's field that references this entity.
        package let reference: String
        /// The child's field that holds its name.
        package let nameField: String
    }

    /// The collection, such as `services`.
    package let name: String
    /// One of them, such as `service`: the name of a field that references it.
    package let singular: String
    package let schema: RecordSchema
    /// The field an entity can be addressed by instead of its id.
    package let nameField: String?
    /// Whether plugins and others that reference one go with it, by the name of the referencing collection.
    package let cascades: Set<String>
    /// Fields that together tell one from all others, such as a plugin's name and scope; empty when there is no such
    /// rule.
    package let cacheKey: [String]
    /// Lists of children's names.
    package let nameLists: [NameList]
    /// Shorthand that is accepted and never returned, turned into fields before validation.
    package let expand: @Sendable (JSONObject) -> (JSONObject, FieldErrors)
    /// A change to a complete, valid entity that the fields themselves do not tell.
    package let finish: @Sendable (JSONObject) -> JSONObject
    /// Fields that reference other collections.
    package let references: [(field: String, collection: String)]
    /// Fields of which no two entities have the same value.
    let uniqueFields: [String]

    package init(
        name: String, singular: String, nameField: String?, cascades: Set<String> = [], cacheKey: [String] = [],
        nameLists: [NameList] = [], schema: RecordSchema,
        expand: @escaping @Sendable (JSONObject) -> (JSONObject, FieldErrors) = { ($0, FieldErrors()) },
        finish: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
    ) {
        self.name = name
        self.singular = singular
        self.nameField = nameField
        self.cascades = cascades
        self.cacheKey = cacheKey
        self.nameLists = nameLists
        self.schema = schema
        self.expand = expand
        self.finish = finish
        references = schema.fields.compactMap { named in
            if case .foreign(let collection) = named.field.kind { (named.name, collection) } else { nil }
        }
        uniqueFields = schema.fields.filter { $0.field.isUnique }.map(\.name)
    }
}
