/// UUIDs as text (RFC 9562 section 4).
package enum UUIDText {
    /// Whether `text` is 8-4-4-4-12 hexadecimal digits of either case, of any version.
    package static func isValid(_ text: Span<UInt8>) -> Bool {
        guard text.count == 36 else { return false }
        for index in 0..<36 {
            switch index {
            case 8, 13, 18, 23: if text[index] != UInt8(ascii: "-") { return false }
            default: if Hex.value(of: text[index]) == nil { return false }
            }
        }
        return true
    }

    /// Whether `text` is 8-4-4-4-12 hexadecimal digits of either case, of any version.
    package static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return isValid(bytes.span)
    }

    /// Sixteen bytes in lower-case digits and dashes; what is beyond sixteen bytes is left out.
    package static func text(_ bytes: Span<UInt8>) -> String {
        var output: [UInt8] = []
        for index in 0..<min(16, bytes.count) {
            if index == 4 || index == 6 || index == 8 || index == 10 { output.append(UInt8(ascii: "-")) }
            output.append(Hex.digit(bytes[index] >> 4))
            output.append(Hex.digit(bytes[index] & 15))
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The sixteen bytes of a UUID; nil when `text` is none.
    package static func bytes(_ text: String) -> [UInt8]? {
        guard isValid(text) else { return nil }
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        return Hex.decode(digits.span)
    }
}
