import JSON
import Protobuf
import TestRandom
import Testing

@Suite("Any bytes")
struct AnyBytesTests {
    @Test("bytes that are bent, cut or made up are a message or an error, never a crash")
    func decoder() throws {
        var random = SeededGenerator(seed: 0x90)
        var limits = ProtobufDecodingLimits()
        (limits.elements, limits.outputBytes) = (2000, 100_000)
        var values = 0
        for pair in try MessagePairs.make(schemas: 400, seed: 0x91).pairs {
            let options = ProtobufJSONOptions(showsDefaults: random.next() % 3 == 0)
            let decoder = ProtobufDecoder(pair.message, options: options, limits: limits)
            let bytes = try Codec.encode(pair.json.text, pair.message)
            for _ in 0..<6 {
                let bent = Self.bent(bytes, using: &random)
                var output: [UInt8] = [7]
                do throws(ProtobufDecodingError) {
                    try decoder.decode(bent.span, to: &output)
                } catch {
                    #expect(output == [7] && !error.message.isEmpty && error.offset <= bent.count)
                    continue
                }
                values += 1
                let shown = try JSONValue.parse(output.span.extracting(1..<output.count), maximumDepth: 512)
                // What was read can be written, but for what is required and was taken out.
                do {
                    let again = try Codec.encode(shown.text, pair.message)
                    #expect(try Codec.decode(again, pair.message, options) == shown, "\(bent)")
                } catch ProtobufEncodingError.violations(let violations, _) {
                    #expect(violations.allSatisfy { $0.rule == .missingField }, "\(violations) \(shown)")
                }
            }
        }
        #expect(values > 1000)
    }

    @Test("a schema's text that is bent or cut is a schema or an error, never a crash")
    func schema() throws {
        var random = SeededGenerator(seed: 0x92)
        var generator = ProtoGenerator(seed: 0x93)
        var schemas = 0
        for place in 0..<250 {
            let source = generator.schema(place)
            let text = Array(source.text.utf8)
            for _ in 0..<6 {
                let bent = Self.bent(text, using: &random)
                do throws(ProtobufSchemaError) {
                    let schema = try ProtobufSchema(bent.span, references: [source.path: source.reference])
                    _ = schema.canonicalText
                    #expect(try schema.incompatibilities(withWriter: schema).isEmpty)
                    schemas += 1
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
        #expect(schemas > 10)
    }

    @Test(
        "a document that is bent or cut is a message or an error, never a crash, and writes nothing when it is an error"
    )
    func encoder() throws {
        var random = SeededGenerator(seed: 0x94)
        let parser = JSONParser()
        for pair in try MessagePairs.make(schemas: 400, seed: 0x95).pairs {
            let options = ProtobufJSONOptions(ignoresUnknownFields: random.next() % 2 == 0)
            let encoder = ProtobufEncoder(pair.message, options: options)
            let text = Array(pair.json.text.utf8)
            for _ in 0..<6 {
                let bent = Self.bent(text, using: &random)
                var output: [UInt8] = [7]
                do throws(ProtobufEncodingError) {
                    try encoder.encode(bent.span, with: parser, to: &output)
                } catch {
                    #expect(output == [7] && !error.description.isEmpty)
                    continue
                }
                // What is written can be read, but for what only its reader looks at.
                var shown: [UInt8] = []
                try ProtobufDecoder(pair.message).decode(output.span.extracting(1..<output.count), to: &shown)
            }
        }
    }

    /// Some bytes changed, taken out, put in or cut off.
    private static func bent(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let byte = [UInt8(truncatingIfNeeded: random.next()), 0, 1, 2, 0x7f, 0x80, 0xff, 0x22, 0x7b, 0x5d]
                .randomElement(using: &random)!
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2: bytes.insert(byte, at: place)
            case 3:
                let end = Int.random(in: place...bytes.count, using: &random)
                bytes.append(contentsOf: bytes[place..<end])
            default: if place < bytes.count { bytes[place] = byte }
            }
        }
        return bytes
    }
}
