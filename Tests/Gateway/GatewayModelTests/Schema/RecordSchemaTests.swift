import JSON
import Testing

@testable import GatewayModel

@Suite("record schemas")
struct RecordSchemaTests {
    private static func outcome(_ schema: RecordSchema, _ input: String) throws -> String {
        switch schema.complete(try JSONObject.parse(input)) {
        case .success(let object): JSONValue.object(object).text
        case .failure(let errors): errors.message
        }
    }

    @Test(
        "each kind takes its values and says what it expected",
        arguments: [
            (Field.string, #""a""#, #"{"f":"a"}"#),
            (.string, "1", "schema violation (f: expected a string)"),
            (.string, #""""#, "schema violation (f: length must be at least 1)"),
            (.string.length(atLeast: 0), #""""#, #"{"f":""}"#),
            (.string.length(atLeast: 2, atMost: 3), #""a""#, "schema violation (f: length must be at least 2)"),
            (.string.length(atLeast: 2, atMost: 3), #""abcd""#, "schema violation (f: length must be at most 3)"),
            (.string, "null", #"{"f":null}"#),
            (.string.required(), "null", "schema violation (f: required field missing)"),
            (.string.default("x"), "null", #"{"f":null}"#),
            (.string.oneOf(["a", "b"]), #""c""#, "schema violation (f: expected one of: a, b)"),
            (.string.startsWith("/"), #""x""#, "schema violation (f: should start with: /)"),
            (.string.uuid(), #""x""#, "schema violation (f: expected a valid UUID)"),
            (.string.check { $0 == "no" ? "not this" : nil }, #""no""#, "schema violation (f: not this)"),
            (.integer, "5", #"{"f":5}"#),
            (.integer, "5.0", #"{"f":5}"#),
            (.integer, "2.5", "schema violation (f: expected an integer)"),
            (.integer, #""5""#, "schema violation (f: expected an integer)"),
            (.integer, "1e300", "schema violation (f: expected an integer)"),
            (.integer.oneOf([-1, 0, 1]), "2", "schema violation (f: expected one of: -1, 0, 1)"),
            (.integer.between(0, 10), "11", "schema violation (f: value should be between 0 and 10)"),
            (.integer.greaterThan(0), "0", "schema violation (f: value must be greater than 0)"),
            (.number, "2.5", #"{"f":2.5}"#),
            (.number.between(0, 1), "1.5", "schema violation (f: value should be between 0 and 1)"),
            (.number, "true", "schema violation (f: expected a number)"),
            (.boolean, "false", #"{"f":false}"#),
            (.boolean, #""true""#, "schema violation (f: expected a boolean)"),
            (.array(.integer), "[1,2,1]", #"{"f":[1,2,1]}"#),
            (.array(.integer), "{}", "schema violation (f: expected an array)"),
            (.array(.integer), #"[1,"x"]"#, "schema violation (f.2: expected an integer)"),
            (.array(.integer), "[null]", "schema violation (f.1: required field missing)"),
            (.array(.integer).length(atLeast: 1), "[]", "schema violation (f: length must be at least 1)"),
            (.set(.string), #"["a","b","a"]"#, #"{"f":["a","b"]}"#),
            (.set(.string), #""a""#, "schema violation (f: expected a set)"),
            (
                .set(.string).exclusiveSubsets([["a", "b"], ["c"]]), #"["b","c"]"#,
                "schema violation (f: these sets are mutually exclusive: ('a', 'b'), ('c'))"
            ),
            (.map(value: .integer), #"{"x":1}"#, #"{"f":{"x":1}}"#),
            (.map(value: .integer), "[]", #"{"f":{}}"#),
            (.map(value: .integer), "[1]", "schema violation (f: expected a map)"),
            (.map(value: .integer), #"{"x":"y"}"#, "schema violation (f.x: expected an integer)"),
            (.map(value: .integer), #"{"x":null}"#, "schema violation (f.x: required field missing)"),
            (
                .map(key: .string.oneOf(["a"]), value: .integer), #"{"x":1}"#,
                "schema violation (f: expected one of: a)"
            ),
            (.record([NamedField("g", .string)]), #"{"g":"x"}"#, #"{"f":{"g":"x"}}"#),
            (.record([NamedField("g", .string)]), "[]", #"{"f":{"g":null}}"#),
            (.record([NamedField("g", .string)]), "3", "schema violation (f: expected a record)"),
            (.record([NamedField("g", .string)]), #"{"h":1}"#, "schema violation (f.h: unknown field)"),
            (.foreign("services"), "3", "schema violation (f: expected a record)"),
            (.string.referenceable(), #""{vault://env/A}""#, #"{"f":"{vault://env/A}"}"#),
            (
                .string.referenceable(), #""{vault://env}""#, "schema violation (f: the vault reference is malformed)"
            ),
            (.string.unsupported("not yet"), #""x""#, "schema violation (f: not yet)"),
            (.string.unsupported("not yet"), "null", #"{"f":null}"#),
            (.boolean.default(false).unsupported("not yet"), "false", #"{"f":false}"#),
            (.string.unsupported("not yet", except: ["a"]), #""a""#, #"{"f":"a"}"#),
            (.record([NamedField("g", .string)]).unsupported("not yet"), #"{"g":null}"#, #"{"f":null}"#),
            (
                .record([NamedField("g", .string)]).unsupported("not yet"), #"{"g":"a"}"#,
                "schema violation (f: not yet)"
            ),
        ] as [(Field, String, String)])
    func kinds(field: Field, value: String, expected: String) throws {
        let schema = RecordSchema(fields: [NamedField("f", field)])
        #expect(try Self.outcome(schema, "{\"f\":\(value)}") == expected)
    }

    @Test(
        "what is not given has its default, and a record its fields' defaults only when it is required",
        arguments: [
            (Field.string, "null"), (.integer.default(3), "3"), (.array(.string).default([]), "[]"),
            (.record([NamedField("g", .integer.default(1))]), "null"),
            (.record([NamedField("g", .integer.default(1))]).required(), #"{"g":1}"#),
            (.string.automatic(), "null"),
        ])
    func defaults(field: Field, expected: String) throws {
        let schema = RecordSchema(fields: [NamedField("f", field)])
        #expect(try Self.outcome(schema, "{}") == "{\"f\":\(expected)}")
    }

    private static let pair = [NamedField("a", .integer), NamedField("b", .integer)]

    @Test(
        "rules between fields are told of the whole record, and as Kong's also beside wrong fields",
        arguments: [
            (EntityCheck.atLeastOneOf(["a", "b"]), "{}", "at least one of these fields must be non-empty: 'a', 'b'"),
            (.atLeastOneOf(["a", "b"]), #"{"a":1}"#, nil),
            (.onlyOneOf(["a", "b"]), #"{"a":1,"b":1}"#, "exactly one of these fields must be non-empty: 'a', 'b'"),
            (.onlyOneOf(["a", "b"]), #"{"b":1}"#, nil),
            (.mutuallyRequired(["a", "b"]), #"{"a":1}"#, "all or none of these fields must be set: 'a', 'b'"),
            (.mutuallyRequired(["a", "b"]), "{}", nil),
            (
                .mutuallyExclusive(["a", "b"]), #"{"a":1,"b":1}"#,
                "only one or none of these fields must be set: 'a', 'b'"
            ),
            (.mutuallyExclusive(["a", "b"]), #"{"a":1}"#, nil), (.mutuallyExclusive(["a", "b"]), "{}", nil),
            (.distinct(["a", "b"]), #"{"a":1,"b":1}"#, "values of these fields must be distinct: 'a', 'b'"),
            (.distinct(["a", "b"]), #"{"a":1,"b":2}"#, nil), (.distinct(["a", "b"]), "{}", nil),
            (
                .conditional(field: "a", matches: .equals(1), then: "b", satisfies: .equals(.null)), #"{"a":1,"b":2}"#,
                "failed conditional validation given value of field 'a'"
            ),
            (
                .conditional(field: "a", matches: .oneOf([1, 2]), then: "b", satisfies: .isSet, message: "b it is"),
                #"{"a":2}"#, "b it is"
            ),
            (.conditional(field: "a", matches: .differs(1), then: "b", satisfies: .isSet), #"{"a":1}"#, nil),
            (
                .conditionalAtLeastOneOf(
                    field: "a", matches: .notOneOf([1]), names: ["b"], message: "set one of %s with it"), #"{"a":2}"#,
                "set one of 'b' with it"
            ),
            (.custom { $0["a"] == 1 ? [([], "not one")] : [] }, #"{"a":1}"#, "not one"),
            (.custom { _ in [([], "always")] }, #"{"a":"x"}"#, nil),
        ] as [(EntityCheck, String, String?)])
    func checks(check: EntityCheck, input: String, message: String?) throws {
        let schema = RecordSchema(fields: Self.pair, checks: [check])
        switch schema.complete(try JSONObject.parse(input)) {
        case .success: #expect(message == nil)
        case .failure(let errors):
            let told = errors.fields["@entity"]?.arrayValue ?? []
            #expect(told == (message.map { [.string($0)] } ?? []))
        }
    }

    @Test("a failed condition is told of the record and of the field")
    func conditional() throws {
        let schema = RecordSchema(
            fields: Self.pair,
            checks: [.conditional(field: "a", matches: .equals(1), then: "b", satisfies: .equals(.null))])
        #expect(
            try Self.outcome(schema, #"{"a":1,"b":2}"#)
                == "2 schema violations (failed conditional validation given value of field 'a'; b: value must be null)"
        )
    }

    @Test("a failed condition has the last word on a field that is wrong by itself, and on what is in it")
    func conditionalOfWrong() throws {
        func outcome(_ field: Field, _ input: String) throws -> String {
            try Self.outcome(
                RecordSchema(
                    fields: [NamedField("a", .integer), NamedField("b", field)],
                    checks: [.conditional(field: "a", matches: .equals(1), then: "b", satisfies: .oneOf(["x", "y"]))]),
                input)
        }
        let told =
            "2 schema violations (failed conditional validation given value of field 'a'; b: expected one of: x, y)"
        #expect(try outcome(.string.oneOf(["x", "y", "z"]), #"{"a":1,"b":"w"}"#) == told)
        #expect(try outcome(.array(.string), #"{"a":1,"b":[1]}"#) == told)
        #expect(
            try outcome(.string.oneOf(["x", "y", "z"]), #"{"a":2,"b":"w"}"#)
                == "schema violation (b: expected one of: x, y, z)")
    }

    @Test("fields are nested as the input is, lists with null for what is right")
    func nesting() throws {
        var errors = FieldErrors()
        errors.add(["a", .index(2), "b"], "first")
        errors.add(["a", .index(2), "b"], "second")
        errors.add(["c"], "wrong")
        errors.addEntity(["d"], "rule")
        errors.addEntity([], "whole")
        #expect(
            JSONValue.object(errors.fields)
                == (try JSONValue.parse(
                    text:
                        #"{"a":[null,null,{"b":"first"}],"c":"wrong","d":{"@entity":["rule"]},"@entity":["whole"]}"#)))
        #expect(errors.message == "5 schema violations (whole; a.3.b: first; a.3.b: second; c: wrong; d: rule)")
    }

    @Test("a schema shows its fields and rules in Kong's words")
    func described() throws {
        let schema = RecordSchema(
            fields: [
                NamedField("a", .string.required().oneOf(["x"]).describe("A letter.")),
                NamedField("b", .set(.integer.between(0, 9)).default([1])),
                NamedField("c", .map(key: .string, value: .boolean)),
                NamedField("d", .foreign("services")),
                NamedField("e", .record([NamedField("f", .string.referenceable().encrypted())]).required()),
            ], checks: [.atLeastOneOf(["a", "b"])])
        let expected = #"""
            {"fields":[
            {"a":{"type":"string","required":true,"one_of":["x"],"description":"A letter."}},
            {"b":{"type":"set","default":[1],"elements":{"type":"integer","between":[0,9]}}},
            {"c":{"type":"map","keys":{"type":"string"},"values":{"type":"boolean"}}},
            {"d":{"type":"foreign","reference":"services"}},
            {"e":{"type":"record","required":true,"fields":[
            {"f":{"type":"string","referenceable":true,"encrypted":true}}]}}],
            "entity_checks":[{"at_least_one_of":["a","b"]}]}
            """#
        #expect(schema.document == (try JSONValue.parse(text: expected)))
    }

    @Test("a plugin's schema shows where it may be bound and what it takes")
    func describedPlugin() {
        let shown = TestSchema.echo.description
        #expect(shown["fields"]?[0] == ["consumer": ["type": "foreign", "reference": "consumers", "eq": .null]])
        #expect(
            shown["fields"]?[1]
                == ["consumer_group": ["type": "foreign", "reference": "consumer_groups", "eq": .null]])
        #expect(shown["fields"]?[2] == ["service": ["type": "foreign", "reference": "services"]])
        #expect(shown["fields"]?[5]?["config"]?["required"] == true)
        #expect(
            TestSchema.access.description["entity_checks"]?[0] == ["only_one_of": ["config.allow", "config.deny"]])
    }
}
