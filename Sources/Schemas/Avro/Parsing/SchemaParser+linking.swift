internal import JSON

extension SchemaParser {
    /// Gives every name that its own text does not define its meaning.
    mutating func link() throws(AvroSchemaError) {
        var meanings: [Int32: Int32] = [:]
        for name in pending {
            guard let found = name.candidates.compactMap({ defined[$0] }).first else {
                throw AvroSchemaError(
                    .unknownName, "the type '\(Self.clipped(name.candidates[0]))' is not defined",
                    at: JSONPointer(tokens: name.path), reference: name.reference)
            }
            if found.reference == name.reference {
                throw AvroSchemaError(
                    .usedBeforeDefinition, "the type '\(name.candidates[0])' is used before it is defined",
                    at: JSONPointer(tokens: name.path), reference: name.reference)
            }
            if found.reference == nil {
                throw AvroSchemaError(
                    .referenceCycle, "a reference uses '\(name.candidates[0])' of the schema that refers to it",
                    at: JSONPointer(tokens: name.path), reference: name.reference)
            }
            meanings[name.node] = found.node
            uses.append(Use(from: name.reference ?? "", of: found.reference ?? "", depth: name.depth))
        }
        try checkUses()
        replace(meanings)
        try finishUnions()
    }

    /// No text may use itself through others, nor nest too deeply through them.
    private func checkUses() throws(AvroSchemaError) {
        var waiting: [String: Int] = [:]
        var users: [String: [Use]] = [:]
        for use in uses {
            waiting[use.from, default: 0] += 1
            users[use.of, default: []].append(use)
        }
        var ready = deepest.keys.filter { waiting[$0] == nil }.sorted()
        var depths = deepest
        while let text = ready.popLast() {
            for use in users[text] ?? [] {
                let through = use.depth - 1 + (depths[text] ?? 0)
                depths[use.from] = max(depths[use.from] ?? 0, through)
                guard through <= limits.depth else {
                    throw AvroSchemaError(
                        .tooDeep, "with references types stand deeper than \(limits.depth) in types",
                        at: JSONPointer(tokens: []), reference: use.from.isEmpty ? nil : use.from)
                }
                waiting[use.from, default: 0] -= 1
                if waiting[use.from] == 0 {
                    waiting[use.from] = nil
                    ready.append(use.from)
                }
            }
        }
        if let stuck = waiting.keys.filter({ !$0.isEmpty }).min() {
            throw AvroSchemaError(
                .referenceCycle, "the references use each other in a circle", at: JSONPointer(tokens: []),
                reference: stuck)
        }
    }

    private mutating func replace(_ meanings: [Int32: Int32]) {
        if meanings.isEmpty { return }
        func meaning(_ node: Int32) -> Int32 { meanings[node] ?? node }
        tables.root = meaning(tables.root)
        for index in tables.fields.indices { tables.fields[index].type = meaning(tables.fields[index].type) }
        for index in tables.branches.indices { tables.branches[index] = meaning(tables.branches[index]) }
        for index in tables.nodes.indices where tables.nodes[index].kind == .array || tables.nodes[index].kind == .map {
            tables.nodes[index].first = meaning(tables.nodes[index].first)
        }
    }

    /// A union has each unnamed type, and each name, once; its branches are found by their labels.
    private mutating func finishUnions() throws(AvroSchemaError) {
        for union in unions {
            let branches = Array(tables.branchTypes(of: tables.nodes[Int(union.node)]))
            var seen: Set<Int32> = []
            var labels: [TextRange] = []
            for (place, branch) in branches.enumerated() {
                let kind = tables.nodes[Int(branch)].kind
                // A named type is itself; of an unnamed there may be one, whatever is in it.
                guard seen.insert(kind.isNamed ? branch : -1 - Int32(kind.rawValue)).inserted else {
                    throw AvroSchemaError(
                        .duplicateBranch, "the union has '\(tables.label(of: branch))' twice",
                        at: JSONPointer(tokens: union.path + [String(place)]), reference: union.reference)
                }
                labels.append(tables.append(text: tables.label(of: branch)))
                if kind == .null { tables.nodes[Int(union.node)].detail = Int32(place) }
            }
            tables.setNames(labels, of: Int(union.node))
        }
    }
}
