internal import Bytes
internal import JSON

/// One pass over the bytes of a message. Fields may stand there in any order and several times: those of a message are
/// found first, sorted by number, and then shown.
struct DecodingRun: ~Escapable {
    let schema: SchemaView
    let messagesByName: [String: Int32]
    let options: ProtobufJSONOptions
    let limits: ProtobufDecodingLimits
    private let outputEnd: Int
    private var depth = 0
    private var elements = 0
    /// The values of the messages that are being read.
    var entries: [WireEntry] = []

    @_lifetime(copy schema)
    init(
        _ schema: SchemaView, messagesByName: [String: Int32], _ options: ProtobufJSONOptions,
        _ limits: ProtobufDecodingLimits, outputStart: Int
    ) {
        self.schema = schema
        self.messagesByName = messagesByName
        self.options = options
        self.limits = limits
        outputEnd = outputStart + limits.outputBytes
    }

    func checkRoom(_ output: borrowing [UInt8], at offset: Int) throws(ProtobufDecodingError) {
        if output.count > outputEnd {
            throw ProtobufDecodingError(
                .tooLarge, "the JSON takes more than \(limits.outputBytes) bytes", offset: offset)
        }
    }

    mutating func count(at offset: Int) throws(ProtobufDecodingError) {
        elements += 1
        if elements > limits.elements {
            throw ProtobufDecodingError(
                .tooManyElements, "the message has more than \(limits.elements) fields and elements", offset: offset)
        }
    }

    /// Appends the JSON of a message.
    @inline(never)
    mutating func message(_ row: Int32, _ part: Part, to output: inout [UInt8]) throws(ProtobufDecodingError) {
        let message = schema.messages[Int(row)]
        let base = try enter(message, part)
        switch message.wellKnown {
        case .none:
            output.append(UInt8(ascii: "{"))
            try members(message, part, base, to: &output)
            output.append(UInt8(ascii: "}"))
        case .any: try any(message, part, base, to: &output)
        case .duration, .timestamp: try time(message, part, base, to: &output)
        case .fieldMask: try fieldMask(message, part, base, to: &output)
        case .struct:
            let field = schema.fields[Int(message.firstField)]
            try map(field, part, base..<entries.count, to: &output)
        case .value: try value(message, part, base, to: &output)
        case .listValue:
            let field = schema.fields[Int(message.firstField)]
            try elements(field, part, base..<entries.count, to: &output)
        case .wrapper: try wrapped(message, part, base, to: &output)
        }
        leave(base)
    }

    /// Finds the values of a message, which are `entries` from the answer on until `leave`.
    @inline(never)
    mutating func enter(_ message: MessageRow, _ part: Part) throws(ProtobufDecodingError) -> Int {
        guard depth < limits.depth else {
            throw part.failure(.tooDeep, "messages stand deeper than \(limits.depth) in messages")
        }
        depth += 1
        let base = entries.count
        var part = part
        var likely = Int(message.firstField)
        var isSorted = true
        var last: Int32 = -1
        while !part.isAtEnd {
            let (number, wireType) = try part.tag()
            let range = try part.value(wireType, of: number, depth: limits.depth - depth)
            try count(at: part.offset + range.lowerBound)
            guard let row = schema.field(number, of: message, likely: likely) else { continue }
            let entry = WireEntry(
                field: Int32(row), start: Int32(range.lowerBound), end: Int32(range.upperBound), wireType: wireType)
            guard try isValue(of: schema.fields[row], entry, part) else { continue }
            isSorted = isSorted && entry.field >= last
            last = entry.field
            likely = row + 1
            entries.append(entry)
        }
        if message.oneofCount > 0 { dropReplaced(base) }
        if !isSorted { entries[base...].sort { ($0.field, $0.start) < ($1.field, $1.start) } }
        return base
    }

    mutating func leave(_ base: Int) {
        entries.removeLast(entries.count - base)
        depth -= 1
    }

    /// Whether it stands there as the field is written; else it is as good as unknown, as is a number that a closed enum
    /// does not have.
    @inline(never)
    private func isValue(of field: FieldRow, _ entry: WireEntry, _ part: Part) throws(ProtobufDecodingError) -> Bool {
        guard entry.wireType == field.type.wireType else {
            return entry.wireType == .length && field.isRepeated && field.type.isPackable
        }
        guard field.type == .enum else { return true }
        var value = part.part(entry)
        return try isKnown(Int32(truncatingIfNeeded: value.varint()), field)
    }

    func isKnown(_ number: Int32, _ field: FieldRow) -> Bool {
        let row = schema.enums[Int(field.target)]
        return !row.isClosed || schema.name(number, of: row) != nil
    }

    /// Of a oneof the field that stands last counts, and of it what stands behind the others.
    @inline(never)
    private mutating func dropReplaced(_ base: Int) {
        var winners: [Int32: Int32] = [:]
        var isReplaced: Set<Int32> = []
        var kept: [WireEntry] = []
        for entry in entries[base...].reversed() {
            let oneof = schema.fields[Int(entry.field)].oneof
            if oneof >= 0 {
                if isReplaced.contains(oneof) { continue }
                if let winner = winners[oneof], winner != entry.field {
                    isReplaced.insert(oneof)
                    continue
                }
                winners[oneof] = entry.field
            }
            kept.append(entry)
        }
        if kept.count == entries.count - base { return }
        entries.removeLast(entries.count - base)
        entries.append(contentsOf: kept.reversed())
    }

    /// Appends the members of an object; `isFirst` is whether none stands before them.
    @inline(never)
    mutating func members(
        _ message: MessageRow, _ part: Part, _ base: Int, isFirst: Bool = true, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        var isFirst = isFirst
        var next = base
        let end = entries.count
        var row = options.showsDefaults ? Int(message.firstField) : next < end ? Int(entries[next].field) : 0
        while next < end || options.showsDefaults && row < message.fields.upperBound {
            let field = schema.fields[row]
            let first = next
            while next < end, Int(entries[next].field) == row { next += 1 }
            try checkRoom(output, at: part.offset)
            if next > first || !field.hasPresence && !field.isExtension {
                let start = output.count
                if !isFirst { output.append(UInt8(ascii: ",")) }
                output.append(schema.bytes(options.keepsFieldNames ? field.quotedName : field.quotedJSONName))
                do throws(ProtobufDecodingError) {
                    if try self.field(field, part, first..<next, to: &output) {
                        isFirst = false
                    } else {
                        output.removeLast(output.count - start)
                    }
                } catch {
                    throw error.within(schema.string(options.keepsFieldNames ? field.name : field.jsonName))
                }
            }
            row = options.showsDefaults ? row + 1 : next < end ? Int(entries[next].field) : row
        }
    }

    /// Appends a field's value; false when it is one that is not shown.
    @inline(never)
    private mutating func field(
        _ field: FieldRow, _ part: Part, _ places: Range<Int>, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) -> Bool {
        if field.isMap || field.isRepeated {
            let start = output.count
            if field.isMap {
                try map(field, part, places, to: &output)
            } else {
                try elements(field, part, places, to: &output)
            }
            // A packed field may be there without an element, a map's entries may have values of no closed enum.
            return output.count > start + 2 || options.showsDefaults && !field.isExtension
        }
        guard let last = places.last else {
            showDefault(field, to: &output)
            return true
        }
        if field.type.isMessage {
            try messages(field, part, places, to: &output)
            return true
        }
        if !field.hasPresence, !options.showsDefaults, try isDefault(field, part.part(entries[last])) { return false }
        try scalar(field, part, entries[last], to: &output)
        return true
    }

    /// Appends a message that may stand there in several parts.
    @inline(never)
    mutating func messages(
        _ field: FieldRow, _ part: Part, _ places: Range<Int>, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        guard let first = places.first else { return try message(field.target, part.emptied(), to: &output) }
        if places.count == 1 { return try message(field.target, part.part(entries[first]), to: &output) }
        // Messages behind each other are the message that they merge to.
        var whole: [UInt8] = []
        for place in places { whole.append(part.bytes.extracting(entries[place].range)) }
        try message(field.target, Part(whole.span, at: part.offset + Int(entries[first].start)), to: &output)
    }

    @inline(never)
    mutating func elements(
        _ field: FieldRow, _ part: Part, _ places: Range<Int>, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        output.append(UInt8(ascii: "["))
        var index = 0
        for place in places {
            let entry = entries[place]
            do throws(ProtobufDecodingError) {
                if entry.wireType == .length, field.type.isPackable {
                    try packed(field, part.part(entry), &index, to: &output)
                } else {
                    if index > 0 { output.append(UInt8(ascii: ",")) }
                    if field.type.isMessage {
                        try message(field.target, part.part(entry), to: &output)
                    } else {
                        try scalar(field, part, entry, to: &output)
                    }
                    index += 1
                }
            } catch {
                throw error.within(String(index))
            }
            try checkRoom(output, at: part.offset)
        }
        output.append(UInt8(ascii: "]"))
    }

    @inline(never)
    private mutating func packed(
        _ field: FieldRow, _ part: Part, _ index: inout Int, to output: inout [UInt8]
    ) throws(ProtobufDecodingError) {
        var part = part
        while !part.isAtEnd {
            try count(at: part.offset + part.position)
            let bits = try part.bits(field.type)
            if field.type == .enum, !isKnown(Int32(truncatingIfNeeded: bits), field) { continue }
            if index > 0 { output.append(UInt8(ascii: ",")) }
            append(bits, field, to: &output)
            index += 1
            try checkRoom(output, at: part.offset)
        }
    }
}
