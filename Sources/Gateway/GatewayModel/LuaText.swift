internal import JSON

/// Values as Kong's messages write them: Lua tables, `{name="x",route=null}`, sorted by name.
enum LuaText {
    static func of(_ value: JSONValue) -> String {
        var text = ""
        append(value, to: &text)
        return text
    }

    private static func append(_ value: JSONValue, to text: inout String) {
        switch value {
        case .object(let object):
            text += "{"
            for (index, member) in object.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text += "," }
                text += isName(member.key) ? member.key : "[\(JSONValue.string(member.key).text)]"
                text += "="
                append(member.value, to: &text)
            }
            text += "}"
        case .array(let array):
            text += "{"
            // A list with gaps names its places.
            let hasGaps = array.contains { $0.isNull }
            var isFirst = true
            for (index, element) in array.enumerated() where !element.isNull {
                if !isFirst { text += "," }
                isFirst = false
                if hasGaps { text += "[\(index + 1)]=" }
                append(element, to: &text)
            }
            text += "}"
        default: text += value.text
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "_")
        }
    }
}
