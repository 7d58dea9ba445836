internal import JSON

/// The entities of one collection, with what they are found by.
struct EntityTable: Sendable {
    private(set) var byID: [String: Entity] = [:]
    /// All ids in the order of pages.
    private(set) var order = SortedIDs()
    /// By unique field, then by value.
    private var unique: [String: [String: String]] = [:]
    /// By the values of the fields of the definition's cache key.
    private var byCacheKey: [String: String] = [:]
    /// By referencing field, then by the referenced id.
    private var children: [String: [String: Set<String>]] = [:]
    private var byTag: [String: Set<String>] = [:]

    var count: Int { byID.count }

    func id(where field: String, is value: String) -> String? { unique[field]?[value] }

    func ids(where field: String, references id: String) -> Set<String> { children[field]?[id] ?? [] }

    func ids(tagged tag: String) -> Set<String> { byTag[tag] ?? [] }

    var tags: Dictionary<String, Set<String>>.Keys { byTag.keys }

    /// The id of the other entity that has the same cache key.
    func id(sharingCacheKeyWith entity: Entity, _ definition: EntityDefinition) -> String? {
        Self.cacheKey(entity, definition).flatMap { byCacheKey[$0] }.flatMap { $0 == entity.id ? nil : $0 }
    }

    mutating func put(_ entity: Entity, _ definition: EntityDefinition) {
        if let old = byID.updateValue(entity, forKey: entity.id) {
            unlink(old, definition)
        } else {
            order.insert(entity.id)
        }
        for field in definition.uniqueFields {
            if let value = entity.text(field) { unique[field, default: [:]][value] = entity.id }
        }
        if let key = Self.cacheKey(entity, definition) { byCacheKey[key] = entity.id }
        for (field, _) in definition.references {
            if let parent = entity.reference(field) {
                children[field, default: [:]][parent, default: []].insert(entity.id)
            }
        }
        for tag in entity.tags { byTag[tag, default: []].insert(entity.id) }
    }

    mutating func remove(_ id: String, _ definition: EntityDefinition) {
        guard let old = byID.removeValue(forKey: id) else { return }
        unlink(old, definition)
        order.remove(id)
    }

    private mutating func unlink(_ entity: Entity, _ definition: EntityDefinition) {
        for field in definition.uniqueFields {
            if let value = entity.text(field), unique[field]?[value] == entity.id { unique[field]?[value] = nil }
        }
        if let key = Self.cacheKey(entity, definition), byCacheKey[key] == entity.id { byCacheKey[key] = nil }
        for (field, _) in definition.references {
            guard let parent = entity.reference(field) else { continue }
            children[field]?[parent]?.remove(entity.id)
            if children[field]?[parent]?.isEmpty == true { children[field]?[parent] = nil }
        }
        for tag in entity.tags {
            byTag[tag]?.remove(entity.id)
            if byTag[tag]?.isEmpty == true { byTag[tag] = nil }
        }
    }

    /// One text for the values of the key's fields; a NUL, which no name may hold, keeps them apart.
    private static func cacheKey(_ entity: Entity, _ definition: EntityDefinition) -> String? {
        if definition.cacheKey.isEmpty { return nil }
        return definition.cacheKey.map { entity.reference($0) ?? entity.text($0) ?? "" }.joined(separator: "\0")
    }
}
