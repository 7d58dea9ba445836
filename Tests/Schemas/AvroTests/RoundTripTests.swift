import Avro
import JSON
import TestRandom
import Testing

@Suite("There and back")
struct RoundTripTests {
    @Test("tagged JSON comes back as it was")
    func tagged() throws {
        for pair in try OraclePairs.make(3000, seed: 0x70) {
            let bytes = try OraclePairs.encode(pair.tagged, pair.schema)
            let back = try OraclePairs.decode(bytes, pair.schema)
            #expect(back.isNearly(pair.tagged), "\(pair.text)")
            #expect(try OraclePairs.encode(back, pair.schema) == bytes, "\(pair.text) of \(back)")
        }
    }

    @Test("plain JSON comes back as it was where its shape says what it is")
    func plain() throws {
        var generator = SchemaGenerator(seed: 0x71, hasPlainUnions: true)
        let options = AvroJSONOptions(form: .simpleJSON)
        var count = 0
        while count < 3000 {
            let (text, types) = generator.schema()
            let schema = try AvroSchema(text.text)
            var values = ValueGenerator(seed: generator.random.next(), types: types)
            let value = values.value(text)
            let bytes = try OraclePairs.encode(value.plain, schema, options)
            let back = try OraclePairs.decode(bytes, schema, options)
            #expect(back.isNearly(value.plain), "\(text) of \(value.plain)")
            #expect(try OraclePairs.encode(value.tagged, schema) == bytes, "\(text) of \(value.plain)")
            count += 1
        }
    }

    @Test("members in any order are the same record")
    func shuffled() throws {
        var random = SeededGenerator(seed: 0x72)
        for pair in try OraclePairs.make(1000, seed: 0x73) {
            let bytes = try OraclePairs.encode(pair.tagged, pair.schema)
            let shuffled = pair.tagged.shuffledMembers(using: &random)
            let again = try OraclePairs.encode(shuffled, pair.schema)
            let same = try OraclePairs.decode(again, pair.schema) == OraclePairs.decode(bytes, pair.schema)
            #expect(same && again.count == bytes.count, "\(pair.text) of \(shuffled)")
        }
    }

    @Test("the canonical form of a schema is a schema with the same form, that reads the same bytes")
    func canonical() throws {
        for pair in try OraclePairs.make(1000, seed: 0x74) {
            let canonical = try AvroSchema(pair.schema.canonicalForm)
            #expect(canonical.canonicalForm == pair.schema.canonicalForm)
            let bytes = try OraclePairs.encode(pair.tagged, pair.schema)
            #expect(try OraclePairs.decode(bytes, canonical) == OraclePairs.decode(bytes, pair.schema))
            #expect(try canonical.incompatibilities(withWriter: pair.schema).isEmpty)
        }
    }
}

extension JSONValue {
    /// The same with the members of all objects in another order.
    fileprivate func shuffledMembers(using random: inout SeededGenerator) -> JSONValue {
        switch self {
        case .array(let elements):
            var shuffled: [JSONValue] = []
            for element in elements { shuffled.append(element.shuffledMembers(using: &random)) }
            return .array(shuffled)
        case .object(let members):
            var shuffled: [(String, JSONValue)] = []
            for (key, value) in members.shuffled(using: &random) {
                shuffled.append((key, value.shuffledMembers(using: &random)))
            }
            return .object(JSONObject(shuffled))
        default: return self
        }
    }
}
