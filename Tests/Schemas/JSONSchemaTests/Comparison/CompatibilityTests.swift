import Foundation
import JSON
import JSONSchema
import Testing

@Suite("Compatibility of JSON schemas")
struct JSONSchemaCompatibilityTests {
    @Test("what hinders accepting is told, with its place", arguments: SchemaEvolution.all)
    func tells(evolution: SchemaEvolution) throws {
        let found = try SchemaEvolution.found(evolution.reader, withWriter: evolution.writer)
        #expect(found.map { "\($0.kind.rawValue) \($0.pointer)" } == evolution.hindrances, "\(found)")
        for one in found { #expect(!one.message.isEmpty) }
    }

    @Test("every schema is compatible with itself", arguments: SchemaEvolution.all)
    func itself(evolution: SchemaEvolution) throws {
        #expect(try SchemaEvolution.found(evolution.reader, withWriter: evolution.reader) == [])
        #expect(try SchemaEvolution.found(evolution.writer, withWriter: evolution.writer) == [])
    }

    @Test("the table has more than a hundred evolutions and every kind of hindrance")
    func table() {
        #expect(SchemaEvolution.all.count > 100)
        let kinds = Set(SchemaEvolution.all.flatMap(\.hindrances).map { String($0.prefix { $0 != " " }) })
        #expect(kinds == Set(JSONSchemaIncompatibility.Kind.allCases.map(\.rawValue)))
    }

    @Test("messages say what the reader expects and what the writer has, and in which document")
    func messages() throws {
        let reader = try JSONSchema(
            compiling: [
                "type": "object", "additionalProperties": false,
                "properties": ["a": ["$ref": "other.json"], "b": ["type": ["string", "null"]], "c": ["enum": ["x"]]],
            ], references: ["other.json": ["type": "number", "minimum": 5]])
        let writer = try JSONSchema(compiling: [
            "type": "object", "additionalProperties": false,
            "properties": [
                "a": ["type": "number", "minimum": 4], "b": ["type": ["array", "null"]], "c": ["enum": ["x", "y"]],
                "d": true,
            ],
        ])
        #expect(
            try reader.incompatibilities(withWriter: writer).map(\.description) == [
                "MINIMUM_INCREASED at other.json/minimum: expected 5, the writer has 4",
                "TYPE_NARROWED at /properties/b: expected null or a string, the writer has null or an array",
                #"ENUM_ARRAY_NARROWED at /properties/c/enum: expected "x", the writer has "y""#,
                "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL at /properties/d: there is no such member any more",
            ])
    }

    @Test("no more than a hundred are told")
    func bound() throws {
        func schema(_ type: JSONValue) throws -> JSONSchema {
            let members = (100..<400).map { ("f\($0)", JSONValue.object(["type": type])) }
            return try JSONSchema(compiling: ["properties": .object(JSONObject(members))])
        }
        let found = try schema("string").incompatibilities(withWriter: schema("integer"))
        #expect(found.count == JSONSchemaIncompatibility.most)
        #expect(found.last?.pointer.description == "/properties/f199")
    }

    @Test("schemas that take too many steps to compare are refused")
    func tooComplex() throws {
        func schema(_ type: String) throws -> JSONSchema {
            let branches = (0..<700).map {
                JSONValue.object(["type": .string(type), "minLength": 1, "multipleOf": .integer($0 + 2)])
            }
            return try JSONSchema(compiling: ["anyOf": .array(branches)])
        }
        let error = #expect(throws: JSONSchemaError.self) {
            try schema("string").incompatibilities(withWriter: schema("number"))
        }
        #expect(error?.rule == .tooComplex)
    }

    @Test("circles of different lengths are followed to the limit of depth, on a small stack")
    func tooDeep() async throws {
        func circle(_ count: Int) throws -> JSONSchema {
            var definitions = JSONObject()
            for number in 0..<count {
                definitions["\(number)"] = ["allOf": [["items": ["$ref": .string("#/$defs/\((number + 1) % count)")]]]]
            }
            return try JSONSchema(compiling: ["$defs": .object(definitions), "$ref": "#/$defs/0"])
        }
        let (reader, writer) = (try circle(101), try circle(103))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let thread = Thread {
                continuation.resume(
                    with: Result {
                        let error = #expect(throws: JSONSchemaError.self) {
                            try reader.incompatibilities(withWriter: writer)
                        }
                        #expect(error?.rule == .tooComplex)
                    })
            }
            let isWatched = ProcessInfo.processInfo.environment["SLUICE_TEST_SANITIZED"] != nil
            thread.stackSize = (isWatched ? 8192 : _isDebugAssertConfiguration() ? 4096 : 512) * 1024
            thread.start()
        }
    }
}
