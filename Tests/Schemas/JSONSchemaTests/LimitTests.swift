import Foundation
import JSON
import JSONSchema
import Testing

@Suite("Limits of schemas and validations")
struct LimitTests {
    private static func nested(_ levels: Int, _ keyword: String) -> JSONValue {
        (0..<levels).reduce(true) { schema, _ in [keyword: keyword == "items" ? schema : [schema]] }
    }

    @Test("schemas may be so deep, and no deeper")
    func schemaDepth() throws {
        _ = try JSONSchema(compiling: Self.nested(100, "items"))
        let error = #expect(throws: JSONSchemaError.self) { _ = try JSONSchema(compiling: Self.nested(101, "items")) }
        #expect(error?.rule == .tooDeep)
    }

    @Test("there may be so many schemas, and no more")
    func schemas() throws {
        var options = JSONSchemaOptions()
        options.limits.schemas = 11
        let many = { (count: Int) in JSONValue.object(["allOf": .array(Array(repeating: true, count: count))]) }
        _ = try JSONSchema(compiling: many(10), options: options)
        let error = #expect(throws: JSONSchemaError.self) { _ = try JSONSchema(compiling: many(11), options: options) }
        #expect(error?.rule == .tooManySchemas)
    }

    @Test("a schema's text may be so long")
    func bytes() {
        var options = JSONSchemaOptions()
        options.limits.schemaBytes = 1
        let error = #expect(throws: JSONSchemaError.self) {
            _ = try JSONSchema(compiling: Array("{}".utf8).span, options: options)
        }
        #expect(error?.rule == .tooLarge)
    }

    @Test("a long name is not repeated for each of many schemas beneath it")
    func longNames() {
        let inner = JSONValue.object(["allOf": .array(Array(repeating: true, count: 2000))])
        let error = #expect(throws: JSONSchemaError.self) {
            _ = try JSONSchema(compiling: ["properties": [String(repeating: "x", count: 100_000): inner]])
        }
        #expect(error?.rule == .tooLarge)
    }

    @Test("violations are told up to the limit")
    func violations() throws {
        let schema = try JSONSchema(compiling: ["items": false])
        for (count, areAll) in [(100, true), (101, false), (5000, false)] {
            let failure = #expect(throws: JSONSchemaFailure.self) {
                try schema.validate(.array(Array(repeating: 1, count: count)))
            }
            guard case .violations(let told, let wasWhole) = failure else {
                Issue.record("\(String(describing: failure))")
                continue
            }
            #expect(told.count == 100)
            #expect(wasWhole == areAll)
        }
    }

    @Test("schemas that double at each step are given up")
    func steps() throws {
        var definitions = JSONObject()
        for level in 0..<60 {
            let next: JSONValue = ["$ref": .string("#/$defs/\(level + 1)")]
            definitions["\(level)"] = ["allOf": [next, next]]
        }
        definitions["60"] = true
        let schema = try JSONSchema(compiling: ["$defs": .object(definitions), "$ref": "#/$defs/0"])
        #expect(throws: JSONSchemaFailure.tooComplex(limit: 1_000_000)) { try schema.validate(1) }
    }

    @Test("a dynamic reference that leads back to itself is given up")
    func dynamicLoop() throws {
        let schema = try JSONSchema(compiling: ["$dynamicAnchor": "a", "allOf": [["$dynamicRef": "#a"]]])
        #expect(throws: JSONSchemaFailure.tooDeep(limit: 256)) { try schema.validate(1) }
    }

    @Test("a pattern that takes too long is given up, and said")
    func pattern() throws {
        let schema = try JSONSchema(compiling: ["pattern": "^(a+)+$"])
        #expect(throws: JSONSchemaFailure.patternGivenUp(pattern: "^(a+)+$")) {
            try schema.validate(.string(String(repeating: "a", count: 40) + "b"))
        }
    }

    @Test("what patterns may cost is counted: few long texts are looked at, or many short ones")
    func patterns() throws {
        // Each digit is a place to begin at, from which all others are looked at, and no backtrack is counted.
        var options = JSONSchemaOptions()
        options.limits.steps = 20_000
        let schema = try JSONSchema(compiling: ["items": ["not": ["pattern": "(?=\\d+[a-f])"]]], options: options)
        func validate(_ count: Int, digits: Int) -> JSONSchemaFailure? {
            let text = JSONValue.string(String(repeating: "1", count: digits))
            do throws(JSONSchemaFailure) { try schema.validate(.array(Array(repeating: text, count: count))) } catch {
                return error
            }
            return nil
        }
        for (count, digits) in [(100, 100), (2, 5000)] { #expect(validate(count, digits: digits) == nil) }
        for (count, digits) in [(600, 100), (8, 5000), (1, 15_000), (1, 10_000_000)] {
            #expect(validate(count, digits: digits) == .tooComplex(limit: 20_000), "\(count), \(digits)")
        }
        // One that begins at the start of the text only is not so dear.
        let anchored = try JSONSchema(compiling: ["pattern": "^\\d+$"])
        try anchored.validate(.string(String(repeating: "1", count: 1_000_000)))
    }

    @Test("names that are looked for in very many members are counted")
    func members() throws {
        var options = JSONSchemaOptions()
        options.limits.steps = 10_000
        let names = (0..<1000).map { JSONValue.string("n\($0)") }
        let schemas: [JSONValue] = [
            ["anyOf": .array(names.map { ["required": [$0]] })],
            ["dependentRequired": .object(JSONObject((0..<1000).map { ("n\($0)", []) }))],
            ["allOf": .array(names.map { ["properties": [$0.stringValue ?? "": true]] })],
        ]
        let (few, many) = (10, 5000)
        for schema in schemas {
            let schema = try JSONSchema(compiling: schema, options: options)
            func isTooComplex(_ count: Int) -> Bool {
                let object = JSONValue.object(JSONObject((0..<count).map { ("x\($0)", .null) }))
                do throws(JSONSchemaFailure) { try schema.validate(object) } catch {
                    return error == .tooComplex(limit: 10_000)
                }
                return false
            }
            #expect(!isTooComplex(few))
            #expect(isTooComplex(many))
        }
    }

    @Test("a validation as deep as the limit needs no more than a small stack")
    func smallStack() async throws {
        let schema = try JSONSchema(compiling: [
            "$defs": ["a": ["allOf": [["anyOf": [["items": ["$ref": "#"]]]]]]], "$ref": "#/$defs/a",
        ])
        let value = (0..<400).reduce(JSONValue.array([])) { value, _ in [value] }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread {
                continuation.resume(
                    with: Result {
                        #expect(throws: JSONSchemaFailure.tooDeep(limit: 256)) { try schema.validate(value) }
                    })
            }
            let isWatched = ProcessInfo.processInfo.environment["SLUICE_TEST_SANITIZED"] != nil
            thread.stackSize = (isWatched ? 8192 : _isDebugAssertConfiguration() ? 2048 : 512) * 1024
            thread.start()
        }
    }
}
