/// How values are written as JSON. In either form bytes and fixed types are strings with a character from U+0000 to
/// U+00FF for each byte, as the specification has it, and what JSON has no number for is "NaN", "Infinity" or
/// "-Infinity", as Java has it.
package struct AvroJSONOptions: Sendable, Hashable {
    package enum Form: String, Sendable, CaseIterable {
        /// The specification's JSON encoding: a value of a union is null or an object with the branch's name.
        case avroJSON = "avro_json"
        /// Plain JSON: the branch of a union is the most specific that the value fits, of equals the first. An enum is
        /// more specific than a string, a record than a map, int than long than double, a decimal than a double.
        case simpleJSON = "simple_json"
    }

    package enum Decimals: String, Sendable, CaseIterable {
        /// As what they are stored in: a string with a character from U+0000 to U+00FF for each byte.
        case bytes
        /// As numbers: read from JSON strings or numbers such as "12.50", written as strings.
        case numbers
    }

    package var form = Form.avroJSON
    package var decimals = Decimals.bytes
    /// Whether members of an object that its record does not have are passed over, not refused.
    package var ignoresUnknownFields = false

    package init(form: Form = .avroJSON, decimals: Decimals = .bytes, ignoresUnknownFields: Bool = false) {
        self.form = form
        self.decimals = decimals
        self.ignoresUnknownFields = ignoresUnknownFields
    }
}
