internal import Bytes

/// JSON text without blanks, and with its members in order. Numbers and strings stay as they were written, so nothing is
/// lost of those that no machine number holds.
enum JSONOrder {
    /// `text` was checked.
    static func compact(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var isQuoted = false
        var isEscaped = false
        for byte in bytes {
            if isQuoted {
                output.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
            } else if !(byte == 0x20 || byte == 10 || byte == 13 || byte == 9) {
                output.append(byte)
                isQuoted = byte == UInt8(ascii: "\"")
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Without blanks, members by their names; of several with one name the last. `text` was checked, and how deeply it
    /// nests is bounded by that.
    static func sorted(_ text: String) -> String {
        var reader = Reader(text: Array(compact(text).utf8))
        return String(decoding: reader.value(), as: UTF8.self)
    }

    private struct Reader {
        let text: [UInt8]
        var position = 0

        mutating func value() -> [UInt8] {
            guard position < text.count else { return [] }
            switch text[position] {
            case UInt8(ascii: "{"): return object()
            case UInt8(ascii: "["): return array()
            case UInt8(ascii: "\""): return string()
            default:
                let start = position
                while position < text.count, !Self.ends(text[position]) { position += 1 }
                return Array(text[start..<position])
            }
        }

        private static func ends(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
        }

        private mutating func string() -> [UInt8] {
            let start = position
            position += 1
            while position < text.count, text[position] != UInt8(ascii: "\"") {
                position += text[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            position = min(position + 1, text.count)
            return Array(text[start..<position])
        }

        private mutating func array() -> [UInt8] {
            var output: [UInt8] = [UInt8(ascii: "[")]
            position += 1
            while position < text.count, text[position] != UInt8(ascii: "]") {
                if text[position] == UInt8(ascii: ",") {
                    output.append(UInt8(ascii: ","))
                    position += 1
                }
                output += value()
            }
            position += 1
            return output + [UInt8(ascii: "]")]
        }

        private mutating func object() -> [UInt8] {
            var members: [String: [UInt8]] = [:]
            position += 1
            while position < text.count, text[position] != UInt8(ascii: "}") {
                if text[position] == UInt8(ascii: ",") { position += 1 }
                let name = String(decoding: string(), as: UTF8.self)
                position += 1
                members[name] = value()
            }
            position += 1
            var output: [UInt8] = [UInt8(ascii: "{")]
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                if output.count > 1 { output.append(UInt8(ascii: ",")) }
                output += Array(name.utf8) + [UInt8(ascii: ":")] + value
            }
            return output + [UInt8(ascii: "}")]
        }
    }
}
