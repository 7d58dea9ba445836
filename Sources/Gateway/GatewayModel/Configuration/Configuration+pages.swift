extension Configuration {
    /// Which entities a page holds.
    package enum Filter: Sendable {
        case none
        case allTags([String])
        case anyTag([String])
        case references(field: String, id: String)
    }

    /// Up to `size` entities after the one with the id `after`, by id, and the id to go on after if there are more.
    package func page(
        _ collection: String, after: String?, size: Int, filter: Filter = .none
    ) -> (entities: [Entity], next: String?) {
        guard let table = tables[collection], size > 0 else { return ([], nil) }
        switch filter {
        case .none: return Self.page(of: table.order.after(after), table, size)
        case .references(let field, let id):
            return Self.page(of: Self.sorted(table.ids(where: field, references: id), after: after), table, size)
        case .anyTag(let tags):
            let ids = tags.reduce(into: Set<String>()) { $0.formUnion(table.ids(tagged: $1)) }
            return Self.page(of: Self.sorted(ids, after: after), table, size)
        case .allTags(let tags):
            guard var ids = tags.first.map({ table.ids(tagged: $0) }) else { return ([], nil) }
            for tag in tags.dropFirst() { ids.formIntersection(table.ids(tagged: tag)) }
            return Self.page(of: Self.sorted(ids, after: after), table, size)
        }
    }

    private static func sorted(_ ids: Set<String>, after: String?) -> [String] {
        (after.map { after in ids.filter { $0 > after } } ?? ids).sorted()
    }

    private static func page(
        of ids: some Sequence<String>, _ table: EntityTable, _ size: Int
    ) -> (entities: [Entity], next: String?) {
        var found: [Entity] = []
        for id in ids {
            guard let entity = table.byID[id] else { continue }
            if found.count == size { return (found, found.last?.id) }
            found.append(entity)
        }
        return (found, nil)
    }

    /// A tag of an entity.
    package struct TagRow: Sendable, Hashable, Comparable {
        package let tag: String
        package let collection: String
        package let id: String

        package init(tag: String, collection: String, id: String) {
            self.tag = tag
            self.collection = collection
            self.id = id
        }

        package static func < (left: TagRow, right: TagRow) -> Bool {
            (left.tag, left.collection, left.id) < (right.tag, right.collection, right.id)
        }
    }

    /// Up to `size` tags of entities after `after`, in order, and the one to go on after if there are more.
    ///
    /// - Parameter tag: Only this one; nil for all.
    package func tagPage(_ tag: String?, after: TagRow?, size: Int) -> (rows: [TagRow], next: TagRow?) {
        var tags: [String]
        if let tag {
            tags = [tag]
        } else {
            tags = Set(tables.values.flatMap(\.tags)).sorted()
            if let after { tags.removeAll { $0 < after.tag } }
        }
        var rows: [TagRow] = []
        for tag in tags {
            for (collection, table) in tables.sorted(by: { $0.key < $1.key }) {
                for id in table.ids(tagged: tag).sorted() {
                    let row = TagRow(tag: tag, collection: collection, id: id)
                    if let after, row <= after { continue }
                    if rows.count == size { return (rows, rows.last) }
                    rows.append(row)
                }
            }
        }
        return (rows, nil)
    }
}
