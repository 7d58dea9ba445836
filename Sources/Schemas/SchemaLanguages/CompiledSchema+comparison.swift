internal import Avro
internal import JSON
internal import JSONSchema
internal import Protobuf

/// Why what was written with one schema cannot be read with another.
package struct SchemaIncompatibility: Sendable, Hashable, CustomStringConvertible {
    /// The name that the language's implementations have for it, such as `READER_FIELD_MISSING_DEFAULT_VALUE`.
    package let kind: String
    /// Where in the reader's schema.
    package let path: String
    package let message: String

    package init(kind: String, path: String, message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }

    package var description: String { "\(kind) at \(path.isEmpty ? "/" : path): \(message)" }
}

extension CompiledSchema {
    /// What hinders this schema from reading all that was written with `writer`: nothing, when they are compatible.
    package func incompatibilities(withWriter writer: CompiledSchema) throws(SchemaFault) -> [SchemaIncompatibility] {
        switch (self, writer) {
        case (.avro(let reader), .avro(let writer)):
            do throws(AvroSchemaError) {
                return try reader.incompatibilities(withWriter: writer).map {
                    SchemaIncompatibility(kind: $0.kind.rawValue, path: $0.pointer.description, message: $0.message)
                }
            } catch { throw SchemaFault(error.description) }
        case (.json(let reader, _), .json(let writer, _)):
            do throws(JSONSchemaError) {
                return try reader.incompatibilities(withWriter: writer).map {
                    SchemaIncompatibility(kind: $0.kind.rawValue, path: $0.pointer.description, message: $0.message)
                }
            } catch { throw SchemaFault(error.description) }
        case (.protobuf(let reader), .protobuf(let writer)):
            do throws(ProtobufSchemaError) {
                return try reader.incompatibilities(withWriter: writer).map {
                    SchemaIncompatibility(kind: $0.kind.rawValue, path: $0.path, message: $0.message)
                }
            } catch { throw SchemaFault(error.description) }
        default:
            let message =
                "the schema is of the language \(language.rawValue), the earlier of \(writer.language.rawValue)"
            return [SchemaIncompatibility(kind: "SCHEMA_TYPE_MISMATCH", path: "", message: message)]
        }
    }
}
