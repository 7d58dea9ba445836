/// A decimal number in text, as the two's complement of its digits without the point.
enum DecimalReading: Equatable {
    case notDecimal
    /// More digits than the precision.
    case tooManyDigits
    /// Digits behind the point that the scale has no place for.
    case tooFine
    /// Big-endian, in as few bytes as can be.
    case bytes([UInt8], isNegative: Bool)

    /// More digits than anyone has a use for; reading them costs the square of their number.
    static let mostDigits = 1000

    init(_ text: Span<UInt8>, precision: Int, scale: Int) {
        guard var number = Parts(text) else {
            self = .notDecimal
            return
        }
        if number.digits.isEmpty {
            self = .bytes([0], isNegative: false)
            return
        }
        let shift = number.exponent + scale
        if shift < 0 {
            // The digits that have no place must be zeros.
            guard -shift < number.digits.count, number.digits.suffix(-shift).allSatisfy({ $0 == 0 }) else {
                self = .tooFine
                return
            }
            number.digits.removeLast(-shift)
        }
        guard number.digits.count + max(shift, 0) <= min(precision, Self.mostDigits) else {
            self = .tooManyDigits
            return
        }
        if shift > 0 { number.digits.append(contentsOf: repeatElement(0, count: shift)) }
        self = .bytes(Self.twosComplement(number.digits, isNegative: number.isNegative), isNegative: number.isNegative)
    }

    private static func twosComplement(_ digits: [UInt8], isNegative: Bool) -> [UInt8] {
        // Little-endian.
        var bytes: [UInt8] = []
        for digit in digits {
            var carry = UInt16(digit)
            for index in bytes.indices {
                carry += UInt16(bytes[index]) * 10
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            if carry > 0 { bytes.append(UInt8(carry)) }
        }
        bytes.append(0)
        if isNegative {
            var carry: UInt16 = 1
            for index in bytes.indices {
                carry += UInt16(~bytes[index])
                bytes[index] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
        }
        let sign: UInt8 = isNegative ? 0xff : 0
        while bytes.count > 1, bytes[bytes.count - 1] == sign, bytes[bytes.count - 2] & 0x80 == sign & 0x80 {
            bytes.removeLast()
        }
        return bytes.reversed()
    }

    /// Digits without leading zeros, none for zero, times a power of ten.
    private struct Parts {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        /// The grammar of JSON's numbers, and a sign '+' and leading zeros too.
        init?(_ text: Span<UInt8>) {
            var position = 0
            if position < text.count, text[position] == 0x2d || text[position] == 0x2b {
                isNegative = text[position] == 0x2d
                position += 1
            }
            var digitCount = 0
            var hasPoint = false
            reading: while position < text.count {
                switch text[position] {
                case 0x30...0x39:
                    digitCount += 1
                    if hasPoint { exponent -= 1 }
                    if !digits.isEmpty || text[position] != 0x30 { digits.append(text[position] - 0x30) }
                case 0x2e where !hasPoint && digitCount > 0: hasPoint = true
                default: break reading
                }
                position += 1
            }
            guard digitCount > 0, text[position - 1] != 0x2e else { return nil }
            if position < text.count {
                guard text[position] | 0x20 == 0x65, let power = Self.power(text, position + 1) else { return nil }
                exponent += power
            }
            // Zeros at the end are no digits, so that 1.50 has a place where 1.5 has.
            while digits.last == 0 {
                digits.removeLast()
                exponent += 1
            }
        }

        /// The exponent at the end of the text; one of more than six digits is as good as any.
        private static func power(_ text: Span<UInt8>, _ start: Int) -> Int? {
            var position = start
            var isNegative = false
            if position < text.count, text[position] == 0x2d || text[position] == 0x2b {
                isNegative = text[position] == 0x2d
                position += 1
            }
            guard position < text.count else { return nil }
            var power = 0
            while position < text.count {
                guard case 0x30...0x39 = text[position] else { return nil }
                power = min(power * 10 + Int(text[position] - 0x30), 1_000_000)
                position += 1
            }
            return isNegative ? -power : power
        }
    }
}
