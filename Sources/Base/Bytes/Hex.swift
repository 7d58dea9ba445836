/// Base 16 (RFC 4648 section 8).
package enum Hex {
    /// Appends two lower-case digits for each byte.
    package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for index in bytes.indices {
            output.append(digit(bytes[index] >> 4))
            output.append(digit(bytes[index] & 15))
        }
    }

    /// The bytes in lower-case digits.
    package static func text(_ bytes: Span<UInt8>) -> String {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes that an even number of digits, of either case, stand for; nil when `text` is anything else.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 2)
        for index in 0..<text.count / 2 {
            guard let high = value(of: text[index * 2]), let low = value(of: text[index * 2 + 1]) else { return nil }
            output.append(high << 4 | low)
        }
        return output
    }

    /// What the digit `byte` stands for, 0 to 15; nil when it is none.
    @inlinable
    package static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// The lower-case digit for the low four bits of `value`.
    package static func digit(_ value: UInt8) -> UInt8 {
        let value = value & 15
        return value < 10 ? 0x30 + value : 0x57 + value
    }

    /// The sixteen lower-case digits of `value`.
    package static func digits(_ value: UInt64) -> InlineArray<16, UInt8> {
        InlineArray { place in digit(UInt8(truncatingIfNeeded: value >> UInt64(60 - place * 4))) }
    }
}
