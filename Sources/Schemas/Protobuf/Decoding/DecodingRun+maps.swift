internal import Bytes
internal import JSON

extension DecodingRun {
    /// Appends a map. Of entries with the same key the last counts, in the place of the first.
    @inline(never)
    mutating func map(
        _ field: FieldRow, _ part: Part, _ places: Range<Int>, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        let entry = schema.messages[Int(field.target)]
        var keys: [[UInt8]] = []
        var shown: [Int] = []
        var known: [[UInt8]: Int] = [:]
        for place in places {
            guard let key = try key(entry, part.part(entries[place])) else { continue }
            if places.count > 1 {
                if let index = known[key] {
                    shown[index] = place
                    continue
                }
                known[key] = keys.count
            }
            keys.append(key)
            shown.append(place)
        }
        output.append(UInt8(ascii: "{"))
        for index in keys.indices {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: keys[index])
            output.append(UInt8(ascii: ":"))
            let key = keys[index]
            let value = entries[shown[index]]
            do throws(ProtobufDecodingError) {
                try mapValue(entry, part.part(value), to: &output)
            } catch {
                let text = JSONText.decodeString(key.span)
                throw error.within(String(decoding: text, as: UTF8.self))
            }
            try checkRoom(output, at: part.offset)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// An entry's key as a member's name; nil when its value is one that a closed enum does not have.
    @inline(never)
    private mutating func key(_ entry: MessageRow, _ part: Part) throws(ProtobufDecodingError) -> [UInt8]? {
        let base = try enter(entry, part)
        defer { leave(base) }
        let field = schema.fields[Int(entry.firstField)]
        let value = schema.fields[Int(entry.firstField) + 1]
        if value.type == .enum, entries.count == base || entries.last?.field == entry.firstField,
            try hasValue(part)
        {
            return nil
        }
        var name: [UInt8] = []
        if let last = entries[base...].last(where: { $0.field == entry.firstField }) {
            try scalar(field, part, last, to: &name)
        } else {
            showDefault(field, to: &name)
        }
        if name.first == UInt8(ascii: "\"") { return name }
        return [UInt8(ascii: "\"")] + name + [UInt8(ascii: "\"")]
    }

    /// Whether there is a number for the value, which then is none of its enum.
    private func hasValue(_ part: Part) throws(ProtobufDecodingError) -> Bool {
        var part = part
        while !part.isAtEnd {
            let (number, wireType) = try part.tag()
            _ = try part.value(wireType, of: number, depth: 1)
            if number == 2, wireType == .varint { return true }
        }
        return false
    }

    @inline(never)
    private mutating func mapValue(
        _ entry: MessageRow, _ part: Part, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        let base = try enter(entry, part)
        let row = entry.firstField + 1
        let field = schema.fields[Int(row)]
        let first = entries[base...].firstIndex { $0.field == row } ?? entries.count
        if field.type.isMessage {
            try messages(field, part, first..<entries.count, to: &output)
        } else if let last = entries.last, first < entries.count {
            try scalar(field, part, last, to: &output)
        } else {
            showDefault(field, to: &output)
        }
        leave(base)
    }
}
