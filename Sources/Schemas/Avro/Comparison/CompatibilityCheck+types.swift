extension CompatibilityCheck {
    /// What is to be looked at for a pair, in the order in which it is told.
    func plan(_ pair: Pair) -> (Rule, [Step]) {
        let own = reader.nodes[Int(pair.reader)]
        let other = writer.nodes[Int(pair.writer)]
        if other.kind == .union {
            let branches = writer.branchTypes(of: other)
            let visits = branches.map { Step.visit(Pair(reader: pair.reader, writer: $0), below: []) }
            guard own.kind == .union else { return (.all, visits) }
            // Of a branch that nothing reads it is told that it is missing, not why each of the reader's does not.
            return (.branches(branches.enumerated().map { missing($0.element, [String($0.offset)]) }), visits)
        }
        if own.kind == .union {
            let visits = reader.branchTypes(of: own).map {
                Step.visit(Pair(reader: $0, writer: pair.writer), below: [])
            }
            return (.any(otherwise: missing(pair.writer, [])), visits)
        }
        guard own.kind == other.kind else {
            if TypeMatch.promotes(other.kind, own.kind) { return (.all, []) }
            let message = "reader type: \(Self.word(own)) not compatible with writer type: \(Self.word(other))"
            return (.all, [.tell(Fault(.typeMismatch, [], message))])
        }
        switch own.kind {
        case .array: return (.all, [.visit(Pair(reader: own.first, writer: other.first), below: ["items"])])
        case .map: return (.all, [.visit(Pair(reader: own.first, writer: other.first), below: ["values"])])
        case .record: return (.all, names(own, other) + fields(own, other))
        case .enum: return (.all, names(own, other) + symbols(own, other))
        case .fixed:
            let isSame = own.first == other.first
            let size = Fault(.fixedSizeMismatch, ["size"], "expected: \(other.first), found: \(own.first)")
            return (.all, names(own, other) + (isSame ? [] : [.tell(size)]))
        default: return (.all, [])
        }
    }

    private func missing(_ branch: Int32, _ below: [String]) -> Fault {
        let word = Self.word(writer.nodes[Int(branch)])
        return Fault(.missingUnionBranch, below, "reader union lacking writer type: \(word)")
    }

    private func names(_ own: SchemaNode, _ other: SchemaNode) -> [Step] {
        guard let own = reader.description(of: own), let other = writer.description(of: other),
            own.name != other.name, !own.aliases.contains(other.fullName)
        else { return [] }
        return [.tell(Fault(.nameMismatch, ["name"], "expected: \(other.fullName)"))]
    }

    private func symbols(_ own: SchemaNode, _ other: SchemaNode) -> [Step] {
        let missing = Set(writer.names(of: other)).subtracting(reader.names(of: own)).sorted()
        if missing.isEmpty || own.detail >= 0 { return [] }
        return [.tell(Fault(.missingEnumSymbols, ["symbols"], "[\(missing.joined(separator: ", "))]"))]
    }

    private func fields(_ own: SchemaNode, _ other: SchemaNode) -> [Step] {
        var written: [String: Int32] = [:]
        for field in writer.fieldRange(of: other) {
            written[writer.fieldDescriptions[field].name] = writer.fields[field].type
        }
        var steps: [Step] = []
        for (place, field) in reader.fieldRange(of: own).enumerated() {
            let description = reader.fieldDescriptions[field]
            let below = ["fields", String(place)]
            if let type = ([description.name] + description.aliases).compactMap({ written[$0] }).first {
                steps.append(.visit(Pair(reader: reader.fields[field].type, writer: type), below: below + ["type"]))
            } else if reader.fields[field].defaultCount < 0 {
                steps.append(.tell(Fault(.readerFieldMissingDefaultValue, below, description.name)))
            }
        }
        return steps
    }

    /// A kind as Java writes it.
    private static func word(_ node: SchemaNode) -> String { node.kind.name.uppercased() }
}
