internal import Bytes
internal import JSON

/// One pass over a document. Where the document does not fit, the fault is written down and the pass goes on, so that
/// all faults are found; what was written by then is thrown away at the end.
struct EncodingRun: ~Escapable {
    let schema: SchemaView
    let tape: JSONTape
    let text: Span<UInt8>
    let messagesByName: [String: Int32]
    let ignoresUnknownFields: Bool
    private let outputEnd: Int
    var log = JSONViolationLog<ProtobufRule>(most: ProtobufEncoder.mostViolations)
    /// Nothing more is to be done: there are too many faults, or too many bytes.
    var isStopped = false
    private var depth = 0
    /// What the members of the objects that are being read are.
    private var members: [Member] = []
    var numbers: JSONNumberPlaces?

    private struct Member {
        let field: Int32
        let position: Int32
    }

    @_lifetime(copy schema, copy tape, copy text)
    init(
        _ schema: SchemaView, _ tape: JSONTape, _ text: Span<UInt8>, messagesByName: [String: Int32],
        ignoresUnknownFields: Bool, outputEnd: Int
    ) {
        self.schema = schema
        self.tape = tape
        self.text = text
        self.messagesByName = messagesByName
        self.ignoresUnknownFields = ignoresUnknownFields
        self.outputEnd = outputEnd
    }

    /// Whether there is still room; what is too large ends the run.
    mutating func hasRoom(_ output: borrowing [UInt8]) -> Bool {
        if output.count <= outputEnd { return true }
        isStopped = true
        return false
    }

    /// Whether a message may begin here; `leave` follows if so.
    mutating func enter(at position: Int) -> Bool {
        if depth == ProtobufEncoder.maximumDepth {
            fault(.tooDeep, at: position, .words("at most \(ProtobufEncoder.maximumDepth) messages within each other"))
            return false
        }
        depth += 1
        return true
    }

    mutating func leave() { depth -= 1 }

    /// Writes the fields of a message.
    @inline(never)
    mutating func message(_ row: Int32, at position: Int, to output: inout [UInt8]) {
        guard enter(at: position) else { return }
        let message = schema.messages[Int(row)]
        switch message.wellKnown {
        case .none: object(message, at: position, to: &output)
        case .any: any(at: position, to: &output)
        case .duration: duration(at: position, to: &output)
        case .timestamp: timestamp(at: position, to: &output)
        case .fieldMask: fieldMask(at: position, to: &output)
        case .struct: structure(at: position, to: &output)
        case .value: value(at: position, to: &output)
        case .listValue: list(at: position, to: &output)
        case .wrapper: single(schema.fields[Int(message.firstField)], at: position, to: &output)
        }
        leave()
    }

    /// - Parameter passedOver: where a member is that is no field.
    @inline(never)
    mutating func object(_ message: MessageRow, at position: Int, passedOver: Int = -1, to output: inout [UInt8]) {
        guard let object = tape.object(at: position) else { return mismatch("an object", at: position) }
        let base = members.count
        var isSorted = true
        var last = -1
        var member = object.first
        while member < object.end, !isStopped {
            if member == passedOver {
                // Not a field.
            } else if let field = field(of: message, at: member, likely: last + 1) {
                isSorted = isSorted && field > last
                last = field
                members.append(Member(field: Int32(field), position: Int32(member + 1)))
            } else if !ignoresUnknownFields {
                fault(.unknownField, at: member + 1, .words("no member of this name"))
            }
            member = tape.next(member + 1)
        }
        if !isSorted {
            members[base...].sort { ($0.field, $0.position) < ($1.field, $1.position) }
        }
        fields(message, at: position, base, to: &output)
        members.removeLast(members.count - base)
    }

    /// Which field the member at `position` is; `likely` is looked at first.
    @inline(never)
    private func field(of message: MessageRow, at position: Int, likely: Int) -> Int? {
        let first = max(likely, Int(message.firstField))
        if first < message.fields.upperBound,
            tape.isString(at: position, schema.bytes(schema.fields[first].jsonName))
        {
            return first
        }
        return schema.target(of: position, in: tape, message.names).map(Int.init)
    }

    private mutating func fields(_ message: MessageRow, at position: Int, _ base: Int, to output: inout [UInt8]) {
        var required = 0
        var last: Int32 = -1
        for index in base..<members.count where !isStopped {
            let member = members[index]
            let place = Int(member.position)
            if member.field == last {
                fault(.repeatedField, at: place, .words("one member for the field"))
                continue
            }
            last = member.field
            let field = schema.fields[Int(member.field)]
            if tape.isNull(at: place), !takesNull(field) { continue }
            if field.isRequired { required += 1 }
            if field.oneof >= 0, isSecond(field, at: place, base, index) { continue }
            self.field(field, at: place, to: &output)
        }
        if required < message.requiredCount { missing(message, at: position, base) }
    }

    /// Whether another field of the oneof was set by an earlier member, which is told.
    @inline(never)
    private mutating func isSecond(_ field: FieldRow, at place: Int, _ base: Int, _ end: Int) -> Bool {
        for index in base..<end {
            let other = schema.fields[Int(members[index].field)]
            guard other.oneof == field.oneof, !tape.isNull(at: Int(members[index].position)) || takesNull(other) else {
                continue
            }
            let (oneof, name) = (schema.string(schema.oneofs[Int(field.oneof)]), schema.string(other.jsonName))
            fault(
                .secondOfOneof, at: place, .words("one member of the oneof '\(oneof)', of which '\(name)' is there"))
            return true
        }
        return false
    }

    @inline(never)
    private mutating func missing(_ message: MessageRow, at position: Int, _ base: Int) {
        for row in message.fields where schema.fields[row].isRequired && !isStopped {
            let isThere = members[base...].contains { Int($0.field) == row && !tape.isNull(at: Int($0.position)) }
            if !isThere { fault(.missingField, at: position, .missing(schema.fields[row])) }
        }
    }

    /// Whether null is a value of the field, not its absence.
    func takesNull(_ field: FieldRow) -> Bool {
        if field.isRepeated { return false }
        return field.isNullValue || field.type == .message && schema.messages[Int(field.target)].wellKnown == .value
    }

    private mutating func field(_ field: FieldRow, at position: Int, to output: inout [UInt8]) {
        guard hasRoom(output) else { return }
        if field.isMap {
            map(field, at: position, to: &output)
        } else if field.isRepeated {
            elements(field, at: position, to: &output)
        } else {
            single(field, at: position, to: &output)
        }
    }

    @inline(never)
    private mutating func elements(_ field: FieldRow, at position: Int, to output: inout [UInt8]) {
        guard let array = tape.array(at: position) else { return mismatch("an array", at: position) }
        if field.isPacked { return packed(field, array, to: &output) }
        var single = field
        // An element is there even when it is the default, and null only where null is a value.
        (single.isRepeated, single.hasPresence) = (false, true)
        var element = array.first
        while element < array.end, !isStopped {
            self.single(single, at: element, to: &output)
            guard hasRoom(output) else { return }
            element = tape.next(element)
        }
    }

    @inline(never)
    private mutating func packed(_ field: FieldRow, _ array: JSONTape.Container, to output: inout [UInt8]) {
        let tagStart = output.count
        Wire.append(varint: UInt64(field.tag), to: &output)
        let start = Wire.begin(&output)
        var element = array.first
        while element < array.end, !isStopped {
            if let bits = bits(field, at: element) { Wire.append(bits, as: field.type, to: &output) }
            guard hasRoom(output) else { return }
            element = tape.next(element)
        }
        if output.count == start {
            output.removeLast(output.count - tagStart)
        } else {
            Wire.finish(start, &output)
        }
    }

    /// Writes a field with one value; false when there is none to write.
    @discardableResult
    mutating func single(_ field: FieldRow, at position: Int, to output: inout [UInt8]) -> Bool {
        switch field.type {
        case .message:
            Wire.append(varint: UInt64(field.tag), to: &output)
            let start = Wire.begin(&output)
            message(field.target, at: position, to: &output)
            Wire.finish(start, &output)
            return true
        case .group:
            Wire.append(varint: UInt64(field.tag), to: &output)
            message(field.target, at: position, to: &output)
            Wire.append(varint: UInt64(field.tag + 1), to: &output)
            return true
        default: return scalar(field, at: position, to: &output)
        }
    }

    // Out of line, so that messages within messages take less of the stack.
    @inline(never)
    private mutating func scalar(_ field: FieldRow, at position: Int, to output: inout [UInt8]) -> Bool {
        switch field.type {
        case .string:
            guard let text = tape.string(at: position) else {
                mismatch("a string", at: position)
                return false
            }
            if text.isEmpty, !field.hasPresence { return true }
            Wire.append(varint: UInt64(field.tag), to: &output)
            Wire.append(varint: UInt64(text.count), to: &output)
            output.append(text)
        case .bytes: bytes(field, at: position, to: &output)
        default:
            guard let bits = bits(field, at: position) else { return false }
            if bits == 0, !field.hasPresence { return true }
            Wire.append(varint: UInt64(field.tag), to: &output)
            Wire.append(bits, as: field.type, to: &output)
        }
        return true
    }
}
