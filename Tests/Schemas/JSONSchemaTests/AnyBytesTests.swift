import JSON
import JSONSchema
import Testing

@Suite("Any bytes")
struct JSONSchemaAnyBytesTests {
    /// Many keywords close together, so that a changed byte makes another schema.
    private static let seed = ##"""
        {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"http://a/b","$defs":{"x":{"$anchor":"y",
        "type":["object","array"],"properties":{"a":{"$ref":"#"},"b":{"$dynamicRef":"#n"}},"patternProperties":
        {"^[a-f]\\w+$":{"multipleOf":0.5,"maximum":1e9}},"unevaluatedProperties":{"$ref":"#/$defs/x"}}},
        "$dynamicAnchor":"n","anyOf":[{"$ref":"#y"},{"prefixItems":[{"const":1},{"enum":[null,"\u00e9"]}],"items":
        {"$ref":"#/$defs/x"},"contains":{"format":"date-time"},"maxContains":2,"uniqueItems":true}],
        "if":{"required":["a"]},"then":{"dependentRequired":{"a":["b"]},"minProperties":1},"else":{"not":false}}
        """##

    @Test("a changed schema is compiled or refused, and judges values without end or crash", arguments: 0..<8)
    func changed(round: Int) throws {
        var state = UInt64(round) &* 0x9e37_79b9_7f4a_7c15 | 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var options = JSONSchemaOptions()
        options.assertsFormats = true
        options.limits.steps = 10_000
        let seed = Array(Self.seed.utf8)
        let values: [JSONValue] = [
            try JSONValue.parse(seed.span), ["a": ["a": 1, "b": [1, "é", 1]], "b": [], "abc": 1.5],
            [1, .null, "2026-11-27"],
        ]
        var outcomes = (compiled: 0, refused: 0, fits: 0, not: 0)
        for _ in 0..<150 {
            var bytes = seed
            for _ in 0...random(3) {
                let place = random(bytes.count)
                switch random(3) {
                case 0: bytes[place] = UInt8(random(128))
                case 1: bytes.remove(at: place)
                default: bytes.replaceSubrange(place..<place, with: bytes[random(bytes.count)...].prefix(random(12)))
                }
            }
            let schema: JSONSchema
            do { schema = try JSONSchema(compiling: bytes.span, options: options) } catch {
                outcomes.refused += 1
                continue
            }
            outcomes.compiled += 1
            for value in values {
                do {
                    try schema.validate(value)
                    outcomes.fits += 1
                } catch { outcomes.not += 1 }
            }
        }
        #expect(outcomes.compiled > 10 && outcomes.refused > 10 && outcomes.fits + outcomes.not > 30)
    }
}
