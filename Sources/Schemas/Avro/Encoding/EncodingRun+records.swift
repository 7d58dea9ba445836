internal import JSON

extension EncodingRun {
    mutating func record(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        guard let object = tape.object(at: position) else { return mismatch(node, at: position) }
        let first = Int(node.first)
        let count = Int(node.count)
        var member = object.first
        var place = 0
        // Most documents have their members in the order of the fields.
        while place < count, member < object.end {
            let field = schema.fields[first + place]
            guard tape.isString(at: member, schema.bytes(field.name)) else { break }
            value(field.type, at: member + 1, to: &output)
            if isStopped { return }
            member = tape.next(member + 1)
            place += 1
        }
        if place < count || member < object.end {
            rest(node, at: position, from: place, member, object.end, to: &output)
        }
    }

    /// The fields from `place` on, whose members stand in any order from `member` on, or are missing.
    private mutating func rest(
        _ node: SchemaNode, at position: Int, from place: Int, _ start: Int, _ end: Int,
        to output: inout OutputSpan<UInt8>
    ) {
        let first = Int(node.first)
        let count = Int(node.count)
        let base = slots.count
        slots.append(contentsOf: repeatElement(0, count: count - place))
        var member = start
        var likely = place
        while member < end, !isStopped {
            let found = self.place(of: member, in: node, likely)
            if let found {
                if found < place || slots[base + found - place] != 0 {
                    fault(.repeatedField, at: member + 1, .field)
                } else {
                    slots[base + found - place] = member + 1
                }
                likely = found + 1
            } else if !rules.ignoresUnknownFields {
                fault(.unknownField, at: member + 1, .field)
            }
            member = tape.next(member + 1)
        }
        for index in place..<count where !isStopped {
            let field = schema.fields[first + index]
            let member = slots[base + index - place]
            if member != 0 {
                value(field.type, at: member, to: &output)
            } else {
                missing(field, first + index, at: position, to: &output)
            }
        }
        slots.removeLast(count - place)
    }

    /// Which field the member at `position` is; `likely` is looked at first, and the one behind it.
    func place(of position: Int, in node: SchemaNode, _ likely: Int) -> Int? {
        for place in likely..<min(likely + 2, Int(node.count)) where place >= 0 {
            if tape.isString(at: position, schema.bytes(schema.names[Int(node.names) + place])) { return place }
        }
        return schema.place(of: node, in: tape, at: position)
    }

    private mutating func missing(
        _ field: FieldNode, _ index: Int, at position: Int, to output: inout OutputSpan<UInt8>
    ) {
        switch field.defaultCount {
        case -1: fault(.missingField, at: position, .missing(index))
        case -2:
            neededDefault = index
            isStopped = true
        default:
            let start = Int(field.defaultStart)
            append(schema.defaults.extracting(start..<start + Int(field.defaultCount)), to: &output)
        }
    }
}
