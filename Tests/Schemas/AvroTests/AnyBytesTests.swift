import Avro
import JSON
import TestRandom
import Testing

@Suite("Any bytes")
struct AnyBytesTests {
    @Test("bytes that are bent, cut or made up are a value or an error, never a crash")
    func decoder() throws {
        var random = SeededGenerator(seed: 0x80)
        var limits = AvroDecodingLimits()
        (limits.elements, limits.outputBytes) = (2000, 100_000)
        var values = 0
        for pair in try OraclePairs.make(2000, seed: 0x81) {
            let decoder = try AvroDecoder(pair.schema, limits: limits)
            let bytes = try OraclePairs.encode(pair.tagged, pair.schema)
            for _ in 0..<5 {
                let bent = Self.bent(bytes, using: &random)
                var output: [UInt8] = [7]
                do {
                    try decoder.decode(bent.span, to: &output)
                    let value = try JSONValue.parse(output.span.extracting(1..<output.count), maximumDepth: 512)
                    values += 1
                    // What was read can be written; not to the same bytes, which may have had other blocks.
                    let again = try OraclePairs.encode(value, pair.schema)
                    #expect(try OraclePairs.decode(again, pair.schema) == value, "\(pair.text) of \(bent)")
                } catch is AvroDecodingError {
                    #expect(output == [7])
                }
            }
        }
        #expect(values > 100)
    }

    @Test("bytes read with a schema that they were not written with are a value or an error, never a crash")
    func resolver() throws {
        var random = SeededGenerator(seed: 0x82)
        var mutator = SchemaMutator(seed: 0x83)
        var limits = AvroDecodingLimits()
        (limits.elements, limits.outputBytes) = (2000, 100_000)
        for pair in try OraclePairs.make(2000, seed: 0x84) {
            guard let reader = try? AvroSchema(mutator.mutated(pair.text).text),
                let decoder = try? AvroDecoder(writer: pair.schema, reader: reader, limits: limits)
            else { continue }
            let bytes = try OraclePairs.encode(pair.tagged, pair.schema)
            for _ in 0..<5 {
                let bent = Self.bent(bytes, using: &random)
                var output: [UInt8] = []
                do { try decoder.decode(bent.span, to: &output) } catch { #expect(output.isEmpty) }
            }
        }
    }

    @Test("a schema's text that is bent or cut is a schema or an error, never a crash")
    func schema() throws {
        var random = SeededGenerator(seed: 0x85)
        var generator = SchemaGenerator(seed: 0x86)
        for _ in 0..<3000 {
            let text = Array(generator.schema().schema.text.utf8)
            for _ in 0..<4 {
                let bent = Self.bent(text, using: &random)
                do throws(AvroSchemaError) {
                    let schema = try AvroSchema(bent.span)
                    let form = schema.canonicalForm
                    #expect(try AvroSchema(form).canonicalForm == form)
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }

    @Test(
        "a document that is bent or cut is a value or an error, never a crash, and writes nothing when it is an error")
    func encoder() throws {
        var random = SeededGenerator(seed: 0x87)
        let parser = JSONParser()
        for pair in try OraclePairs.make(2000, seed: 0x88) {
            for form in AvroJSONOptions.Form.allCases {
                let encoder = AvroEncoder(pair.schema, options: AvroJSONOptions(form: form, decimals: .numbers))
                let text = Array((form == .avroJSON ? pair.tagged : pair.plain).text.utf8)
                for _ in 0..<3 {
                    let bent = Self.bent(text, using: &random)
                    var output: [UInt8] = [7]
                    do throws(AvroEncodingError) {
                        try encoder.encode(bent.span, with: parser, to: &output)
                    } catch {
                        #expect(output == [7] && !error.description.isEmpty)
                    }
                }
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
