internal import JSON

extension SchemaParser {
    /// A type within a type is at most this much deeper in the JSON: a record, its fields, a field, its type.
    private static let jsonDepth = 512

    /// Reads all texts, links them, and reads the default values.
    mutating func read(_ text: Span<UInt8>, references: [String: String]) throws(AvroSchemaError) {
        let bytes = references.values.reduce(text.count) { $0 + $1.utf8.count }
        guard bytes <= limits.bytes else {
            throw error(.tooLarge, "the schema takes \(bytes) bytes; at most \(limits.bytes) are allowed")
        }
        let parser = JSONParser(maximumDepth: Self.jsonDepth)
        for (name, text) in references.sorted(by: { $0.key < $1.key }) {
            reference = name
            let bytes = Array(text.utf8)
            _ = try read(bytes.span, with: parser)
        }
        reference = nil
        tables.root = try read(text, with: parser)
        try link()
        try readDefaults()
    }

    private mutating func read(_ text: Span<UInt8>, with parser: JSONParser) throws(AvroSchemaError) -> Int32 {
        let value: JSONValue
        do throws(JSONError) {
            value = try parser.value(text)
        } catch let failure {
            throw error(.notJSON, "the schema is not JSON: \(failure)")
        }
        return try type(value, in: "")
    }
}
