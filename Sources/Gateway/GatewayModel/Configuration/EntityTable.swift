/// The entities of one collection, with what they are found by.
struct EntityTable: Sendable {
    private(set) var byID: [String: Entity] = [:]
    /// All ids in the order of pages.
    private(set) var order: [String] = []
    /// By unique field, then by value.
    private var unique: [String: [String: String]] = [:]
    /// By referencing field, then by the referenced id.
    private var children: [String: [String: Set<String>]] = [:]

    var count: Int { byID.count }

    func id(where field: String, is value: String) -> String? { unique[field]?[value] }

    func ids(where field: String, references id: String) -> Set<String> { children[field]?[id] ?? [] }

    mutating func put(_ entity: Entity, _ definition: EntityDefinition) {
        if let old = byID[entity.id] {
            unlink(old, definition)
        } else if let last = order.last, last > entity.id {
            order.insert(entity.id, at: place(of: entity.id))
        } else {
            order.append(entity.id)
        }
        byID[entity.id] = entity
        for field in definition.uniqueFields {
            if let value = entity.text(field) { unique[field, default: [:]][value] = entity.id }
        }
        for (field, _) in definition.references {
            if let parent = entity.reference(field) {
                children[field, default: [:]][parent, default: []].insert(entity.id)
            }
        }
    }

    mutating func remove(_ id: String, _ definition: EntityDefinition) {
        guard let old = byID.removeValue(forKey: id) else { return }
        unlink(old, definition)
        let place = place(of: id)
        if place < order.count, order[place] == id { order.remove(at: place) }
    }

    private mutating func unlink(_ entity: Entity, _ definition: EntityDefinition) {
        for field in definition.uniqueFields {
            if let value = entity.text(field) { unique[field]?[value] = nil }
        }
        for (field, _) in definition.references {
            guard let parent = entity.reference(field) else { continue }
            children[field]?[parent]?.remove(entity.id)
            if children[field]?[parent]?.isEmpty == true { children[field]?[parent] = nil }
        }
    }

    /// The first place whose id is not before `id`.
    func place(of id: String) -> Int {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
