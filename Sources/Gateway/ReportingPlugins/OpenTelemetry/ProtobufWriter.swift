internal import Bytes

/// Writes fields of Protobuf messages in binary form.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    private enum WireType: UInt64 { case varint = 0, fixed64 = 1, length = 2, fixed32 = 5 }

    mutating func varint(_ field: Int, _ value: UInt64) {
        tag(field, .varint)
        append(value)
    }

    /// Of a field of kind int64, which writes negative numbers as ten bytes.
    mutating func integer(_ field: Int, _ value: Int) { varint(field, UInt64(bitPattern: Int64(value))) }

    mutating func fixed64(_ field: Int, _ value: UInt64) {
        tag(field, .fixed64)
        for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(place * 8))) }
    }

    mutating func fixed32(_ field: Int, _ value: UInt32) {
        tag(field, .fixed32)
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(place * 8))) }
    }

    mutating func text(_ field: Int, _ value: String) {
        tag(field, .length)
        append(UInt64(value.utf8.count))
        bytes.append(value)
    }

    mutating func data(_ field: Int, _ value: [UInt8]) {
        tag(field, .length)
        append(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A message within this one.
    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        data(field, inner.bytes)
    }

    private mutating func tag(_ field: Int, _ type: WireType) { append(UInt64(field) << 3 | type.rawValue) }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
