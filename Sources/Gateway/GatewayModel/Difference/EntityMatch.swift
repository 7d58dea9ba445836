internal import JSON

/// Finds which of a node's entities those of a file are.
enum EntityMatch {
    /// For each entity of the file the node's one that it is; no two have the same.
    static func partners(
        of wanted: [Entity], among current: [Entity], _ definition: EntityDefinition
    ) -> [Entity?] {
        var partners: [Entity?] = Array(repeating: nil, count: wanted.count)
        var free = Dictionary(current.map { ($0.id, $0) }) { first, _ in first }
        for (index, entity) in wanted.enumerated() { partners[index] = free.removeValue(forKey: entity.id) }
        for key in keys(definition) {
            if free.isEmpty { break }
            var byKey: [String: String] = [:]
            for entity in free.values {
                if let text = key(entity) { byKey[text] = entity.id }
            }
            for (index, entity) in wanted.enumerated() where partners[index] == nil {
                guard let text = key(entity), let id = byKey[text] else { continue }
                partners[index] = free.removeValue(forKey: id)
            }
        }
        return partners
    }

    private typealias Key = (Entity) -> String?

    /// What tells an entity from the others of its kind, beside its id; the strongest first.
    private static func keys(_ definition: EntityDefinition) -> [Key] {
        var keys: [Key] = []
        if let nameField = definition.nameField {
            let parents = definition.isNameUnique ? [] : definition.references.map(\.field)
            keys.append { entity in
                entity.text(nameField).map { joined([$0] + parents.map { entity.reference($0) ?? "" }) }
            }
        }
        if !definition.cacheKey.isEmpty {
            keys.append { entity in
                joined(definition.cacheKey.map { entity.reference($0) ?? entity.text($0) ?? "" })
            }
        }
        keys += definition.uniqueFields.filter { $0 != definition.nameField }.map { field in { $0.text(field) } }
        // A certificate is told by what it is, whatever its tags; all that has no name by all that it holds.
        if definition.nameField == nil, definition.schema.field("cert") != nil { keys.append { $0.text("cert") } }
        let content = definition.schema.fields.filter { !$0.field.isAutomatic && $0.name != "id" }.map(\.name)
        keys.append { entity in joined(content.map { entity.fields[$0]?.text ?? "" }) }
        return keys
    }

    /// A NUL, which no name may hold, keeps them apart.
    private static func joined(_ texts: [String]) -> String { texts.joined(separator: "\0") }
}
