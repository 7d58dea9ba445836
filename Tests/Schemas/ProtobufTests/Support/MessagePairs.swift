import JSON
import Protobuf

/// Messages of generated schemas, with JSON that fits them.
enum MessagePairs {
    struct Pair {
        let source: ProtoGenerator.Schema
        let message: ProtobufMessage
        let json: JSONValue
    }

    static func make(schemas: Int, values: Int = 3, seed: UInt64) throws -> (pairs: [Pair], files: [String: String]) {
        var generator = ProtoGenerator(seed: seed)
        var pairs: [Pair] = []
        var files: [String: String] = [:]
        for place in 0..<schemas {
            let source = generator.schema(place)
            files["t\(place).proto"] = source.text
            files[source.path] = source.reference
            let schema: ProtobufSchema
            do throws(ProtobufSchemaError) {
                schema = try ProtobufSchema(source.text, references: [source.path: source.reference])
            } catch {
                throw Unfit(description: "\(error)\n\(source.text)")
            }
            var messages = MessageGenerator(seed: generator.random.next(), model: source.model)
            for _ in 0..<values {
                guard let name = source.model.roots.randomElement(using: &messages.random),
                    let message = schema.message(named: name)
                else { throw Unfit(description: source.text) }
                pairs.append(Pair(source: source, message: message, json: messages.message(name)))
            }
        }
        return (pairs, files)
    }

    struct Unfit: Error, CustomStringConvertible {
        let description: String
    }
}
