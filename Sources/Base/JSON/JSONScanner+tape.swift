internal import Bytes

extension JSONScanner {
    /// A document in the form of `JSONTape`, for texts that simdjson does not take.
    struct Tape {
        fileprivate(set) var entries: [UInt64] = [0]
        fileprivate(set) var strings: [UInt8] = []
    }

    /// The tape has 32 bits for a position, and no text is worth more than two entries a byte.
    private static let largest = Int(UInt32.max) / 2 - 4

    mutating func tape(_ bytes: Span<UInt8>) throws(JSONError) -> Tape {
        guard bytes.count <= Self.largest else { throw JSONError("the text is too long", offset: 0) }
        // The check bounds the depth, so that the recursion below is bounded too.
        _ = try check(bytes)
        position = 0
        var tape = Tape()
        try append(bytes, to: &tape)
        tape.entries.append(UInt64(UInt8(ascii: "r")) << 56)
        tape.entries[0] = UInt64(UInt8(ascii: "r")) << 56 | UInt64(tape.entries.count)
        // Strings may be read in steps of 16 bytes.
        tape.strings.append(contentsOf: repeatElement(0, count: 16))
        return tape
    }

    private mutating func append(_ bytes: Span<UInt8>, to tape: inout Tape) throws(JSONError) {
        skipBlanks(in: bytes)
        switch try kind(in: bytes) {
        case .object: try appendContainer(bytes, "{", "}", to: &tape)
        case .array: try appendContainer(bytes, "[", "]", to: &tape)
        case .string: try appendString(bytes, to: &tape)
        case .number:
            let start = position
            switch try number(in: bytes) {
            case .integer(let value): tape.append("l", UInt64(bitPattern: Int64(value)))
            case .number(let value):
                if let unsigned = UInt64(bytes.extracting(start..<position).string) {
                    tape.append("u", unsigned)
                } else {
                    tape.append("d", value.bitPattern)
                }
            default: break
            }
        case .bool, .null:
            let letter = bytes[position]
            _ = try word(in: bytes)
            tape.entries.append(UInt64(letter) << 56)
        }
    }

    private mutating func appendContainer(
        _ bytes: Span<UInt8>, _ open: Unicode.Scalar, _ close: Unicode.Scalar, to tape: inout Tape
    ) throws(JSONError) {
        let start = tape.entries.count
        var count = 0
        tape.entries.append(0)
        position += 1
        while !closes(UInt8(ascii: close), in: bytes) {
            if open == "{" {
                try appendString(bytes, to: &tape)
                skipBlanks(in: bytes)
                // The colon.
                position += 1
            }
            try append(bytes, to: &tape)
            count += 1
        }
        tape.entries.append(UInt64(close.value) << 56 | UInt64(start))
        tape.entries[start] =
            UInt64(open.value) << 56 | UInt64(min(count, 0xff_ffff)) << 32 | UInt64(tape.entries.count)
    }

    private mutating func appendString(_ bytes: Span<UInt8>, to tape: inout Tape) throws(JSONError) {
        let text = JSONText.decodeString(bytes.extracting(try string(in: bytes)))
        tape.entries.append(UInt64(UInt8(ascii: "\"")) << 56 | UInt64(tape.strings.count))
        let count = UInt32(text.count)
        for shift in stride(from: 0, to: 32, by: 8) { tape.strings.append(UInt8(truncatingIfNeeded: count >> shift)) }
        tape.strings.append(contentsOf: text)
        tape.strings.append(0)
    }
}

extension JSONScanner.Tape {
    fileprivate mutating func append(_ letter: Unicode.Scalar, _ payload: UInt64) {
        entries.append(UInt64(letter.value) << 56)
        entries.append(payload)
    }
}
