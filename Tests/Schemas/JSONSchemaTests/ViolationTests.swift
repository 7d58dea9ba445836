import JSON
import JSONSchema
import Testing

@Suite("What a value is told")
struct ViolationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let schema: String
        let value: String
        let told: String
        /// Where the keyword stands.
        let keyword: String

        var testDescription: String { "\(schema) \(value)" }

        init(_ schema: String, _ value: String, _ told: String, at keyword: String) {
            self.schema = schema
            self.value = value
            self.told = told
            self.keyword = keyword
        }
    }

    private static let cases: [Case] = [
        Case(#"{"type":"integer"}"#, "1.5", "the value: expected an integer, found the number 1.5", at: "/type"),
        Case(
            #"{"properties":{"a/b":{"type":["string","null"]}}}"#, #"{"a/b":[1]}"#,
            "/a~1b: expected null or a string, found an array of 1 element", at: "/properties/a~1b/type"),
        Case(
            #"{"enum":[1,"x",{}]}"#, "2",
            #"the value: expected one of 1, "x", an object of 0 members, found the number 2"#, at: "/enum"),
        Case(#"{"const":"x"}"#, "null", #"the value: expected the string "x", found null"#, at: "/const"),
        Case(
            #"{"multipleOf":0.01}"#, "0.015", "the value: expected a multiple of 0.01, found the number 0.015",
            at: "/multipleOf"),
        Case(
            #"{"minimum":5}"#, "4", "the value: expected a number that is at least 5, found the number 4",
            at: "/minimum"),
        Case(
            #"{"exclusiveMaximum":9007199254740993}"#, "9007199254740993",
            "the value: expected a number below 9007199254740993, found the number 9007199254740993",
            at: "/exclusiveMaximum"),
        Case(
            #"{"maxLength":1}"#, #""ab""#,
            #"the value: expected at most 1 character, found the string "ab" of 2 characters"#, at: "/maxLength"),
        Case(
            #"{"pattern":"^a$"}"#, #""b""#, #"the value: expected a string that matches '^a$', found the string "b""#,
            at: "/pattern"),
        Case(
            #"{"minItems":2}"#, "[1]", "the value: expected at least 2 elements, found an array of 1 element",
            at: "/minItems"),
        Case(
            #"{"uniqueItems":true}"#, "[1,2,1.0]",
            "the value: expected elements that differ from each other, found equal ones at 0 and 2", at: "/uniqueItems"),
        Case(
            #"{"prefixItems":[{}],"items":false}"#, "[1,true]", "/1: expected nothing, found true", at: "/items"),
        Case(
            #"{"contains":{"type":"null"}}"#, "[1,2]",
            "the value: expected at least 1 element to fit the schema in 'contains', found 0 of 2", at: "/contains"),
        Case(
            #"{"contains":{"type":"null"},"maxContains":1}"#, "[null,null,2]",
            "the value: expected at most 1 element to fit the schema in 'contains', found 2 of 3", at: "/maxContains"),
        Case(
            #"{"required":["a"]}"#, "{}", #"the value: expected a member "a", found an object without it"#,
            at: "/required"),
        Case(
            #"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1}"#,
            #"the value: expected a member "b" beside "a", found an object without it"#, at: "/dependentRequired"),
        Case(
            #"{"properties":{"a":{}},"additionalProperties":false}"#, #"{"a":1,"b":false}"#,
            "/b: expected nothing, found false", at: "/additionalProperties"),
        Case(
            #"{"allOf":[{"properties":{"a":{"type":"null"}}}],"unevaluatedProperties":false}"#, #"{"a":null,"c":1}"#,
            "/c: expected nothing, found the number 1", at: "/unevaluatedProperties"),
        Case(
            #"{"propertyNames":{"maxLength":1}}"#, #"{"ab":1}"#,
            #"/ab: expected at most 1 character, found the string "ab" of 2 characters"#, at: "/propertyNames/maxLength"
        ),
        Case(
            #"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "2",
            "the value: expected a value that fits one of 2 schemas or more, found the number 2", at: "/anyOf"),
        Case(
            #"{"oneOf":[false,{},{"minimum":1}]}"#, "2",
            "the value: expected a value that fits exactly one of 3 schemas, found the number 2, which fits those at 1 and 2",
            at: "/oneOf"),
        Case(
            #"{"not":{"type":"null"}}"#, "null",
            "the value: expected a value that does not fit the schema in 'not', found null", at: "/not"),
        Case(
            #"{"if":{"type":"integer"},"then":{"minimum":1}}"#, "0",
            "the value: expected a number that is at least 1, found the number 0", at: "/then/minimum"),
        Case(
            ##"{"$defs":{"n":{"type":"null"}},"items":{"$ref":"#/$defs/n"}}"##, "[1]",
            "/0: expected null, found the number 1", at: "/$defs/n/type"),
    ]

    @Test("the place, what was expected and what was found", arguments: cases)
    func told(_ test: Case) throws {
        let schema = try JSONSchema(compiling: JSONValue.parse(text: test.schema))
        let failure = #expect(throws: JSONSchemaFailure.self) { try schema.validate(JSONValue.parse(text: test.value)) }
        guard case .violations(let violations, let areAll) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(areAll)
        #expect(violations.map(\.description) == [test.told])
        #expect(violations.map(\.schema.description) == [test.keyword])
    }

    @Test("every violation is told, in the order of the schema, with the document of its keyword")
    func all() throws {
        let schema = try JSONSchema(
            compiling: [
                "required": ["x"], "properties": ["a": ["$ref": "other.json"], "b": ["type": "string", "minimum": 3]],
            ], references: ["other.json": ["type": "boolean"]])
        let failure = #expect(throws: JSONSchemaFailure.self) { try schema.validate(["a": 1, "b": 2]) }
        guard case .violations(let violations, true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(violations.map(\.keyword) == ["required", "type", "type", "minimum"])
        #expect(violations.map(\.instance.description) == ["", "/a", "/b", "/b"])
        #expect(violations.map(\.document) == [nil, "other.json", nil, nil])
    }

    @Test(
        "of branches that all do not fit, that is told which comes nearest",
        arguments: [
            (#"{"anyOf":[{"type":"null"},{"minimum":3}]}"#, "2", ["/anyOf", "/anyOf/1/minimum"]),
            (
                #"{"oneOf":[{"properties":{"kind":{"const":"a"},"x":{"type":"null"}}},{"properties":{"kind":{"const":"b"},"x":{"type":"array"},"y":{"type":"null"}}}]}"#,
                #"{"kind":"b","x":1,"y":null}"#, ["/oneOf", "/oneOf/1/properties/x/type"]
            ),
            (
                #"{"oneOf":[{"properties":{"kind":{"const":"a"}}},{"properties":{"kind":{"const":"b"},"x":{"type":"array"},"y":{"type":"null"}}}]}"#,
                #"{"kind":"b","x":1,"y":2}"#, ["/oneOf", "/oneOf/1/properties/x/type", "/oneOf/1/properties/y/type"]
            ),
            // Within the branch none of its branches is told.
            (
                #"{"anyOf":[{"required":["a","b"]},{"properties":{"a":{"anyOf":[{"minimum":5}]}}}]}"#, #"{"a":1}"#,
                ["/anyOf", "/anyOf/0/required"]
            ),
            (
                #"{"anyOf":[{"type":"array"},{"properties":{"a":{"anyOf":[{"minimum":5}]}}}]}"#, #"{"a":1}"#,
                ["/anyOf", "/anyOf/1/properties/a/anyOf"]
            ),
            (#"{"not":{"not":{"anyOf":[{"minimum":3}]}}}"#, "2", ["/not"]),
        ])
    func nearest(schema: String, value: String, keywords: [String]) throws {
        let schema = try JSONSchema(compiling: JSONValue.parse(text: schema))
        let failure = #expect(throws: JSONSchemaFailure.self) { try schema.validate(JSONValue.parse(text: value)) }
        guard case .violations(let violations, true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(violations.map(\.schema.description) == keywords)
    }

    @Test("a text is held against a schema as it is read, and all members of one name have to fit")
    func texts() throws {
        let schema = try JSONSchema(compiling: ["properties": ["a": ["type": "string"]], "required": ["a"]])
        let parser = JSONParser()
        func told(_ text: String) throws -> String? {
            let bytes = Array(text.utf8)
            return try schema.validate(bytes.span, with: parser)?.description
        }
        #expect(try told(#"{"a":"x"}"#) == nil)
        #expect(try told(#"{"b":1}"#) == #"the value: expected a member "a", found an object without it"#)
        #expect(try told(#"{"a":1,"a":"x"}"#) == "/a: expected a string, found the number 1")
        #expect(throws: JSONError.self) { try told("{") }
    }
}
