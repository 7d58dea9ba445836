internal import JSON

/// Writes values in block style, two blanks a level; a text of several lines as a literal block.
struct YAMLWriter {
    private(set) var text = ""

    /// YAML allows a key without a mark of its own only within 1024 characters.
    private static let longestKey = 900

    mutating func writeDocument(_ value: JSONValue) {
        switch value {
        case .array(let elements) where !elements.isEmpty: writeElements(elements, indent: 0, isInLine: false)
        case .object(let members) where !members.isEmpty: writeMembers(members, indent: 0, isInLine: false)
        default:
            writeScalar(value, indent: 0)
            text += "\n"
        }
    }

    /// - Parameter isInLine: the first line has been begun and indented by the caller ("- ").
    private mutating func writeElements(_ elements: [JSONValue], indent: Int, isInLine: Bool) {
        for (place, element) in elements.enumerated() {
            if place > 0 || !isInLine { writeIndent(indent) }
            text += "- "
            switch element {
            case .array(let inner) where !inner.isEmpty: writeElements(inner, indent: indent + 2, isInLine: true)
            case .object(let members) where !members.isEmpty: writeMembers(members, indent: indent + 2, isInLine: true)
            default:
                writeScalar(element, indent: indent)
                text += "\n"
            }
        }
    }

    private mutating func writeMembers(_ members: JSONObject, indent: Int, isInLine: Bool) {
        for (place, member) in members.enumerated() {
            if place > 0 || !isInLine { writeIndent(indent) }
            let key = Self.isPlain(member.key) ? member.key : Self.quoted(member.key)
            if key.utf8.count > Self.longestKey {
                text += "? \(key)\n"
                writeIndent(indent)
            } else {
                text += key
            }
            text += ":"
            switch member.value {
            case .array(let elements) where !elements.isEmpty:
                text += "\n"
                writeElements(elements, indent: indent + 2, isInLine: false)
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                writeMembers(inner, indent: indent + 2, isInLine: false)
            default:
                text += " "
                writeScalar(member.value, indent: indent)
                text += "\n"
            }
        }
    }

    /// Writes what stands on one line, and texts of several; without the line break behind.
    private mutating func writeScalar(_ value: JSONValue, indent: Int) {
        guard case .string(let string) = value else {
            text += value.text
            return
        }
        if Self.isPlain(string) {
            text += string
        } else if Self.isBlock(string) {
            text += string.hasSuffix("\n") ? "|" : "|-"
            let body = string.hasSuffix("\n") ? string.dropLast() : Substring(string)
            for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
                text += "\n"
                if !line.isEmpty {
                    writeIndent(indent + 2)
                    text += line
                }
            }
        } else {
            text += Self.quoted(string)
        }
    }

    private mutating func writeIndent(_ indent: Int) { text += String(repeating: " ", count: indent) }

    /// Whether a text may stand without quotes and is read as text, here and elsewhere.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, isWord(first) || first == UInt8(ascii: "/"), last != 0x20,
            last != UInt8(ascii: ":"), bytes.count <= longestKey
        else { return false }
        for (place, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: ":"): if bytes[place + 1] == 0x20 { return false }
            case 0x20, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "+"),
                UInt8(ascii: "="), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "$"), UInt8(ascii: "^"),
                UInt8(ascii: ";"), UInt8(ascii: "*"), UInt8(ascii: "~"):
                break
            default: guard isWord(byte) else { return false }
            }
        }
        return YAMLScalar.value(ofPlain: text) == .string(text) && !YAMLScalar.isDoubtful(text)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Whether a text of several lines can be a literal block: nothing that the block's indentation, its end or the
    /// character set would change.
    private static func isBlock(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        guard scalars.contains("\n"), let first = scalars.first, first != " ", first != "\n", first != "\t",
            !text.hasSuffix("\n\n"), text != "\n", scalars.allSatisfy({ $0 == "\n" || $0 == "\t" || isPrintable($0) })
        else { return false }
        return text.utf8.split(separator: 10, omittingEmptySubsequences: true).allSatisfy { line in
            line.last != 0x20 && line.last != 9
        }
    }

    /// What may stand in YAML without an escape, line breaks and tabs aside.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7e, 0xa0...0x2027, 0x202a...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd, 0x10000...0x10ffff: true
        default: false
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        return quoted + "\""
    }
}
