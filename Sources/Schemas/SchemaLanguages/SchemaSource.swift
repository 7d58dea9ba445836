/// A schema as text, with the texts of all that it refers to, directly or through others.
package struct SchemaSource: Sendable, Hashable {
    package let language: SchemaLanguage
    package let text: String
    /// By the name that refers to it: a full type name (Avro), a URI (JSON Schema), an import path (Protobuf).
    package let references: [String: String]

    package init(_ language: SchemaLanguage, _ text: String, references: [String: String] = [:]) {
        self.language = language
        self.text = text
        self.references = references
    }
}

/// Why a schema cannot be compiled, or not be compared.
package struct SchemaFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// A sentence for who wrote the schema, with the place.
    package let message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
