/// Percent-encoding (RFC 3986 section 2.1).
package enum PercentCoding {
    /// What `text` stands for; nil when a '%' is not followed by two hexadecimal digits.
    ///
    /// - Parameter plusIsSpace: as in forms and most query strings; elsewhere a '+' is a '+'.
    package static func decode(_ text: Span<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        decode(text, plusIsSpace: plusIsSpace, keepsBadEscapes: false)
    }

    /// What `text` stands for, with a '%' that begins no escape kept as it is: what the WHATWG URL standard and Kong
    /// do with form fields.
    package static func decodeLeniently(_ text: Span<UInt8>, plusIsSpace: Bool) -> [UInt8] {
        decode(text, plusIsSpace: plusIsSpace, keepsBadEscapes: true) ?? []
    }

    /// Appends `bytes` with all but RFC 3986's unreserved characters escaped.
    package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        for index in bytes.indices {
            let byte = bytes[index]
            if isUnreserved(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(upperDigit(byte >> 4))
                output.append(upperDigit(byte & 15))
            }
        }
    }

    /// `bytes` with all but RFC 3986's unreserved characters escaped.
    package static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return output
    }

    /// Whether a byte never needs an escape: a letter, a digit, `-`, `.`, `_`, `~`.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Section 2.1: upper-case digits are the ones to write.
    private static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    private static func decode(_ text: Span<UInt8>, plusIsSpace: Bool, keepsBadEscapes: Bool) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                if index + 2 <= text.count, let high = Hex.value(of: text[index]),
                    let low = Hex.value(of: text[index + 1])
                {
                    output.append(high << 4 | low)
                    index += 2
                } else if keepsBadEscapes {
                    output.append(byte)
                } else {
                    return nil
                }
            } else {
                output.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return output
    }
}
