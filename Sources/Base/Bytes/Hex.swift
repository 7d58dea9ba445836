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
        let (high, low) = (characters(value >> 32), characters(value & 0xffff_ffff))
        return InlineArray { place in
            UInt8(truncatingIfNeeded: (place < 8 ? high : low) >> UInt64(56 &- (place & 7) &* 8))
        }
    }

    /// The eight digits of 32 bits, the first one highest.
    @inline(__always)
    private static func characters(_ half: UInt64) -> UInt64 {
        // A digit's value to each byte, then what makes it a character; from ten on 39 more.
        var spread = (half << 16 | half) & 0x0000_ffff_0000_ffff
        spread = (spread << 8 | spread) & 0x00ff_00ff_00ff_00ff
        spread = (spread << 4 | spread) & 0x0f0f_0f0f_0f0f_0f0f
        let ones: UInt64 = 0x0101_0101_0101_0101
        let isLetter = (spread &+ ones &* 6) >> 4 & ones
        return spread &+ ones &* 0x30 &+ isLetter &* 39
    }
}
