internal import Bytes
internal import JSON

/// Google's messages with a JSON form of their own. Their numbers are those of their files, which never change.
extension EncodingRun {
    @inline(never)
    mutating func any(at position: Int, to output: inout [UInt8]) {
        guard let object = tape.object(at: position) else { return mismatch("an object", at: position) }
        if object.first == object.end { return }
        var type: Int?
        var member = object.first
        while member < object.end {
            if isNamed(member, "@type") {
                if type != nil { return fault(.repeatedField, at: member + 1, .words("one member of this name")) }
                type = member
            }
            member = tape.next(member + 1)
        }
        guard let type else {
            return fault(.missingField, at: position, .words("an object with a member \"@type\""))
        }
        guard let row = messageType(at: type + 1), let name = tape.string(at: type + 1) else { return }
        output.append(0x0a)
        Wire.append(varint: UInt64(name.count), to: &output)
        output.append(name)
        output.append(0x12)
        let start = Wire.begin(&output)
        let message = schema.messages[Int(row)]
        if message.wellKnown == .none {
            guard enter(at: position) else { return }
            self.object(message, at: position, passedOver: type, to: &output)
            leave()
        } else if let value = value(in: object, behind: type, at: position) {
            self.message(row, at: value, to: &output)
        }
        if output.count == start { output.removeLast(2) } else { Wire.finish(start, &output) }
    }

    private func isNamed(_ member: Int, _ name: StaticString) -> Bool {
        guard let text = tape.string(at: member) else { return false }
        return text.equals(name)
    }

    /// The message that a type's URL names: what is behind its last slash.
    @inline(never)
    private mutating func messageType(at position: Int) -> Int32? {
        guard let url = tape.string(at: position) else {
            mismatch("the name of a type, such as \"type.googleapis.com/google.protobuf.Duration\"", at: position)
            return nil
        }
        var start = url.count
        while start > 0, url[start - 1] != UInt8(ascii: "/") { start -= 1 }
        if start > 0, let row = messagesByName[url.extracting(start..<url.count).string],
            !schema.messages[Int(row)].isMapEntry
        {
            return row
        }
        fault(.unknownType, at: position, .words("a slash and the full name of a message of the schema or its imports"))
        return nil
    }

    /// The one other member of an Any whose message has a form of its own.
    @inline(never)
    private mutating func value(in object: JSONTape.Container, behind type: Int, at position: Int) -> Int? {
        var value: Int?
        var member = object.first
        while member < object.end {
            if member != type {
                if value == nil, isNamed(member, "value") {
                    value = member + 1
                } else if isNamed(member, "value") {
                    fault(.repeatedField, at: member + 1, .words("one member of this name"))
                } else if !ignoresUnknownFields {
                    fault(.unknownField, at: member + 1, .words("no member but \"@type\" and \"value\""))
                }
            }
            member = tape.next(member + 1)
        }
        if value == nil { fault(.missingField, at: position, .words("an object with a member \"value\"")) }
        return value
    }

    @inline(never)
    mutating func structure(at position: Int, to output: inout [UInt8]) {
        guard let object = tape.object(at: position) else { return mismatch("an object", at: position) }
        guard object.first < object.end, enter(at: position) else { return }
        checkNames(object)
        var name = object.first
        while name < object.end, !isStopped {
            guard let text = tape.string(at: name) else { break }
            output.append(0x0a)
            let start = Wire.begin(&output)
            output.append(0x0a)
            Wire.append(varint: UInt64(text.count), to: &output)
            output.append(text)
            nested(0x12, at: name + 1, to: &output)
            Wire.finish(start, &output)
            guard hasRoom(output) else { break }
            name = tape.next(name + 1)
        }
        leave()
    }

    /// A field of `Value`.
    @inline(never)
    private mutating func nested(_ tag: UInt8, at position: Int, to output: inout [UInt8]) {
        output.append(tag)
        let start = Wire.begin(&output)
        if enter(at: position) {
            value(at: position, to: &output)
            leave()
        }
        Wire.finish(start, &output)
    }

    @inline(never)
    mutating func value(at position: Int, to output: inout [UInt8]) {
        switch tape.kind(at: position) {
        case .null: output.append(contentsOf: [0x08, 0])
        case .false: output.append(contentsOf: [0x20, 0])
        case .true: output.append(contentsOf: [0x20, 1])
        case .integer, .unsigned, .double:
            guard let value = tape.double(at: position), value.isFinite else {
                return fault(.outOfRange, at: position, .words("a number that fits a double"))
            }
            output.append(0x11)
            Wire.append(value.bitPattern, as: .double, to: &output)
        case .string:
            guard let text = tape.string(at: position) else { return }
            output.append(0x1a)
            Wire.append(varint: UInt64(text.count), to: &output)
            output.append(text)
        case .object, .array:
            let isObject = tape.kind(at: position) == .object
            output.append(isObject ? 0x2a : 0x32)
            let start = Wire.begin(&output)
            if enter(at: position) {
                if isObject { structure(at: position, to: &output) } else { list(at: position, to: &output) }
                leave()
            }
            Wire.finish(start, &output)
        }
    }

    @inline(never)
    mutating func list(at position: Int, to output: inout [UInt8]) {
        guard let array = tape.array(at: position) else { return mismatch("an array", at: position) }
        var element = array.first
        while element < array.end, !isStopped {
            nested(0x0a, at: element, to: &output)
            guard hasRoom(output) else { return }
            element = tape.next(element)
        }
    }

    @inline(never)
    mutating func timestamp(at position: Int, to output: inout [UInt8]) {
        guard let text = tape.string(at: position) else { return mismatch(TimeText.timestampWords, at: position) }
        guard let time = TimeText.timestamp(text) else {
            return fault(.badText, at: position, .words(TimeText.timestampWords))
        }
        append(time, to: &output)
    }

    @inline(never)
    mutating func duration(at position: Int, to output: inout [UInt8]) {
        guard let text = tape.string(at: position) else { return mismatch(TimeText.durationWords, at: position) }
        guard let time = TimeText.duration(text) else {
            return fault(.badText, at: position, .words(TimeText.durationWords))
        }
        append(time, to: &output)
    }

    private func append(_ time: TimeText.Time, to output: inout [UInt8]) {
        if time.seconds != 0 {
            output.append(0x08)
            Wire.append(varint: UInt64(bitPattern: time.seconds), to: &output)
        }
        if time.nanoseconds != 0 {
            output.append(0x10)
            Wire.append(varint: UInt64(bitPattern: Int64(time.nanoseconds)), to: &output)
        }
    }

    /// Paths in lowerCamelCase behind each other with commas; those of the message are in snake_case.
    @inline(never)
    mutating func fieldMask(at position: Int, to output: inout [UInt8]) {
        guard let text = tape.string(at: position) else { return mismatch(FieldMaskText.words, at: position) }
        if text.isEmpty { return }
        var start = 0
        while start <= text.count {
            let end = text.firstIndex(of: UInt8(ascii: ","), from: start) ?? text.count
            guard let path = FieldMaskText.snakeCase(text.extracting(start..<end)) else {
                return fault(.badText, at: position, .words(FieldMaskText.words))
            }
            output.append(0x0a)
            Wire.append(varint: UInt64(path.count), to: &output)
            output.append(contentsOf: path)
            start = end + 1
        }
    }
}
