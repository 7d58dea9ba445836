extension SchemaTables {
    /// Up to this many names are compared one by one.
    private static let comparedInTurn = 8

    mutating func append(text name: String) -> TextRange {
        let start = text.count
        text.append(contentsOf: name.utf8)
        return TextRange(start: Int32(start), count: Int32(text.count - start))
    }

    /// Gives a node its names, and a hash table over them when they are many.
    mutating func setNames(_ ranges: [TextRange], of node: Int) {
        nodes[node].names = Int32(names.count)
        nodes[node].count = Int32(ranges.count)
        names.append(contentsOf: ranges)
        for range in ranges { longestName = max(longestName, Int(range.count)) }
        guard ranges.count > Self.comparedInTurn else { return }
        var size = 16
        while size < ranges.count * 2 { size *= 2 }
        let start = slots.count
        nodes[node].slots = Int32(start)
        nodes[node].mask = Int32(size - 1)
        slots.append(contentsOf: repeatElement(-1, count: size))
        for (place, range) in ranges.enumerated() {
            var slot = NameHash.of(text.span.extracting(range.range)) & (size - 1)
            while slots[start + slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[start + slot] = Int32(place)
        }
    }

    func name(_ range: TextRange) -> String { String(decoding: text[range.range], as: UTF8.self) }

    /// The names of a record's fields, an enum's symbols or a union's branches.
    func names(of node: SchemaNode) -> [String] {
        names[Int(node.names)..<Int(node.names) + Int(node.count)].map { name($0) }
    }

    func description(of node: SchemaNode) -> TypeDescription? { node.type < 0 ? nil : types[Int(node.type)] }

    /// What messages call a type: its full name, or what it is.
    func label(of node: Int32) -> String {
        let node = nodes[Int(node)]
        return description(of: node)?.fullName ?? node.kind.name
    }

    func fieldRange(of node: SchemaNode) -> Range<Int> { Int(node.first)..<Int(node.first) + Int(node.count) }
    func branchTypes(of node: SchemaNode) -> ArraySlice<Int32> {
        branches[Int(node.first)..<Int(node.first) + Int(node.count)]
    }
}
