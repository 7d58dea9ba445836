internal import Bytes
internal import Cryptography
internal import JSON

/// All entities of a node at one moment: a value. Operations change a copy; whoever holds the old one sees no change.
package struct Configuration: Sendable {
    package let schema: GatewaySchema
    var tables: [String: EntityTable] = [:]
    /// The hash of the document that this was read from, until something is changed.
    var documentHash: String?

    package init(schema: GatewaySchema) { self.schema = schema }

    /// All entities of a collection, by id.
    package func all(_ collection: String) -> [Entity] {
        guard let table = tables[collection] else { return [] }
        return table.order.compactMap { table.byID[$0] }
    }

    package func count(_ collection: String) -> Int { tables[collection]?.count ?? 0 }

    /// Whether there is nothing at all.
    package var entityCount: Int { tables.values.reduce(0) { $0 + $1.count } }

    package var isEmpty: Bool { tables.values.allSatisfy { $0.count == 0 } }

    package func entity(_ collection: String, id: String) -> Entity? { tables[collection]?.byID[id] }

    /// The entity with that id or, if the key is none, that name.
    package func find(_ definition: EntityDefinition, _ key: String) -> Entity? {
        guard let table = tables[definition.name] else { return nil }
        if UUIDText.isValid(key) { return table.byID[key.lowercased()] }
        guard let nameField = definition.nameField, let id = table.id(where: nameField, is: key) else { return nil }
        return table.byID[id]
    }

    /// The child with that id or, if the key is none, that name among those whose `field` references the parent.
    package func find(
        _ definition: EntityDefinition, _ key: String, where field: String, references parent: String
    ) -> Entity? {
        if UUIDText.isValid(key) || definition.isNameUnique {
            return find(definition, key).flatMap { $0.reference(field) == parent ? $0 : nil }
        }
        guard let nameField = definition.nameField else { return nil }
        let key = definition.storedName(key)
        return children(definition.name, where: field, references: parent).first { $0.text(nameField) == key }
    }

    /// The entity whose unique field has that value.
    package func find(_ collection: String, where field: String, is value: String) -> Entity? {
        guard let table = tables[collection], let id = table.id(where: field, is: value) else { return nil }
        return table.byID[id]
    }

    /// Entities of `collection` whose `field` references `id`, by their ids.
    package func children(_ collection: String, where field: String, references id: String) -> [Entity] {
        guard let table = tables[collection] else { return [] }
        return table.ids(where: field, references: id).sorted().compactMap { table.byID[$0] }
    }

    /// 32 hexadecimal digits that change with the content; zeros when there is none. Reading the same document again
    /// gives the same hash.
    package var hash: String {
        if isEmpty { return String(repeating: "0", count: 32) }
        if let documentHash { return documentHash }
        var text: [UInt8] = []
        for definition in schema.definitions {
            for entity in all(definition.name) { JSONValue.object(entity.fields).write(to: &text) }
        }
        return Self.hash(of: text)
    }

    static func hash(of text: [UInt8]) -> String {
        let digest = SHA256.digest(text.span)
        return String(Hex.text(digest.span).prefix(32))
    }

    mutating func put(_ entity: Entity, _ definition: EntityDefinition) {
        documentHash = nil
        tables[definition.name, default: EntityTable()].put(entity, definition)
    }

    /// Puts back an entity that was stored. Its fields are completed and checked as today's schema wants them, but not
    /// against other entities.
    package mutating func restore(
        _ entity: Entity, _ definition: EntityDefinition
    ) throws(ModelError) {
        switch schema.complete(entity.fields, as: definition) {
        case .success(let fields): put(Entity(id: entity.id, fields: fields), definition)
        case .failure(let errors): throw .schemaViolation(errors)
        }
    }
}
