internal import JSON

/// What plain (unquoted) scalars mean.
enum YAMLScalar {
    /// The value of a plain scalar (YAML 1.1 core: null, booleans, integers in base 10, 16 and 8, floats), as lyaml,
    /// Kong's reader, has it but for what surprises most: `12:30` is no number in base 60, `1_000` has no digits
    /// beside, and `.inf` is text, because JSON has no such number.
    static func value(ofPlain text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return false
        default: return number(text) ?? .string(text)
        }
    }

    /// Whether other readers could take a plain `text` for something else than text, though this one does not.
    static func isDoubtful(_ text: String) -> Bool {
        switch text {
        case "y", "Y", "n", "N", "<<", "=": return true
        default:
            guard let first = text.utf8.first else { return true }
            let isNumeric = text.utf8.allSatisfy { "0123456789abcdefABCDEFxXoO_+-.:TtZz ".utf8.contains($0) }
            let startsLikeNumber = (0x30...0x39).contains(first) || first == 0x2b || first == 0x2d || first == 0x2e
            return startsLikeNumber && isNumeric && text.utf8.count(where: { $0 == UInt8(ascii: ".") }) < 2
                && text.utf8.count(where: { $0 == UInt8(ascii: "-") }) < 4
        }
    }

    private static func number(_ text: String) -> JSONValue? {
        var digits = Substring(text)
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        guard let first = digits.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: ".") else {
            return nil
        }
        let sign = isNegative ? "-" : ""
        if digits.hasPrefix("0x") {
            return isAll(digits.dropFirst(2), "0123456789abcdefABCDEF")
                ? Int(sign + digits.dropFirst(2), radix: 16).map { .integer($0) } : nil
        }
        if isAll(digits, "0123456789") {
            if first == 0x30, digits.utf8.count > 1, isAll(digits, "01234567") {
                return Int(sign + digits, radix: 8).map { .integer($0) }
            }
            return Int(sign + digits).map { .integer($0) } ?? Double(sign + digits).map { .number($0) }
        }
        guard isAll(digits, "0123456789.eE+-"), digits.utf8.contains(where: { (0x30...0x39).contains($0) }),
            let number = Double(sign + digits), number.isFinite
        else { return nil }
        return .number(number)
    }

    private static func isAll(_ text: Substring, _ allowed: StaticString) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { byte in allowed.withUTF8Buffer { $0.contains(byte) } }
    }
}
