package import Avro
internal import Bytes
internal import JSON
package import JSONSchema
package import Protobuf

/// A schema of any language, ready for use. It does not change, and may be used by many at a time.
package enum CompiledSchema: Sendable {
    case avro(AvroSchema)
    case json(JSONSchema, title: String?)
    case protobuf(ProtobufSchema)

    /// Compiles a schema.
    ///
    /// - Parameter assertsFormats: Whether `format` in JSON schemas must hold; without, it is a remark.
    package init(_ source: SchemaSource, assertsFormats: Bool = false) throws(SchemaFault) {
        switch source.language {
        case .avro:
            do throws(AvroSchemaError) {
                self = .avro(try AvroSchema(source.text, references: source.references))
            } catch { throw SchemaFault(error.description) }
        case .json: self = try Self.json(source, assertsFormats)
        case .protobuf:
            do throws(ProtobufSchemaError) {
                self = .protobuf(try ProtobufSchema(source.text, references: source.references))
            } catch { throw SchemaFault(error.description) }
        }
    }

    private static func json(_ source: SchemaSource, _ assertsFormats: Bool) throws(SchemaFault) -> CompiledSchema {
        let limits = JSONSchemaLimits()
        let document = try value(source.text, limits, of: nil)
        var references: [String: JSONValue] = [:]
        for (name, text) in source.references { references[name] = try value(text, limits, of: name) }
        var options = JSONSchemaOptions()
        // What registries assume of a schema that does not say.
        options.draft = .draft7
        options.assertsFormats = assertsFormats
        do throws(JSONSchemaError) {
            let schema = try JSONSchema(compiling: document, options: options, references: references)
            return .json(schema, title: document["title"]?.stringValue)
        } catch { throw SchemaFault(error.description) }
    }

    private static func value(
        _ text: String, _ limits: JSONSchemaLimits, of reference: String?
    ) throws(SchemaFault) -> JSONValue {
        let place = reference.map { "reference '\($0)': " } ?? ""
        let bytes = Array(text.utf8)
        guard bytes.count <= limits.schemaBytes else {
            throw SchemaFault("\(place)the schema has more than \(limits.schemaBytes) bytes")
        }
        do throws(JSONError) { return try JSONValue.parse(bytes.span) } catch {
            throw SchemaFault("\(place)not JSON: \(error)")
        }
    }

    package var language: SchemaLanguage {
        switch self {
        case .avro: .avro
        case .json: .json
        case .protobuf: .protobuf
        }
    }

    /// What the subject strategies by record call the record: the full name of a named Avro type, the title of a JSON
    /// schema, the full name of the first Protobuf message.
    package var recordName: String? {
        switch self {
        case .avro(let schema): schema.root.fullName
        case .json(_, let title): title
        case .protobuf(let schema): schema.firstMessage?.fullName
        }
    }

    /// A Protobuf schema's serialised `FileDescriptorProto` in base 64, which clients ask registries for by
    /// `format=serialized`; nil for other languages.
    package var serializedForm: String? {
        guard case .protobuf(let schema) = self else { return nil }
        return Base64.text(schema.descriptor.span)
    }
}
