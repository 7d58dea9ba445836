internal import Avro
internal import Bytes
internal import JSON
internal import Protobuf

/// Why a payload was not read.
package struct PayloadReadingFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and where.
    package let message: String

    package var description: String { message }
}

/// Turns payloads of a schema back into JSON.
package struct PayloadDeserializer: Sendable {
    private enum Work {
        case avro(AvroDecoder)
        case json
        case protobuf(ProtobufSchema)
    }

    private let work: Work

    package init(_ schema: CompiledSchema, _ options: PayloadOptions = PayloadOptions()) throws(SchemaFault) {
        switch schema {
        case .avro(let schema):
            let form = AvroJSONOptions(form: options.unions == .tagged ? .avroJSON : .simpleJSON)
            do throws(AvroResolutionError) { work = .avro(try AvroDecoder(schema, options: form)) } catch {
                throw SchemaFault("\(error)")
            }
        case .json: work = .json
        case .protobuf(let schema): work = .protobuf(schema)
        }
    }

    /// Appends the JSON text; appends nothing when it throws.
    ///
    /// - Parameter payload: What follows a schema's id: in Protobuf the message's indexes, and then the message.
    package func deserialize(_ payload: Span<UInt8>, to output: inout [UInt8]) throws(PayloadReadingFault) {
        switch work {
        case .avro(let decoder):
            do throws(AvroDecodingError) { try decoder.decode(payload, to: &output) } catch {
                throw PayloadReadingFault(message: error.description)
            }
        case .json:
            do throws(JSONError) { _ = try JSONValue.parse(payload) } catch {
                throw PayloadReadingFault(message: "not JSON: \(error)")
            }
            output.append(payload)
        case .protobuf(let schema): try Self.read(payload, schema, to: &output)
        }
    }

    private static func read(
        _ payload: Span<UInt8>, _ schema: ProtobufSchema, to output: inout [UInt8]
    ) throws(PayloadReadingFault) {
        let start: (indexes: [Int], count: Int)
        do throws(ProtobufMessageIndexes.ReadingError) { start = try ProtobufMessageIndexes.read(payload) } catch {
            throw PayloadReadingFault(message: error.description)
        }
        guard let message = schema.message(at: start.indexes) else {
            throw PayloadReadingFault(message: "the schema has no message at \(start.indexes)")
        }
        do throws(ProtobufDecodingError) {
            try ProtobufDecoder(message).decode(payload.extracting(start.count..<payload.count), to: &output)
        } catch { throw PayloadReadingFault(message: error.description) }
    }
}
