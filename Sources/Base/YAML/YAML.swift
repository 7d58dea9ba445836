package import JSON

/// YAML as configuration files use it: one document whose values are JSON's.
///
/// Scalars are read as in YAML 1.1's core, like Kong's reader: plain `true`, `yes`, `on` are booleans, plain digits
/// numbers, `~` and nothing null; what is quoted is a string. Aliases and merge keys (`<<`) are expanded. Duplicate
/// keys, keys that are no scalars, unknown tags and a second document are refused.
package enum YAML {
    /// What a text may cost.
    package struct Limits: Sendable {
        /// Bytes of text.
        package var bytes = 64 << 20
        /// Nesting of sequences and mappings.
        package var depth = 128
        /// Keys and values, those included that aliases and merge keys add.
        package var values = 4_000_000
        /// Those that aliases and merge keys add: the bound of "alias bombs".
        package var expandedValues = 1_000_000

        package init() {}
    }

    /// Reads one document; an empty text is null.
    package static func parse(_ text: [UInt8], limits: Limits = Limits()) throws(YAMLError) -> YAMLDocument {
        guard text.count <= limits.bytes else {
            throw YAMLError(message: "the text is larger than \(limits.bytes) bytes", location: nil)
        }
        return try YAMLReader(limits: limits).read(text)
    }

    /// Writes a value as a block-style document that reads back as the same value.
    package static func write(_ value: JSONValue) -> String {
        var writer = YAMLWriter()
        writer.writeDocument(value)
        return writer.text
    }
}
