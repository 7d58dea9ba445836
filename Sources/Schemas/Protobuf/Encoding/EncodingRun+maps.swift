internal import Bytes
internal import JSON

extension EncodingRun {
    /// Each member is an entry: a message of a key and a value, which are written whatever they are.
    @inline(never)
    mutating func map(_ field: FieldRow, at position: Int, to output: inout [UInt8]) {
        guard let map = tape.object(at: position) else { return mismatch("an object", at: position) }
        guard map.first < map.end, enter(at: position) else { return }
        checkNames(map)
        let entry = schema.messages[Int(field.target)]
        let key = schema.fields[Int(entry.firstField)]
        var value = schema.fields[Int(entry.firstField) + 1]
        value.hasPresence = true
        var name = map.first
        while name < map.end, !isStopped {
            let entryStart = output.count
            Wire.append(varint: UInt64(field.tag), to: &output)
            let start = Wire.begin(&output)
            self.key(key, at: name, to: &output)
            let valueStart = output.count
            single(value, at: name + 1, to: &output)
            if output.count == valueStart {
                // A value that is passed over takes its entry with it.
                output.removeLast(output.count - entryStart)
            } else {
                Wire.finish(start, &output)
            }
            guard hasRoom(output) else { break }
            name = tape.next(name + 1)
        }
        leave()
    }

    @inline(never)
    private mutating func key(_ field: FieldRow, at position: Int, to output: inout [UInt8]) {
        guard let text = tape.string(at: position) else { return }
        Wire.append(varint: UInt64(field.tag), to: &output)
        switch field.type {
        case .string:
            Wire.append(varint: UInt64(text.count), to: &output)
            output.append(text)
        case .bool:
            if text.equals("true") || text.equals("false") {
                output.append(text.equals("true") ? 1 : 0)
            } else {
                fault(.badText, at: position + 1, .words("\"true\" or \"false\" as the member's name"))
            }
        default:
            if let bits = NumberText(text).bits(as: field.type) {
                Wire.append(bits, as: field.type, to: &output)
            } else {
                fault(.badText, at: position + 1, .words(NumberText.words(field.type) + " as the member's name"))
            }
        }
    }

    /// Tells names that are there more than once.
    @inline(never)
    mutating func checkNames(_ object: JSONTape.Container) {
        var name = object.first
        var count = 0
        // Most maps are small: each name is compared with those before it.
        while name < object.end, count < 9 {
            guard let text = tape.string(at: name) else { return }
            var other = object.first
            while other < name {
                if tape.isString(at: other, text) { return repeated(name) }
                other = tape.next(other + 1)
            }
            name = tape.next(name + 1)
            count += 1
        }
        if name >= object.end { return }
        var seen: Set<[UInt8]> = []
        name = object.first
        while name < object.end {
            guard let text = tape.string(at: name) else { return }
            if !seen.insert(text.array).inserted { return repeated(name) }
            name = tape.next(name + 1)
        }
    }

    private mutating func repeated(_ name: Int) {
        fault(.repeatedField, at: name + 1, .words("one member of this name"))
    }
}
