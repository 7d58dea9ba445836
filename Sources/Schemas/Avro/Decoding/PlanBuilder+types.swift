extension PlanBuilder {
    /// Makes a pair's node.
    mutating func fill(_ index: Int32, _ pair: Pair) {
        plan.nodes[Int(index)] = made(pair)
    }

    private mutating func made(_ pair: Pair) -> PlanNode {
        let written = writer(pair).nodes[Int(pair.writer)]
        let wanted = reader(pair).nodes[Int(pair.reader)]
        if written.kind == .union {
            // The reader's union, if it is one, is looked into for each branch.
            let branches = writer(pair).branchTypes(of: written).map { branch in
                node(Pair(source: pair.source, writer: branch, reader: pair.reader))
            }
            plan.branches.append(contentsOf: branches)
            return PlanNode(
                kind: .union, first: Int32(plan.branches.count - branches.count), count: Int32(branches.count))
        }
        if wanted.kind == .union { return branch(pair, written, wanted) }
        guard TypeMatch.of(written, writer(pair), wanted, reader(pair)) != nil else {
            let wanted = words(pair.reader, reader(pair))
            return fail("what was written as \(words(pair.writer, writer(pair))) cannot be read as \(wanted)")
        }
        switch written.kind {
        case .record: return record(pair, written, wanted)
        case .enum: return enumeration(pair, written, wanted)
        case .array, .map:
            let inner = node(Pair(source: pair.source, writer: written.first, reader: wanted.first))
            return PlanNode(kind: written.kind, first: inner)
        default:
            var made = PlanNode(kind: written.kind, shown: wanted.kind, first: written.first)
            // Decimals that are not alike are no decimals to each other.
            if written.logicalType == .decimal, wanted.logicalType == .decimal, written.detail == wanted.detail,
                written.scale == wanted.scale
            {
                made.isDecimal = true
                made.scale = written.scale
            }
            return made
        }
    }

    private func words(_ index: Int32, _ tables: SchemaTables) -> String {
        let node = tables.nodes[Int(index)]
        let size = node.kind == .fixed ? " of \(node.first) bytes" : ""
        return node.kind.isNamed ? "the \(node.kind.name) \(tables.label(of: index))\(size)" : node.kind.name
    }

    /// The reader's branch that fits best; of equals the first.
    private mutating func branch(_ pair: Pair, _ written: SchemaNode, _ wanted: SchemaNode) -> PlanNode {
        let tables = reader(pair)
        var best: (match: TypeMatch, branch: Int32)?
        for branch in tables.branchTypes(of: wanted) {
            guard
                let match = TypeMatch.of(written, writer(pair), tables.nodes[Int(branch)], tables),
                best == nil || match < best!.match
            else { continue }
            best = (match, branch)
        }
        guard let best else {
            return fail(
                "what was written as \(words(pair.writer, writer(pair))) fits no branch of the reader's union")
        }
        let inner = node(Pair(source: pair.source, writer: pair.writer, reader: best.branch))
        // Null has no tag.
        let hasTag = tables.nodes[Int(best.branch)].kind != .null
        let tag = hasTag ? append(text: "\"\(tables.label(of: best.branch))\":") : TextRange(start: 0, count: 0)
        return PlanNode(action: .tagged, first: inner, tag: tag)
    }

    private mutating func enumeration(_ pair: Pair, _ written: SchemaNode, _ wanted: SchemaNode) -> PlanNode {
        let known = reader(pair).names(of: wanted)
        let places = Set(known)
        let ranges = writer(pair).names(of: written).map { symbol in
            let shown = places.contains(symbol) ? symbol : wanted.detail >= 0 ? known[Int(wanted.detail)] : nil
            return shown.map { append(text: "\"\($0)\"") } ?? TextRange(start: 0, count: -1)
        }
        let first = Int32(plan.symbols.count)
        plan.symbols.append(contentsOf: ranges)
        return PlanNode(kind: .enum, first: first, count: Int32(ranges.count))
    }

    private mutating func record(_ pair: Pair, _ written: SchemaNode, _ wanted: SchemaNode) -> PlanNode {
        let (from, to) = (writer(pair), reader(pair))
        let wantedFields = Array(to.fieldRange(of: wanted))
        // Each of the reader's fields takes what was written under its name, else under one of its aliases.
        var places: [String: Int] = [:]
        for (place, field) in from.fieldRange(of: written).enumerated() {
            places[from.fieldDescriptions[field].name] = place
        }
        var takers = [Int](repeating: -1, count: Int(written.count))
        var missing: [Int] = []
        for field in wantedFields {
            if let place = places[to.fieldDescriptions[field].name] { takers[place] = field }
        }
        for field in wantedFields where places[to.fieldDescriptions[field].name] == nil {
            let place = to.fieldDescriptions[field].aliases.compactMap { places[$0] }.first { takers[$0] < 0 }
            if let place { takers[place] = field } else { missing.append(field) }
        }
        var steps: [PlanStep] = []
        for (place, field) in from.fieldRange(of: written).enumerated() {
            let type = from.fields[field].type
            if takers[place] >= 0 {
                let inner = node(
                    Pair(source: pair.source, writer: type, reader: to.fields[takers[place]].type))
                steps.append(PlanStep(action: .read, node: inner, name: name(takers[place], to)))
            } else {
                let source: Source = pair.source == .reader ? .reader : .writer
                steps.append(PlanStep(action: .skip, node: node(Pair(source: source, writer: type, reader: type))))
            }
        }
        for field in missing {
            let row = to.fields[field]
            guard row.defaultCount >= 0 else {
                return fail(
                    "the reader's field '\(to.fieldDescriptions[field].name)' was not written and has no default")
            }
            // Only the reader's defaults are ever filled in.
            let inner = node(Pair(source: .reader, writer: row.type, reader: row.type))
            steps.append(
                PlanStep(
                    action: .fill, node: inner, name: name(field, to), defaultStart: row.defaultStart,
                    defaultCount: row.defaultCount))
        }
        plan.steps.append(contentsOf: steps)
        return PlanNode(kind: .record, first: Int32(plan.steps.count - steps.count), count: Int32(steps.count))
    }

    private mutating func name(_ field: Int, _ tables: SchemaTables) -> TextRange {
        append(text: "\"\(tables.fieldDescriptions[field].name)\":")
    }
}
