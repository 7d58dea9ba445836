internal import JSON
internal import SchemaLanguages

/// The form in which texts are kept, so that what differs only in how it was written is one schema with one id.
enum CanonicalText {
    /// - Parameter normalizes: Whether what has no meaning is put in order too, such as the members of a JSON schema.
    static func make(_ language: SchemaLanguage, _ text: String, normalizes: Bool) throws(RegistryError) -> String {
        if language == .avro { return AvroText.canonical(try json(text), sortsProperties: normalizes).text }
        guard language == .json else { return trimmed(text) }
        _ = try json(text)
        return normalizes ? JSONOrder.sorted(text) : JSONOrder.compact(text)
    }

    private static func json(_ text: String) throws(RegistryError) -> JSONValue {
        do throws(JSONError) { return try .parse(text: text) } catch {
            throw .invalidSchema("the text is not JSON: \(error)")
        }
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
