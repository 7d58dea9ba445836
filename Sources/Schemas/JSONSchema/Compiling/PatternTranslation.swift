/// A pattern of ECMA-262 (with its flag `u`) as PCRE2 reads it. The two differ in `$`, `.`, `\s`, `[` within a class,
/// `\u`, names of properties, and in what only PCRE2 has, which is refused. Not translated: `\S` within a class leaves
/// out the blanks of ASCII only.
struct PatternTranslation {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var output = ""
    private var isInClass = false

    private static let blanks =
        #"\t\n\x0b\f\r \xa0\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"#

    private init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    static func translate(_ pattern: String) throws(Fault) -> String {
        var translation = PatternTranslation(pattern)
        try translation.run()
        return translation.output
    }

    private func isNext(_ text: String, at offset: Int = 0) -> Bool {
        scalars[min(position + offset, scalars.count)...].starts(with: text.unicodeScalars)
    }

    private mutating func run() throws(Fault) {
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "\\" {
                try escape()
            } else if isInClass {
                if scalar == "]" { isInClass = false }
                output += scalar == "[" ? #"\["# : String(scalar)
            } else {
                try outside(scalar)
            }
        }
    }

    private mutating func outside(_ scalar: Unicode.Scalar) throws(Fault) {
        switch scalar {
        // PCRE2's also matches before a line break at the end.
        case "$": output += #"\z"#
        case ".": output += #"[^\n\r\x{2028}\x{2029}]"#
        case "[":
            if isNext("^]") {
                position += 2
                output += #"[\s\S]"#
            } else if isNext("]") {
                position += 1
                output += "(?!)"
            } else {
                isInClass = true
                output += "["
                if isNext("^") {
                    position += 1
                    output += "^"
                }
            }
        case "(":
            if isNext("*") { throw Fault(description: "'(*' is not in ECMA-262") }
            if isNext("?"), !["?:", "?=", "?!", "?<"].contains(where: { isNext($0) }) {
                throw Fault(description: "a group that begins so is not in ECMA-262")
            }
            output += "("
        case "*", "+", "?", "}":
            if isNext("+") { throw Fault(description: "a second '+' is not in ECMA-262") }
            output.unicodeScalars.append(scalar)
        default: output.unicodeScalars.append(scalar)
        }
    }

    private mutating func escape() throws(Fault) {
        guard position < scalars.count else { throw Fault(description: "it ends in a backslash") }
        let letter = scalars[position]
        position += 1
        switch letter {
        case "s": output += isInClass ? Self.blanks : "[\(Self.blanks)]"
        case "S": output += isInClass ? #"\S"# : "[^\(Self.blanks)]"
        case "u": try codePoint()
        case "p", "P": try property(letter)
        case "0": output += #"\x00"#
        case "d", "D", "w", "W", "b", "t", "n", "v", "f", "r", "c", "x", "k", "1"..."9":
            // PCRE2's \v is every vertical blank.
            output += letter == "v" ? #"\x0b"# : "\\" + String(letter)
        case "B" where !isInClass: output += #"\B"#
        case "a"..."z", "A"..."Z":
            throw Fault(description: "'\\\(letter)' is not in ECMA-262")
        default: output += "\\" + String(letter)
        }
    }

    /// `\uXXXX`, of which two may be one character, and `\u{…}`.
    private mutating func codePoint() throws(Fault) {
        var value: UInt32
        if isNext("{"), let end = scalars[position...].firstIndex(of: "}"), end - position <= 8,
            let number = UInt32(text(position + 1, end), radix: 16)
        {
            value = number
            position = end + 1
        } else if let unit = unit(at: position) {
            value = unit
            position += 4
            if 0xd800...0xdbff ~= unit, isNext(#"\u"#), let low = self.unit(at: position + 2), 0xdc00...0xdfff ~= low {
                value = 0x10000 + ((unit & 0x3ff) << 10 | low & 0x3ff)
                position += 6
            }
        } else {
            throw Fault(description: "'\\u' is followed by four hexadecimal digits")
        }
        guard Unicode.Scalar(value) != nil else { throw Fault(description: "half a surrogate pair is no character") }
        output += "\\x{" + String(value, radix: 16) + "}"
    }

    private func unit(at start: Int) -> UInt32? {
        guard start + 4 <= scalars.count else { return nil }
        let digits = scalars[start..<start + 4]
        return digits.allSatisfy { $0.properties.isASCIIHexDigit } ? UInt32(text(start, start + 4), radix: 16) : nil
    }

    private func text(_ start: Int, _ end: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<end])
        return String(view)
    }

    /// `\p{…}`: PCRE2 10.42 knows categories by their short names, scripts without `Script=`.
    private mutating func property(_ letter: Unicode.Scalar) throws(Fault) {
        guard isNext("{"), let end = scalars[position...].firstIndex(of: "}") else {
            throw Fault(description: "'\\\(letter)' is followed by a property in braces")
        }
        var name = text(position + 1, end)
        position = end + 1
        for prefix in ["Script=", "sc=", "Script_Extensions=", "scx=", "General_Category=", "gc="]
        where name.hasPrefix(prefix) {
            name.removeFirst(prefix.count)
        }
        output += "\\\(letter){\(Self.categories[name] ?? name)}"
    }

    private static let categories = [
        "Letter": "L", "Cased_Letter": "L&", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
        "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Nonspacing_Mark": "Mn",
        "Spacing_Mark": "Mc", "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd", "digit": "Nd",
        "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc",
        "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe", "Initial_Punctuation": "Pi",
        "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Symbol": "S", "Math_Symbol": "Sm",
        "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Separator": "Z",
        "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C", "Control": "Cc",
        "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co", "Unassigned": "Cn",
    ]
}
