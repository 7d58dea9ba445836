import JSON
import JSONSchema
import Testing

@Suite("What a schema is told")
struct SchemaErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let schema: String
        let rule: JSONSchemaError.Rule
        let told: String

        var testDescription: String { schema }

        init(_ schema: String, _ rule: JSONSchemaError.Rule, _ told: String) {
            self.schema = schema
            self.rule = rule
            self.told = told
        }
    }

    private static let cases: [Case] = [
        Case("[]", .notASchema, "a schema is an object or a boolean"),
        Case(#"{"items":5}"#, .notASchema, "a schema is an object or a boolean at /items"),
        Case(#"{"type":"text"}"#, .badKeyword, "'type' is the name of a type, or a list of them at /type"),
        Case(#"{"minimum":"5"}"#, .badKeyword, "'minimum' is a number at /minimum"),
        Case(#"{"multipleOf":0}"#, .badKeyword, "'multipleOf' is a number above 0 at /multipleOf"),
        Case(#"{"maxItems":-1}"#, .badKeyword, "'maxItems' is a whole number from 0 at /maxItems"),
        Case(#"{"required":true}"#, .badKeyword, "'required' is a list of names at /required"),
        Case(
            #"{"properties":{"a":{"pattern":"("}}}"#, .badPattern,
            "'(' is no pattern: missing closing parenthesis at /properties/a/pattern"),
        Case(#"{"pattern":"a\\Z"}"#, .badPattern, #"'a\Z' is no pattern: '\Z' is not in ECMA-262 at /pattern"#),
        Case(
            #"{"$schema":"https://example.com/my"}"#, .unknownDialect,
            "'https://example.com/my' is no draft that is known, and no reference"),
        Case(##"{"$ref":"#/$defs/a"}"##, .unresolvedReference, "'#/$defs/a' names no schema"),
        Case(
            #"{"$id":"http://example.com/a/b.json","$ref":"c.json"}"#, .unresolvedReference,
            "'c.json' means 'http://example.com/a/c.json', which is not among the references"),
        Case(##"{"$ref":"#"}"##, .referenceCycle, "the schema refers to itself for the same value, without end"),
        Case(
            ##"{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}"##, .referenceCycle,
            "the schema refers to itself for the same value, without end at /$defs/b/not"),
        Case(#"{"$id":"x#y"}"#, .badIdentifier, "'$id' has no fragment; '$anchor' gives one at /$id"),
        Case(#"{"$defs":{"a":{"$id":"x"},"b":{"$id":"x"}}}"#, .badIdentifier, "'x' names two schemas at /$defs/b"),
    ]

    @Test("which rule it breaks, and where", arguments: cases)
    func refused(_ test: Case) throws {
        let error = #expect(throws: JSONSchemaError.self) {
            _ = try JSONSchema(compiling: Array(test.schema.utf8).span)
        }
        #expect(error?.rule == test.rule)
        #expect(error?.description == test.told)
    }

    @Test("what is no JSON is said with the byte")
    func notJSON() {
        let error = #expect(throws: JSONSchemaError.self) { _ = try JSONSchema(compiling: Array("{".utf8).span) }
        #expect(error?.rule == .notJSON)
    }

    @Test("a fault in a referenced document names it, and does not count where nothing refers to it")
    func referenced() throws {
        let references: [String: JSONValue] = ["a.json": ["$defs": ["x": ["type": 1]]]]
        let error = #expect(throws: JSONSchemaError.self) {
            _ = try JSONSchema(compiling: ["$ref": "a.json#/$defs/x"], references: references)
        }
        #expect(
            error?.description
                == "document 'a.json': 'type' is the name of a type, or a list of them at /$defs/x/type")
        _ = try JSONSchema(compiling: ["$ref": "a.json"], references: references)
    }
}
