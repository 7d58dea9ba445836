/// Whether bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
package enum UTF8Validation {
    /// Whether all of `bytes` is UTF-8.
    package static func isValid(_ bytes: Span<UInt8>) -> Bool {
        var position = 0
        while position < bytes.count {
            if bytes[position] < 0x80 {
                position = endOfASCII(in: bytes, from: position + 1)
                continue
            }
            let length = sequenceLength(in: bytes, at: position)
            if length == 0 { return false }
            position += length
        }
        return true
    }

    /// A place before which all is ASCII from `start` on: eight bytes at a time, as far as that goes.
    private static func endOfASCII(in bytes: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position + 8 <= bytes.count {
            // Any eight bytes are an integer, and the span has looked whether they are there.
            let word = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { break }
            position += 8
        }
        return position
    }

    /// The length of the character that begins at `position`, 1 to 4; 0 when none does.
    package static func sequenceLength(in bytes: Span<UInt8>, at position: Int) -> Int {
        let lead = bytes[position]
        switch lead {
        case 0..<0x80: return 1
        case 0xc2...0xdf: return continues(bytes, position + 1, 0x80...0xbf) ? 2 : 0
        case 0xe0...0xef:
            let second: ClosedRange<UInt8> =
                switch lead {
                case 0xe0: 0xa0...0xbf
                case 0xed: 0x80...0x9f
                default: 0x80...0xbf
                }
            return continues(bytes, position + 1, second) && continues(bytes, position + 2, 0x80...0xbf) ? 3 : 0
        case 0xf0...0xf4:
            let second: ClosedRange<UInt8> =
                switch lead {
                case 0xf0: 0x90...0xbf
                case 0xf4: 0x80...0x8f
                default: 0x80...0xbf
                }
            return continues(bytes, position + 1, second) && continues(bytes, position + 2, 0x80...0xbf)
                && continues(bytes, position + 3, 0x80...0xbf) ? 4 : 0
        default: return 0
        }
    }

    private static func continues(_ bytes: Span<UInt8>, _ position: Int, _ range: ClosedRange<UInt8>) -> Bool {
        position < bytes.count && range.contains(bytes[position])
    }
}
