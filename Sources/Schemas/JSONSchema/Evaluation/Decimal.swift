internal import JSON

/// A number as digits and a power of ten, so that 0.0075 is a multiple of 0.0001. A `Double` is what its shortest
/// text says: JSON's numbers are read no more exactly than that.
struct Decimal {
    var digits: UInt64 = 0
    var exponent = 0

    /// Without the sign.
    init?(_ value: JSONValue) {
        switch value {
        case .integer(let integer): digits = UInt64(integer.magnitude)
        case .number(let number):
            guard number.isFinite else { return nil }
            var power: Int?
            var hasPoint = false
            let text = Array(number.magnitude.description.utf8)
            // At most 17 digits, then perhaps zeros and an exponent: what `Double` writes.
            for (place, byte) in text.enumerated() {
                if byte == UInt8(ascii: ".") {
                    hasPoint = true
                } else if byte == UInt8(ascii: "e") {
                    power = Int(String(decoding: text[(place + 1)...], as: UTF8.self))
                    break
                } else if hasPoint, byte == UInt8(ascii: "0"), place == text.count - 1 {
                    // The zero of "5.0".
                } else {
                    let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
                    guard !overflow else { return nil }
                    digits = product + UInt64(byte - UInt8(ascii: "0"))
                    if hasPoint { exponent -= 1 }
                }
            }
            exponent += power ?? 0
        default: return nil
        }
    }

    static func isMultiple(_ value: JSONValue, of factor: JSONValue) -> Bool {
        if case .integer(let value) = value, case .integer(let factor) = factor, factor > 0 {
            return value % factor == 0
        }
        guard let value = Decimal(value), let factor = Decimal(factor), factor.digits > 0 else { return false }
        if value.digits == 0 { return true }
        let shift = value.exponent - factor.exponent
        if shift >= 0 {
            // digits × 10^shift modulo the factor, a digit at a time: an exponent has at most three.
            var rest = value.digits % factor.digits
            for _ in 0..<shift {
                if rest == 0 { return true }
                let (high, low) = rest.multipliedFullWidth(by: 10)
                rest = factor.digits.dividingFullWidth((high, low)).remainder
            }
            return rest == 0
        }
        var divisor = factor.digits
        for _ in 0..<(-shift) {
            let (product, overflow) = divisor.multipliedReportingOverflow(by: 10)
            guard !overflow, product <= value.digits else { return false }
            divisor = product
        }
        return value.digits % divisor == 0
    }

    /// Below, at or above 0 as `left` is to `right`; nil when one is no number. An `Int` is not rounded to a `Double`.
    static func compare(_ left: JSONValue, _ right: JSONValue) -> Int? {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): return left < right ? -1 : left > right ? 1 : 0
        case (.number(let left), .number(let right)): return left < right ? -1 : left > right ? 1 : 0
        case (.integer(let left), .number(let right)): return compare(left, right)
        case (.number(let left), .integer(let right)): return -compare(right, left)
        default: return nil
        }
    }

    private static func compare(_ left: Int, _ right: Double) -> Int {
        let floor = right.rounded(.down)
        guard let whole = Int(exactly: floor) else { return right > 0 ? -1 : 1 }
        if left != whole { return left < whole ? -1 : 1 }
        return right > floor ? -1 : 0
    }
}
