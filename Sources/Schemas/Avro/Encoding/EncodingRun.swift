internal import JSON

/// One pass over a document. Where the document does not fit, the fault is written down and the pass goes on, so that
/// all faults are found; what was written by then is thrown away at the end.
struct EncodingRun: ~Escapable {
    let schema: SchemaView
    let tape: JSONTape
    let text: Span<UInt8>
    let rules: EncodingRules
    var log = JSONViolationLog<AvroRule>(most: AvroEncoder.mostViolations)
    /// The output has no room for what comes next.
    var isFull = false
    /// A default that is needed and was not read yet.
    var neededDefault: Int?
    /// Nothing more is to be done, for one of these reasons.
    var isStopped = false
    /// Within how many attempts to find the branch of a union this is, and whether the innermost has failed.
    var attempts = 0
    var hasFailed = false
    /// How many values may yet be looked at within attempts.
    var budget: Int
    /// Where on the tape the fields of the records that are being read are, 0 for those that are missing.
    var slots: [Int] = []
    var numbers: JSONNumberPlaces?

    @_lifetime(copy schema, copy tape, copy text)
    init(_ schema: SchemaView, _ tape: JSONTape, _ text: Span<UInt8>, _ rules: EncodingRules) {
        self.schema = schema
        self.tape = tape
        self.text = text
        self.rules = rules
        // An attempt costs what it looks at; unions within unions of records could make that very much.
        budget = 20 * text.count + 10_000
    }

    /// Writes the value at `position` as `type`.
    mutating func value(_ type: Int32, at position: Int, to output: inout OutputSpan<UInt8>) {
        let node = schema.nodes[Int(type)]
        if attempts > 0, !pay(at: position) { return }
        switch node.kind {
        case .string:
            guard let text = tape.string(at: position) else { return mismatch(node, at: position) }
            guard output.freeCapacity >= text.count + 26 else { return full() }
            Self.append(Int64(text.count), to: &output)
            _ = tape.appendString(at: position, to: &output)
        case .long:
            if let value = tape.integer(at: position) { return append(long: value, to: &output) }
            whole(node, within: Int64.min...Int64.max, at: position, to: &output)
        case .int:
            if let value = tape.integer(at: position), value == Int64(Int32(truncatingIfNeeded: value)) {
                return append(long: value, to: &output)
            }
            whole(node, within: Int64(Int32.min)...Int64(Int32.max), at: position, to: &output)
        case .record: record(node, at: position, to: &output)
        case .union: union(node, at: position, to: &output)
        case .double:
            guard let value = floatingPoint(node, at: position) else { return }
            append(fixedWidth: value.bitPattern, bytes: 8, to: &output)
        case .float:
            guard let value = floatingPoint(node, at: position) else { return }
            let float = Float(value)
            if float.isInfinite, value.isFinite {
                return fault(.outOfRange, at: position, .range("a number that fits a float"))
            }
            append(fixedWidth: UInt64(float.bitPattern), bytes: 4, to: &output)
        case .boolean:
            guard let value = tape.bool(at: position) else { return mismatch(node, at: position) }
            append(value ? 1 : 0, to: &output)
        case .null: if !tape.isNull(at: position) { mismatch(node, at: position) }
        case .enum:
            guard let place = schema.place(of: node, in: tape, at: position) else {
                return symbolFault(node, at: position)
            }
            append(long: Int64(place), to: &output)
        case .array: array(node, at: position, to: &output)
        case .map: map(node, at: position, to: &output)
        case .bytes, .fixed:
            if node.logicalType == .decimal, rules.readsDecimals {
                decimal(node, at: position, to: &output)
            } else {
                bytes(node, at: position, to: &output)
            }
        }
    }

    private mutating func array(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        guard let array = tape.array(at: position) else { return mismatch(node, at: position) }
        if array.first < array.end {
            append(long: Int64(tape.count(at: position)), to: &output)
            var element = array.first
            while element < array.end, !isStopped {
                value(node.first, at: element, to: &output)
                element = tape.next(element)
            }
        }
        append(0, to: &output)
    }

    /// A name that is there twice is written twice: readers keep the last, as of JSON.
    private mutating func map(_ node: SchemaNode, at position: Int, to output: inout OutputSpan<UInt8>) {
        guard let map = tape.object(at: position) else { return mismatch(node, at: position) }
        if map.first < map.end {
            append(long: Int64(tape.count(at: position)), to: &output)
            var name = map.first
            while name < map.end, !isStopped {
                let count = tape.string(at: name)?.count ?? 0
                guard output.freeCapacity >= count + 26 else { return full() }
                Self.append(Int64(count), to: &output)
                _ = tape.appendString(at: name, to: &output)
                value(node.first, at: name + 1, to: &output)
                name = tape.next(name + 1)
            }
        }
        append(0, to: &output)
    }
}

extension EncodingRun {
    /// Bytes that do not fit end the run, which then starts again with more room; with faults there will be no output.
    mutating func full() {
        guard log.isEmpty else { return }
        isFull = true
        isStopped = true
    }

    @inline(__always)
    mutating func append(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= 1 else { return full() }
        output.append(byte)
    }

    @inline(__always)
    mutating func append(long value: Int64, to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= 10 else { return full() }
        Self.append(value, to: &output)
    }

    /// A whole number, zig-zag and in groups of seven bits; there is room for ten bytes.
    @inline(__always)
    static func append(_ value: Int64, to output: inout OutputSpan<UInt8>) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func append(fixedWidth bits: UInt64, bytes: Int, to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= bytes else { return full() }
        for place in 0..<bytes { output.append(UInt8(truncatingIfNeeded: bits >> (8 * place))) }
    }

    mutating func append(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= bytes.count else { return full() }
        for index in bytes.indices { output.append(bytes[index]) }
    }
}
