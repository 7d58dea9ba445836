/// Base 64 (RFC 4648 section 4): with padding, without line breaks.
package enum Base64 {
    private static let digits: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Appends `bytes` in base 64.
    package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        if bytes.isEmpty { return }
        digits.withUTF8Buffer { digits in
            let digits = unsafe digits.span
            output.append(addingCapacity: (bytes.count + 2) / 3 * 4) { output in
                var index = 0
                while index + 3 <= bytes.count {
                    let group = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
                    output.append(digits[group >> 18])
                    output.append(digits[group >> 12 & 63])
                    output.append(digits[group >> 6 & 63])
                    output.append(digits[group & 63])
                    index += 3
                }
                let rest = bytes.count - index
                guard rest > 0 else { return }
                let group = Int(bytes[index]) << 16 | (rest == 2 ? Int(bytes[index + 1]) << 8 : 0)
                output.append(digits[group >> 18])
                output.append(digits[group >> 12 & 63])
                output.append(rest == 2 ? digits[group >> 6 & 63] : UInt8(ascii: "="))
                output.append(UInt8(ascii: "="))
            }
        }
    }

    /// `bytes` in base 64.
    package static func text(_ bytes: Span<UInt8>) -> String {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// What `text` stands for; nil for a byte out of the alphabet, missing padding, or bits that padding leaves over
    /// and that are not zero (section 3.5), so that one text stands for one value.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var bits: UInt32 = 0
        for index in 0..<count {
            guard let value = value(of: text[index]) else { return nil }
            group = group << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: group >> bits))
                group &= 1 << bits - 1
            }
        }
        return group == 0 ? output : nil
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5a: byte - 0x41
        case 0x61...0x7a: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
