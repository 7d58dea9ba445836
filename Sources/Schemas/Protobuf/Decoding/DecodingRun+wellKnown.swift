internal import Bytes
internal import JSON

extension DecodingRun {
    /// The places of the values of a field by its number, which in these messages is its place too.
    private func places(_ number: Int32, of message: MessageRow, _ base: Int) -> Range<Int> {
        let row = message.firstField + number - 1
        let first = entries[base...].firstIndex { $0.field == row } ?? entries.count
        let end = entries[first...].firstIndex { $0.field != row } ?? entries.count
        return first..<end
    }

    private func number(
        _ number: Int32, of message: MessageRow, _ part: Part, _ base: Int
    ) throws(ProtobufDecodingError) -> UInt64 {
        guard let last = places(number, of: message, base).last else { return 0 }
        var value = part.part(entries[last])
        return try value.varint()
    }

    @inline(never)
    mutating func time(
        _ message: MessageRow, _ part: Part, _ base: Int, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        let time = TimeText.Time(
            seconds: Int64(bitPattern: try number(1, of: message, part, base)),
            nanoseconds: Int32(truncatingIfNeeded: try number(2, of: message, part, base)))
        let isTimestamp = message.wellKnown == .timestamp
        let isShown =
            isTimestamp
            ? TimeText.append(timestamp: time, to: &output) : TimeText.append(duration: time, to: &output)
        guard isShown else {
            throw part.failure(
                .badValue,
                "\(time.seconds) s and \(time.nanoseconds) ns are no \(isTimestamp ? "timestamp" : "duration")")
        }
    }

    @inline(never)
    func wrapped(
        _ message: MessageRow, _ part: Part, _ base: Int, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        let field = schema.fields[Int(message.firstField)]
        if let last = entries.last, entries.count > base {
            try scalar(field, part, last, to: &output)
        } else {
            showDefault(field, to: &output)
        }
    }

    @inline(never)
    mutating func fieldMask(
        _ message: MessageRow, _ part: Part, _ base: Int, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        var text: [UInt8] = []
        for place in base..<entries.count {
            let path = part.part(entries[place])
            guard UTF8Validation.isValid(path.bytes) else { throw path.failure(.badText, "a string is not UTF-8") }
            guard let camelCase = FieldMaskText.camelCase(path.bytes) else {
                throw path.failure(.badValue, "a path of a field mask has no form in lowerCamelCase")
            }
            if place > base { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: camelCase)
        }
        JSONText.appendString(text.span, to: &output)
    }

    @inline(never)
    mutating func value(
        _ message: MessageRow, _ part: Part, _ base: Int, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        guard let last = entries.last, entries.count > base else { return output.append("null") }
        let field = schema.fields[Int(last.field)]
        switch field.type {
        case .double:
            var value = part.part(last)
            guard Double(bitPattern: try value.fixedWidth(8)).isFinite else {
                throw part.failure(.badValue, "a number of a Value is none that JSON has")
            }
            try scalar(field, part, last, to: &output)
        case .message: try messages(field, part, base..<entries.count, to: &output)
        default: try scalar(field, part, last, to: &output)
        }
    }

    @inline(never)
    mutating func any(
        _ message: MessageRow, _ part: Part, _ base: Int, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        let content = places(2, of: message, base).last.map { entries[$0] }
        guard let url = places(1, of: message, base).last, !entries[url].range.isEmpty else {
            guard content == nil || content?.range.isEmpty == true else {
                throw part.failure(.unknownType, "an Any has a value and no type")
            }
            return output.append("{}")
        }
        let name = part.part(entries[url])
        guard UTF8Validation.isValid(name.bytes) else { throw name.failure(.badText, "a string is not UTF-8") }
        let text = name.bytes.string
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")),
            let row = messagesByName[String(text[text.index(after: slash)...])],
            !schema.messages[Int(row)].isMapEntry
        else {
            throw name.failure(.unknownType, "neither the schema nor its imports define the type of an Any")
        }
        output.append("{\"@type\":")
        JSONText.appendString(name.bytes, to: &output)
        let inner = schema.messages[Int(row)]
        if inner.wellKnown == .none {
            if let content {
                try members(of: inner, part.part(content), to: &output)
            } else {
                try members(of: inner, part.emptied(), to: &output)
            }
        } else {
            output.append(",\"value\":")
            do throws(ProtobufDecodingError) {
                if let content {
                    try self.message(row, part.part(content), to: &output)
                } else {
                    try self.message(row, part.emptied(), to: &output)
                }
            } catch { throw error.within("value") }
        }
        output.append(UInt8(ascii: "}"))
    }

    @inline(never)
    private mutating func members(
        of message: MessageRow, _ part: Part, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        let base = try enter(message, part)
        try members(message, part, base, isFirst: false, to: &output)
        leave(base)
    }
}
