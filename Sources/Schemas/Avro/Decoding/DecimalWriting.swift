/// A two's complement, big-endian, as a decimal number in text.
enum DecimalWriting {
    /// More than anyone has a use for; writing them costs the square of their number.
    static let mostBytes = 416

    static func append(_ bytes: Span<UInt8>, scale: Int, to output: inout [UInt8]) {
        var magnitude: [UInt8] = []
        for index in bytes.indices { magnitude.append(bytes[index]) }
        let isNegative = (magnitude.first ?? 0) & 0x80 != 0
        if isNegative {
            var carry: UInt16 = 1
            for index in magnitude.indices.reversed() {
                carry += UInt16(~magnitude[index])
                magnitude[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
        }
        var digits = decimalDigits(magnitude)
        // At least one digit before the point.
        if digits.count <= scale { digits.insert(contentsOf: repeatElement(0, count: scale + 1 - digits.count), at: 0) }
        if isNegative { output.append(UInt8(ascii: "-")) }
        for (place, digit) in digits.enumerated() {
            if place == digits.count - scale { output.append(UInt8(ascii: ".")) }
            output.append(0x30 + digit)
        }
    }

    /// The digits of a big-endian number, "0" for none.
    private static func decimalDigits(_ magnitude: [UInt8]) -> [UInt8] {
        var rest = Array(magnitude.drop { $0 == 0 })
        var digits: [UInt8] = []
        while !rest.isEmpty {
            // Nine digits at a time.
            var remainder: UInt64 = 0
            for index in rest.indices {
                let value = remainder << 8 | UInt64(rest[index])
                rest[index] = UInt8(truncatingIfNeeded: value / 1_000_000_000)
                remainder = value % 1_000_000_000
            }
            rest.removeSubrange(..<(rest.firstIndex { $0 != 0 } ?? rest.count))
            for _ in 0..<9 {
                digits.append(UInt8(remainder % 10))
                remainder /= 10
            }
        }
        while digits.last == 0 { digits.removeLast() }
        return digits.isEmpty ? [0] : digits.reversed()
    }
}
