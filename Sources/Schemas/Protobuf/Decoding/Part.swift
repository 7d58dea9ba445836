/// The bytes of a message, and where they stand in what is decoded.
struct Part: ~Escapable {
    let bytes: Span<UInt8>
    let offset: Int
    private(set) var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, at offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { position == bytes.count }

    @_lifetime(copy self)
    func part(_ entry: WireEntry) -> Part {
        Part(bytes.extracting(entry.range), at: offset + Int(entry.start))
    }

    func failure(_ rule: ProtobufDecodingError.Rule, _ message: String) -> ProtobufDecodingError {
        ProtobufDecodingError(rule, message, offset: offset + position)
    }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func varint() throws(ProtobufDecodingError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            // Of the tenth group there is room for one bit.
            if shift == 63, byte > 1 { throw failure(.badNumber, "a number takes more than 64 bits") }
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw failure(.truncated, "the bytes end within a number")
    }

    @_lifetime(self: copy self)
    mutating func fixedWidth(_ count: Int) throws(ProtobufDecodingError) -> UInt64 {
        try skip(count)
        var bits: UInt64 = 0
        for place in 0..<count { bits |= UInt64(bytes[position - count + place]) << UInt64(8 * place) }
        return bits
    }

    @_lifetime(self: copy self)
    mutating func skip(_ count: Int) throws(ProtobufDecodingError) {
        guard count <= bytes.count - position else {
            throw failure(
                .truncated,
                "the bytes end within a value: \(count) more are needed, \(bytes.count - position) are there")
        }
        position += count
    }

    /// A field's number and how its value stands there.
    @_lifetime(self: copy self)
    mutating func tag() throws(ProtobufDecodingError) -> (number: Int32, wireType: WireType) {
        let start = position
        let tag = try varint()
        guard let wireType = WireType(rawValue: UInt8(tag & 7)), tag >> 3 >= 1, tag >> 3 < 1 << 29 else {
            position = start
            throw failure(.badTag, "a field has the number \(tag >> 3) and the wire type \(tag & 7)")
        }
        return (Int32(tag >> 3), wireType)
    }

    /// Passes a value and says where its bytes are: of a length those behind it, of a group those within it.
    @_lifetime(self: copy self)
    mutating func value(
        _ wireType: WireType, of number: Int32, depth: Int
    ) throws(ProtobufDecodingError) -> Range<Int> {
        let start = position
        switch wireType {
        case .varint: _ = try varint()
        case .fixed64: try skip(8)
        case .fixed32: try skip(4)
        case .length:
            let count = try varint()
            guard count <= UInt64(bytes.count - position) else {
                throw failure(
                    .truncated,
                    "the bytes end within a value: \(count) more are needed, \(bytes.count - position) are there")
            }
            position += Int(count)
            return position - Int(count)..<position
        case .groupStart: return try group(number, depth: depth)
        case .groupEnd: throw failure(.badGroup, "a group ends that did not begin")
        }
        return start..<position
    }

    @_lifetime(self: copy self)
    private mutating func group(_ number: Int32, depth: Int) throws(ProtobufDecodingError) -> Range<Int> {
        let start = position
        var open = [number]
        while true {
            let end = position
            let (number, wireType) = try tag()
            switch wireType {
            case .groupStart:
                guard open.count < depth else { throw failure(.tooDeep, "groups stand too deep within each other") }
                open.append(number)
            case .groupEnd:
                guard open.removeLast() == number else {
                    position = end
                    throw failure(.badGroup, "a group ends that is not the innermost")
                }
                if open.isEmpty { return start..<end }
            default: _ = try value(wireType, of: number, depth: 0)
            }
        }
    }
}

/// A value of a known field.
struct WireEntry {
    let field: Int32
    let start: Int32
    let end: Int32
    let wireType: WireType

    var range: Range<Int> { Int(start)..<Int(end) }
}
