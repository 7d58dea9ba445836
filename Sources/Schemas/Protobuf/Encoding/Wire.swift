/// Writing what the binary encoding is made of.
enum Wire {
    @inline(__always)
    static func append(varint value: UInt64, to output: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a number or boolean, whose bits stand as they are on the wire: signs extended, zig-zag done.
    static func append(_ bits: UInt64, as type: ProtobufFieldType, to output: inout [UInt8]) {
        switch type.wireType {
        case .fixed32: append(bits, bytes: 4, to: &output)
        case .fixed64: append(bits, bytes: 8, to: &output)
        default: append(varint: bits, to: &output)
        }
    }

    private static func append(_ bits: UInt64, bytes: Int, to output: inout [UInt8]) {
        for place in 0..<bytes { output.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * place))) }
    }

    static func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
    static func zigZagValue(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits >> 1 ^ (0 &- (bits & 1))) }

    /// Leaves a byte for the length of what comes next; answers where that begins.
    static func begin(_ output: inout [UInt8]) -> Int {
        output.append(0)
        return output.count
    }

    /// Writes the length of what has come since `start`, which moves when its length takes more than the byte.
    static func finish(_ start: Int, _ output: inout [UInt8]) {
        let count = output.count - start
        if count < 0x80 {
            output[start - 1] = UInt8(count)
            return
        }
        output[start - 1] = UInt8(truncatingIfNeeded: count) | 0x80
        var rest: [UInt8] = []
        append(varint: UInt64(count) >> 7, to: &rest)
        output.insert(contentsOf: rest, at: start)
    }
}
