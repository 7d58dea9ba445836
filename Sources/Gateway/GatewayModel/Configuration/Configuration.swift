internal import Bytes
internal import Cryptography
internal import JSON

/// All entities of a node at one moment: a value. Operations change a copy; whoever holds the old one sees no change.
package struct Configuration: Sendable {
    package let schema: GatewaySchema
    var tables: [String: EntityTable] = [:]

    package init(schema: GatewaySchema) { self.schema = schema }

    // MARK: - Reading

    /// All entities of a collection, by id.
    package func all(_ collection: String) -> [Entity] {
        guard let table = tables[collection] else { return [] }
        return table.order.compactMap { table.byID[$0] }
    }

    package func count(_ collection: String) -> Int { tables[collection]?.count ?? 0 }

    package func entity(_ collection: String, id: String) -> Entity? { tables[collection]?.byID[id] }

    /// The entity with that id or, if the key is none, that name.
    package func find(_ definition: EntityDefinition, _ key: String) -> Entity? {
        guard let table = tables[definition.name] else { return nil }
        if UUIDText.isValid(key) { return table.byID[key.lowercased()] ?? table.byID[key] }
        guard let nameField = definition.nameField, let id = table.id(where: nameField, is: key) else { return nil }
        return table.byID[id]
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

    /// Which entities a page holds.
    package enum Filter: Sendable {
        case none
        case allTags([String])
        case anyTag([String])
        case references(field: String, id: String)
    }

    /// Up to `size` entities after the one with the id `after`, and the id to go on after if there are more.
    package func page(
        _ collection: String, after: String?, size: Int, filter: Filter = .none
    ) -> (entities: [Entity], next: String?) {
        guard let table = tables[collection] else { return ([], nil) }
        var ids = table.order[...]
        if case .references(let field, let id) = filter { ids = table.ids(where: field, references: id).sorted()[...] }
        if let after { ids = ids.drop { $0 <= after } }
        var found: [Entity] = []
        for id in ids {
            guard let entity = table.byID[id], Self.passes(entity, filter) else { continue }
            if found.count == size { return (found, found.last?.id) }
            found.append(entity)
        }
        return (found, nil)
    }

    private static func passes(_ entity: Entity, _ filter: Filter) -> Bool {
        switch filter {
        case .none, .references: true
        case .allTags(let tags): Set(tags).isSubset(of: entity.tags)
        case .anyTag(let tags): !Set(tags).isDisjoint(with: entity.tags)
        }
    }

    /// 32 hexadecimal digits that change with the content; zeros when there is none.
    package var hash: String {
        var text: [UInt8] = []
        for definition in schema.definitions {
            for entity in all(definition.name) { JSONValue.object(entity.fields).write(to: &text) }
        }
        if text.isEmpty { return String(repeating: "0", count: 32) }
        return String(Hex.text(SHA256.digest(text.span).span).prefix(32))
    }

    // MARK: - Changing

    mutating func put(_ entity: Entity, _ definition: EntityDefinition) {
        tables[definition.name, default: EntityTable()].put(entity, definition)
    }

    /// Puts back an entity that was stored, without checking it again.
    package mutating func restore(_ entity: Entity, _ definition: EntityDefinition) { put(entity, definition) }
}
