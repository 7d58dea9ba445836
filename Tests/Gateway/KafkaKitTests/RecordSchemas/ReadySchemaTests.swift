import Bytes
import JSON
import SchemaLanguages
import Testing

@testable import KafkaKit
@testable import SchemaRegistry

/// What becomes of one key or value by a schema that is there.
@Suite("A schema that is ready for records")
struct ReadySchemaTests {
    private static let guid = [UInt8](1...16)
    private static let order = #"{"type":"record","name":"Order","fields":[{"name":"n","type":"int"}]}"#

    private static func schema(
        _ language: SchemaLanguage, _ text: String, guid: [UInt8]? = guid
    ) throws -> RegisteredSchema {
        let source = SchemaSource(language, text)
        return RegisteredSchema(
            subject: "s", version: 1, id: 0x0102_0304, guid: guid, source: source, compiled: try CompiledSchema(source))
    }

    private static func ready(
        _ language: SchemaLanguage = .avro, _ text: String = order, isKey: Bool = false,
        place: SchemaIdentifierPlace = .prefix, validatesOnly: Bool = false
    ) throws -> ReadySchema {
        try ReadySchema(
            try schema(language, text), PayloadOptions(), isKey: isKey,
            RecordForm(place: place, validatesOnly: validatesOnly))
    }

    private static func value(_ ready: ReadySchema, _ json: String) throws -> [UInt8] {
        var output: [UInt8] = Array("before".utf8)
        try ready.append(Array(json.utf8).span, with: JSONParser(), to: &output)
        #expect(Array(output.prefix(6)) == Array("before".utf8))
        return Array(output[6...])
    }

    @Test("the id stands before the payload, or the GUID; in the header it leaves the payload alone")
    func places() throws {
        let json = #"{"n": 3}"#
        let byID = try Self.ready()
        #expect(try Self.value(byID, json) == [0, 1, 2, 3, 4, 6])
        #expect(byID.header == nil)

        let byGUID = try Self.ready(place: .prefixGUID)
        #expect(try Self.value(byGUID, json) == [1] + Self.guid + [6])
        #expect(byGUID.header == nil)

        let inHeader = try Self.ready(place: .header)
        #expect(try Self.value(inHeader, json) == [6])
        #expect(inHeader.header?.name == "__value_schema_id")
        #expect(inHeader.header?.value == [1] + Self.guid)
        #expect(try Self.ready(isKey: true, place: .header).header?.name == "__key_schema_id")
    }

    @Test("which message of a Protobuf schema it is stands behind the id")
    func messageIndexes() throws {
        let text = #"syntax = "proto3"; message A { int32 n = 1; } message B { int32 n = 1; }"#
        let first = try Self.ready(.protobuf, text)
        #expect(try Self.value(first, #"{"n": 3}"#) == [0, 1, 2, 3, 4, 0, 8, 3])
        let second = try ReadySchema(
            try Self.schema(.protobuf, text), PayloadOptions(message: "B"), isKey: false, RecordForm())
        #expect(try Self.value(second, #"{"n": 3}"#) == [0, 1, 2, 3, 4, 2, 2, 8, 3])
    }

    @Test("what is only validated stays as it is, and names no schema", arguments: SchemaIdentifierPlace.allCases)
    func validated(place: SchemaIdentifierPlace) throws {
        let ready = try Self.ready(place: place, validatesOnly: true)
        #expect(try Self.value(ready, #"{ "n" : 3 }"#) == Array(#"{ "n" : 3 }"#.utf8))
        #expect(ready.header == nil)
        #expect(throws: SchemaRejection.self) { try Self.value(ready, #"{"n":"three"}"#) }
    }

    @Test("of what does not fit nothing is left", arguments: [#"{"n":"three"}"#, #"{"n":3,"m":4}"#, "{}", "{", ""])
    func unfit(json: String) throws {
        let ready = try Self.ready()
        var output: [UInt8] = [7]
        #expect(throws: SchemaRejection.self) {
            try ready.append(Array(json.utf8).span, with: JSONParser(), to: &output)
        }
        #expect(output == [7])
    }

    /// A key is text: what a schema for strings makes of it, and what one for numbers does.
    @Test(
        "a key is tried as a string, then as the JSON that it may be",
        arguments: [
            (#""string""#, "abc", [6] + Array("abc".utf8)), (#""string""#, "12", [4] + Array("12".utf8)),
            (#""string""#, #""q""#, [6] + Array(#""q""#.utf8)), (#""int""#, "12", [24]),
            (#"["null","int"]"#, "null", [0]), (order, #"{"n":3}"#, [6]),
        ])
    func key(schema: String, text: String, payload: [UInt8]) throws {
        let ready = try Self.ready(.avro, schema, isKey: true)
        #expect(try ready.key(Array(text.utf8), with: JSONParser()) == [0, 1, 2, 3, 4] + payload)
    }

    @Test("a key that is neither is told as the string that it is")
    func unfitKey() throws {
        let ready = try Self.ready(.avro, #""int""#, isKey: true)
        let error = #expect(throws: SchemaRejection.self) { try ready.key(Array("abc".utf8), with: JSONParser()) }
        guard case .unfit(_, let schema, let isKey) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(isKey && schema.id == 0x0102_0304)
    }

    @Test("a GUID that is wanted and not told, and a message that is not there, refuse all")
    func unusable() throws {
        let nameless = try Self.schema(.avro, Self.order, guid: nil)
        for place in [SchemaIdentifierPlace.prefixGUID, .header] {
            let error = #expect(throws: SchemaRejection.self) {
                try ReadySchema(nameless, PayloadOptions(), isKey: false, RecordForm(place: place))
            }
            guard case .noGUID = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        // Nothing is named where nothing is serialised.
        _ = try ReadySchema(
            nameless, PayloadOptions(), isKey: false, RecordForm(place: .header, validatesOnly: true))

        let proto = try Self.schema(.protobuf, #"syntax = "proto3"; message A { int32 n = 1; }"#)
        let error = #expect(throws: SchemaRejection.self) {
            try ReadySchema(proto, PayloadOptions(message: "B"), isKey: false, RecordForm())
        }
        guard case .unusable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
