import JSON
import JSONSchema
import Testing

@Suite("References of schemas")
struct ReferenceTests {
    private static func accepts(_ schema: JSONSchema, _ value: JSONValue) -> Bool {
        do {
            try schema.validate(value)
            return true
        } catch { return false }
    }

    @Test("a registry's name serves though the schema's own identifier makes it another URI")
    func registryNames() throws {
        let schema = try JSONSchema(
            compiling: ["$id": "http://example.com/order.json", "properties": ["a": ["$ref": "address.json"]]],
            references: ["address.json": ["type": "string"]])
        #expect(Self.accepts(schema, ["a": "x"]))
        #expect(!Self.accepts(schema, ["a": 1]))
    }

    @Test("documents may refer to each other, also in a circle that takes a step into the value")
    func circle() throws {
        let schema = try JSONSchema(
            compiling: ["$ref": "a"],
            references: ["a": ["items": ["$ref": "b"]], "b": ["type": "array", "items": ["$ref": "a"]]])
        #expect(Self.accepts(schema, [[[]]]))
        #expect(!Self.accepts(schema, [[[1]]]))
    }

    @Test("a reference takes no name away from the schema itself")
    func names() throws {
        let schema = try JSONSchema(
            compiling: ["$id": "http://example.com/a", "type": "array", "items": ["$ref": "http://example.com/a"]],
            references: ["b": ["$id": "http://example.com/a", "type": "string"]])
        #expect(Self.accepts(schema, [[]]))
        #expect(!Self.accepts(schema, ["x"]))
    }

    @Test("the metaschemas are known, and tell schemas from others", arguments: JSONSchemaDraft.allCases)
    func metaschemas(draft: JSONSchemaDraft) throws {
        let schema = try JSONSchema(compiling: ["$schema": .string(draft.uri), "$ref": .string(draft.uri)])
        #expect(Self.accepts(schema, ["properties": ["a": ["type": "string", "minLength": 1]]]))
        #expect(!Self.accepts(schema, ["properties": ["a": ["type": "text"]]]))
        #expect(!Self.accepts(schema, ["properties": ["a": ["minLength": -1]]]))
        #expect(Self.accepts(schema, true) == (draft > .draft4))
    }

    @Test("without $schema the options say which draft it is")
    func drafts() throws {
        for draft in JSONSchemaDraft.allCases {
            var options = JSONSchemaOptions()
            options.draft = draft
            let schema = try JSONSchema(
                compiling: ["const": 1, "prefixItems": [false], "$defs": ["a": true]], options: options)
            #expect(Self.accepts(schema, 2) == (draft == .draft4))
        }
    }

    @Test("a number is a multiple by its decimal digits, not by binary ones")
    func multiples() throws {
        let cases: [(JSONValue, JSONValue, Bool)] = [
            (0.0001, 0.0075, true), (0.01, 19.99, true), (0.1, 0.3, true), (0.1, 0.35, false), (0.3, 1, false),
            (1e-8, 12391239123, true), (3, 9_007_199_254_740_993, true), (3, 9_007_199_254_740_992, false),
            (0.5, 1e308, true), (7, 1e300, false), (1e300, 1e301, true), (1e301, 1e300, false), (2.5, -7.5, true),
            (5, 0, true), (.number(.leastNonzeroMagnitude), 1e308, true),
        ]
        for (factor, value, isMultiple) in cases {
            let schema = try JSONSchema(compiling: ["multipleOf": factor])
            #expect(Self.accepts(schema, value) == isMultiple, "\(value) by \(factor)")
        }
    }

    @Test("patterns are ECMA-262's")
    func patterns() throws {
        let cases: [(String, String, Bool)] = [
            ("a$", "a\n", false), ("^.$", "\u{2028}", false), (#"^\s$"#, "\u{feff}", true), (#"^\S$"#, "é", true),
            (#"^\D\W$"#, "éé", true), (#"^[\D]$"#, "é", true), (#"^[[]$"#, "[", true), (#"^\u00e9$"#, "é", true),
            (#"^\ud83d\ude00$"#, "😀", true), (#"^\u{1f600}$"#, "😀", true), (#"^\p{Letter}+$"#, "é", true),
            (#"^\p{Script=Greek}$"#, "α", true), ("[^]", "\n", true), ("[]", "a", false), (#"^\/$"#, "/", true),
            ("^\\v$", "\n", false), ("a", "bab", true),
        ]
        for (pattern, text, matches) in cases {
            let schema = try JSONSchema(compiling: ["pattern": .string(pattern)])
            #expect(Self.accepts(schema, .string(text)) == matches, "\(pattern) on \(text)")
        }
        for pattern in [#"\a"#, "(?i)a", "(*UTF)a", "a++", "(?>a)", #"\Qa\E"#, #"\u12"#, "a\\"] {
            #expect(throws: JSONSchemaError.self, "\(pattern)") {
                _ = try JSONSchema(compiling: ["pattern": .string(pattern)])
            }
        }
    }

    @Test("formats are remarks unless they are asked for")
    func formats() throws {
        #expect(Self.accepts(try JSONSchema(compiling: ["format": "ipv4"]), "x"))
        var options = JSONSchemaOptions()
        options.assertsFormats = true
        let schema = try JSONSchema(compiling: ["format": "ipv4"], options: options)
        #expect(Self.accepts(schema, "127.0.0.1"))
        #expect(!Self.accepts(schema, "x"))
        #expect(Self.accepts(schema, 5))
        #expect(Self.accepts(try JSONSchema(compiling: ["format": "color"], options: options), "x"))
    }
}
