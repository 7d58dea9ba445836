internal import JSON

extension EncodingRun {
    mutating func union(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        if tape.isNull(at: position) {
            guard node.detail >= 0 else { return fault(.noBranch, at: position, .type(node)) }
            append(long: Int64(node.detail), to: &output)
        } else if rules.form == .tagged {
            tagged(node, at: position, to: &output)
        } else if node.count == 2, node.detail >= 0 {
            branch(1 - Int(node.detail), of: node, at: position, to: &output)
        } else {
            untagged(node, at: position, to: &output)
        }
    }

    private mutating func branch(
        _ place: Int, of node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>
    ) {
        append(long: Int64(place), to: &output)
        value(schema.branches[Int(node.first) + place], at: position, to: &output)
    }

    /// An object with one member, whose name is the branch's.
    private mutating func tagged(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        guard let object = tape.object(at: position), object.first < object.end,
            tape.next(object.first + 1) == object.end
        else { return fault(.notTagged, at: position, .tag(node)) }
        guard let place = schema.place(of: node, in: tape, at: object.first) else {
            return fault(.unknownBranch, at: object.first + 1, .branch(node))
        }
        branch(place, of: node, at: object.first + 1, to: &output)
    }

    /// Of the branches that the value fits, the most specific; of equals the first.
    private mutating func untagged(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        let kind = tape.kind(at: position)
        var only: Int?
        var isOnly = true
        for place in 0..<Int(node.count) where accepts(branchNode(place, of: node), kind, at: position) {
            isOnly = only == nil
            only = only ?? place
            if !isOnly { break }
        }
        guard let only else { return fault(.noBranch, at: position, .type(node)) }
        if isOnly { return branch(only, of: node, at: position, to: &output) }
        let candidates = candidates(node, kind, at: position)
        guard let best = candidates.first else { return fault(.noBranch, at: position, .type(node)) }
        if candidates.count == 1 { return branch(best.place, of: node, at: position, to: &output) }
        for candidate in candidates where attempt(candidate.place, of: node, at: position, to: &output) { return }
        if attempts > 0 { return fault(.noBranch, at: position, .type(node)) }
        // None fits: what is wrong is told of the best.
        branch(best.place, of: node, at: position, to: &output)
    }

    private func branchNode(_ place: Int, of node: SchemaNode) -> SchemaNode {
        schema.nodes[Int(schema.branches[Int(node.first) + place])]
    }

    /// The branches that may do, the best first.
    private mutating func candidates(
        _ node: SchemaNode, _ kind: JSONTapeKind, at position: Int
    ) -> [(rank: Int, place: Int)] {
        var candidates: [(rank: Int, place: Int)] = []
        for place in 0..<Int(node.count) {
            let branch = branchNode(place, of: node)
            guard accepts(branch, kind, at: position), let rank = rank(branch, kind, at: position) else { continue }
            candidates.append((rules.form == .defaults ? 0 : rank, place))
        }
        candidates.sort { $0 < $1 }
        return candidates
    }

    /// Writes a branch; takes back what it wrote and returns false when the value does not fit it.
    private mutating func attempt(
        _ place: Int, of node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>
    ) -> Bool {
        let count = output.count
        let slotCount = slots.count
        attempts += 1
        branch(place, of: node, at: position, to: &output)
        attempts -= 1
        guard hasFailed else { return true }
        hasFailed = false
        isStopped = false
        output.removeLast(output.count - count)
        slots.removeLast(slots.count - slotCount)
        return false
    }

    /// Whether a value of this kind can be one of the type at all.
    private func accepts(_ node: SchemaNode, _ kind: JSONTapeKind, at position: Int) -> Bool {
        switch node.kind {
        case .null, .union: false
        case .boolean: kind == .true || kind == .false
        case .int, .long: kind == .integer || kind == .unsigned || kind == .double
        case .float, .double:
            kind == .integer || kind == .unsigned || kind == .double
                || kind == .string && FloatingPointWords.value(tape, at: position) != nil
        case .string, .enum: kind == .string
        case .bytes, .fixed:
            kind == .string
                || node.logicalType == .decimal && rules.readsDecimals
                    && (kind == .integer || kind == .unsigned || kind == .double)
        case .array: kind == .array
        case .record, .map: kind == .object
        }
    }

    /// How well the value fits, 0 best; nil when a glance shows that it does not.
    private mutating func rank(_ node: SchemaNode, _ kind: JSONTapeKind, at position: Int) -> Int? {
        switch node.kind {
        case .null, .union, .boolean, .array: return 0
        case .int, .long:
            let range = node.kind == .int ? Int64(Int32.min)...Int64(Int32.max) : Int64.min...Int64.max
            guard let value = wholeNumber(at: position), range.contains(value) else { return nil }
            return (kind == .double ? 5 : 0) + (node.kind == .int ? 0 : 1)
        case .double: return kind == .string ? 5 : kind == .double ? 1 : 3
        case .float:
            if kind == .double, let value = tape.double(at: position), Double(Float(value)) == value { return 1 }
            return kind == .string ? 5 : kind == .double ? 2 : 4
        case .enum: return schema.place(of: node, in: tape, at: position) == nil ? nil : 0
        case .string: return 1
        case .bytes, .fixed:
            if node.logicalType == .decimal, rules.readsDecimals {
                return kind == .string ? 4 : kind == .double ? 0 : 2
            }
            return node.kind == .fixed ? 2 : 3
        case .record: return unknownMembers(node, at: position)
        case .map: return Int.max
        }
    }

    /// How many members of an object a record does not have; nil when it may not have them, or lacks one it must have.
    private mutating func unknownMembers(_ node: SchemaNode, at position: Int) -> Int? {
        guard let object = tape.object(at: position) else { return nil }
        var unknown = 0
        var required = 0
        var likely = 0
        var member = object.first
        while member < object.end {
            budget -= 1
            if let place = place(of: member, in: node, likely) {
                if schema.fields[Int(node.first) + place].defaultCount == -1 { required += 1 }
                likely = place + 1
            } else if rules.ignoresUnknownFields {
                unknown += 1
            } else {
                return nil
            }
            member = tape.next(member + 1)
        }
        return required >= Int(node.detail) ? unknown : nil
    }

    /// Pays for a value that an attempt looks at.
    mutating func pay(at position: Int) -> Bool {
        budget -= 1
        guard budget < 0 else { return true }
        log.append(.tooManyAttempts, position, member: nil, "a union whose branch is found sooner", found(at: position))
        isStopped = true
        return false
    }
}
