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

    /// A list in declarative files that links an entity with others, such as a consumer's `groups`: each element names
    /// one of them, and stands for an entity of a collection of links.
    package struct LinkList: Sendable {
        /// The name in the file.
        package let name: String
        /// The collection of links.
        package let collection: String
        /// The link's field that references this entity.
        package let reference: String
        /// The link's field that references the other one.
        package let other: String
    }

    /// The paths of the Admin API that entities of a kind have.
    package enum Paths: Sendable {
        /// A collection of their own, and one below each entity that they reference.
        case own
        /// The collections below what they reference alone, under rules of their own.
        case custom
    }

    /// What happens to an entity on its way into the store, such as a password that becomes its hash. Gets the complete
    /// entity, and which of its fields the client gave.
    package typealias Transform =
        @Sendable (_ complete: JSONObject, _ given: Set<String>) throws(FieldErrors) -> JSONObject

    /// The collection, such as `services`.
    package let name: String
    /// One of them, such as `service`: the name of a field that references it.
    package let singular: String
    /// The collection in the Admin API's paths.
    package let pathName: String
    /// The collection in paths below another entity.
    package let nestedPathName: String
    package let paths: Paths
    package let schema: RecordSchema
    /// The field an entity can be addressed by instead of its id.
    package let nameField: String?
    /// Fields that together tell one from all others, such as a plugin's name and scope, in Kong's order; empty when
    /// there is no such rule.
    package let cacheKey: [String]
    /// Of the cache key, those that count and are told only where they are set.
    package let optionalKey: Set<String>
    /// Lists of children's names.
    package let nameLists: [NameList]
    package let linkLists: [LinkList]
    /// Shorthand that is accepted and never returned, turned into fields before validation.
    package let expand: @Sendable (JSONObject) -> (JSONObject, FieldErrors)
    /// A change to a complete, valid entity that the fields themselves do not tell. Done again, it changes nothing.
    package let finish: @Sendable (JSONObject) -> JSONObject
    /// Not done to what comes from the store, or from a document that says `_transform: false`.
    package let transform: Transform?
    /// Fields that reference other collections.
    package let references: [(field: String, collection: String)]
    /// Fields of which no two entities have the same value.
    let uniqueFields: [String]

    package init(
        name: String, singular: String, pathName: String? = nil, nestedPathName: String? = nil, paths: Paths = .own,
        nameField: String?, cacheKey: [String] = [], optionalKey: Set<String> = [], nameLists: [NameList] = [],
        linkLists: [LinkList] = [], schema: RecordSchema,
        expand: @escaping @Sendable (JSONObject) -> (JSONObject, FieldErrors) = { ($0, FieldErrors()) },
        finish: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }, transform: Transform? = nil
    ) {
        self.name = name
        self.singular = singular
        self.pathName = pathName ?? name
        self.nestedPathName = nestedPathName ?? pathName ?? name
        self.paths = paths
        self.nameField = nameField
        self.cacheKey = cacheKey
        self.optionalKey = optionalKey
        self.nameLists = nameLists
        self.linkLists = linkLists
        self.schema = schema
        self.expand = expand
        self.finish = finish
        self.transform = transform
        references = schema.fields.compactMap { named in
            if case .foreign(let collection) = named.field.kind { (named.name, collection) } else { nil }
        }
        uniqueFields = schema.fields.filter { $0.field.isUnique }.map(\.name)
    }

    /// Whether the name tells an entity from all others; else only from those of the same parent.
    package var isNameUnique: Bool { nameField.map(uniqueFields.contains) ?? false }

    /// A name as entities hold it, such as a target's address with its port.
    func storedName(_ text: String) -> String {
        guard let nameField else { return text }
        return finish([nameField: .string(text)])[nameField]?.stringValue ?? text
    }

    /// What is wrong with a text as the name of one of these, as far as the name by itself tells.
    package func problem(withName text: String) -> String? {
        guard let nameField, let field = schema.field(nameField) else { return nil }
        var errors = FieldErrors()
        _ = field.complete(.string(text), path: [], errors: &errors)
        return errors.problems.first?.message
    }
}
