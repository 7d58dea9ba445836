//! SchemaLanguages: the languages of a schema registry behind one face: a schema is compiled, compared with another, and
//! payloads are held against it and serialised. No input, no output, no state.

/// A language of schemas; the raw value is the registry's `schemaType`.
package enum SchemaLanguage: String, Sendable, Hashable, CaseIterable {
    case avro = "AVRO"
    case json = "JSON"
    case protobuf = "PROTOBUF"
}
