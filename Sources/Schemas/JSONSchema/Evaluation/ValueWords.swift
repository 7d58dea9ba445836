internal import JSON

/// What a value is, in words for who sent it.
enum ValueWords {
    /// Longer texts end in "…".
    private static let longest = 60

    static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer, .number: "the number \(value)"
        case .string(let text): "the string \(quoted(text))"
        case .array(let elements): "an array of \(CountLimit.words(elements.count, "element"))"
        case .object(let object): "an object of \(CountLimit.words(object.count, "member"))"
        }
    }

    static func words(_ tape: JSONTape, at position: Int) -> String {
        switch tape.kind(at: position) {
        case .array: "an array of \(CountLimit.words(tape.count(at: position), "element"))"
        case .object: "an object of \(CountLimit.words(tape.count(at: position), "member"))"
        case .string: "the string \(quoted(tape.text(at: position)))"
        case .integer, .unsigned, .double, .true, .false, .null: words(tape.value(at: position))
        }
    }

    /// Such as "one of 1, 2".
    static func list(_ values: [JSONValue]) -> String {
        let shown = values.prefix(10).map { value in
            switch value {
            case .string(let text): quoted(text)
            case .array, .object: words(value)
            default: value.description
            }
        }
        return (values.count == 1 ? "" : "one of ") + shown.joined(separator: ", ")
            + (values.count > shown.count ? " and \(values.count - shown.count) others" : "")
    }

    static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > longest else { return JSONValue.string(text).text }
        var clipped = String.UnicodeScalarView()
        clipped.append(contentsOf: scalars.prefix(longest))
        return JSONValue.string(String(clipped) + "…").text
    }
}
