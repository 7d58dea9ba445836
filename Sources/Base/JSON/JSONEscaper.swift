/// Writes bytes as the inside of a JSON string, eight at a time, into buffers that are handed to it one after another.
struct JSONEscaper {
    private let input: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// The most that one step writes: eight bytes of a word, then an escape of six.
    static let step = 16

    init(_ input: UnsafeBufferPointer<UInt8>) { self.input = input }

    var isDone: Bool { position == input.count }

    /// Room for what is left if every eighth byte needs an escape of two; more room is asked for when that was short.
    var suggestedCapacity: Int { (input.count - position) + (input.count - position) / 8 + 64 }

    /// Writes as much as fits and says how many bytes that was.
    mutating func fill(_ output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard let source = input.baseAddress, let target = output.baseAddress else { return 0 }
        var read = position
        var written = 0
        let lastFit = output.count - Self.step
        let count = input.count
        while read < count, written <= lastFit {
            if read + 8 <= count {
                let word = UnsafeRawPointer(source + read).loadUnaligned(as: UInt64.self).littleEndian
                UnsafeMutableRawPointer(target + written).storeBytes(of: word.littleEndian, as: UInt64.self)
                let special = Self.specials(in: word)
                if special == 0 {
                    read += 8
                    written += 8
                    continue
                }
                let plain = special.trailingZeroBitCount / 8
                read += plain
                written += plain
            } else if read + 4 <= count {
                // What is left of a text, mostly: in two halves that overlap.
                let rest = count - read
                let head = UnsafeRawPointer(source + read).loadUnaligned(as: UInt32.self).littleEndian
                let tail = UnsafeRawPointer(source + count - 4).loadUnaligned(as: UInt32.self).littleEndian
                let word = UInt64(head) | UInt64(tail) << UInt64(8 * (rest - 4))
                UnsafeMutableRawPointer(target + written).storeBytes(of: word.littleEndian, as: UInt64.self)
                let plain = min(rest, Self.specials(in: word).trailingZeroBitCount / 8)
                read += plain
                written += plain
                if plain == rest { break }
            }
            let byte = source[read]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                target[written] = UInt8(ascii: "\\")
                target[written + 1] = byte
                written += 2
                read += 1
            case 0..<0x20:
                written += Self.writeControl(byte, to: target + written)
                read += 1
            case 0..<0x80:
                target[written] = byte
                written += 1
                read += 1
            default: (read, written) = copyCharacter(from: source, at: read, to: target, at: written)
            }
        }
        position = read
        return written
    }

    /// The high bit of each byte that cannot be copied as it is; exact up to and including the first such byte, which
    /// is the only one that is looked at (a borrow may mark bytes behind it).
    @inline(__always)
    private static func specials(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5c)
        let controls = word &- ones &* 0x20
        return ((quotes &- ones) | (backslashes &- ones) | controls | word) & (ones &* 0x80)
    }

    /// Section 7 of RFC 8259: the short forms where there are any.
    private static func writeControl(_ byte: UInt8, to target: UnsafeMutablePointer<UInt8>) -> Int {
        target[0] = UInt8(ascii: "\\")
        let short: UInt8 =
            switch byte {
            case 8: UInt8(ascii: "b")
            case 9: UInt8(ascii: "t")
            case 10: UInt8(ascii: "n")
            case 12: UInt8(ascii: "f")
            case 13: UInt8(ascii: "r")
            default: 0
            }
        if short != 0 {
            target[1] = short
            return 2
        }
        target[1] = UInt8(ascii: "u")
        target[2] = UInt8(ascii: "0")
        target[3] = UInt8(ascii: "0")
        target[4] = UInt8(ascii: "0") + byte >> 4
        target[5] = byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15
        return 6
    }

    /// Copies a character of several bytes, or writes U+FFFD for the longest run that begins none.
    private func copyCharacter(
        from source: UnsafePointer<UInt8>, at read: Int, to target: UnsafeMutablePointer<UInt8>, at written: Int
    ) -> (read: Int, written: Int) {
        let lead = source[read]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xbf
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0...0xef:
            length = 3
            if lead == 0xe0 { second = 0xa0...0xbf }
            if lead == 0xed { second = 0x80...0x9f }
        case 0xf0...0xf4:
            length = 4
            if lead == 0xf0 { second = 0x90...0xbf }
            if lead == 0xf4 { second = 0x80...0x8f }
        default: length = 1
        }
        var valid = 1
        while valid < length, read + valid < input.count {
            let next = source[read + valid]
            guard valid == 1 ? second.contains(next) : next & 0xc0 == 0x80 else { break }
            valid += 1
        }
        if length > 1, valid == length {
            for place in 0..<length { target[written + place] = source[read + place] }
            return (read + length, written + length)
        }
        target[written] = 0xef
        target[written + 1] = 0xbf
        target[written + 2] = 0xbd
        return (read + valid, written + 3)
    }
}
