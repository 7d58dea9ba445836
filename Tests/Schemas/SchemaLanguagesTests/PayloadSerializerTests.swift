import JSON
import SchemaLanguages
import Testing

@Suite struct PayloadSerializerTests {
    private static let avro = SchemaSource(
        .avro, #"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"int"}]}"#)
    private static let json = SchemaSource(
        .json, #"{"title":"Order","type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}"#)

    private static let protobuf = SchemaSource(
        .protobuf, #"syntax = "proto3"; package shop; message Order { int32 id = 1; } message Other {}"#)

    private func serialize(_ source: SchemaSource, _ text: String) throws -> [UInt8] {
        var output: [UInt8] = []
        try PayloadSerializer(CompiledSchema(source)).serialize(
            Array(text.utf8).span, with: JSONParser(), to: &output)
        return output
    }

    @Test func avroBecomesBinary() throws {
        #expect(try serialize(Self.avro, #"{"id":5}"#) == [10])
    }

    @Test func protobufBecomesBinaryOfTheMessageThatIsMeant() throws {
        #expect(try serialize(Self.protobuf, #"{"id":5}"#) == [8, 5])
        let schema = try CompiledSchema(Self.protobuf)
        #expect(try PayloadSerializer(schema).identifierSuffix == [0])
        let other = try PayloadSerializer(schema, PayloadOptions(message: "shop.Other"))
        #expect(other.identifierSuffix == [2, 2])
        #expect(throws: SchemaFault.self) { _ = try PayloadSerializer(schema, PayloadOptions(message: "Order")) }
    }

    @Test func jsonStaysAsItWasWritten() throws {
        #expect(try serialize(Self.json, #"{ "id": 5.0 }"#) == Array(#"{ "id": 5.0 }"#.utf8))
    }

    @Test(arguments: [(avro, "wrongType"), (json, "type"), (protobuf, "badText")])
    func aViolationSaysWhere(source: SchemaSource, rule: String) throws {
        let fault = #expect(throws: PayloadFault.self) { try serialize(source, #"{"id":"five"}"#) }
        guard case .violations(let violations, areAll: true) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(violations.map(\.pointer.description) == ["/id"])
        #expect(violations.map(\.rule) == [rule])
    }

    @Test(arguments: [(avro, "shop.Order"), (json, "Order"), (protobuf, "shop.Order")])
    func recordsHaveNames(source: SchemaSource, name: String) throws {
        #expect(try CompiledSchema(source).recordName == name)
    }

    @Test(arguments: [
        SchemaSource(.avro, #"{"type":"recor"}"#), SchemaSource(.json, #"{"type":1}"#), .init(.json, "{"),
    ])
    func aBadSchemaIsRefused(source: SchemaSource) {
        let fault = #expect(throws: SchemaFault.self) { try CompiledSchema(source) }
        #expect(fault?.message.isEmpty == false)
    }

    @Test func eachLanguageComparesByItsRules() throws {
        let earlier = try [Self.avro, Self.json, Self.protobuf].map { try CompiledSchema($0) }
        let later = try [
            SchemaSource(
                .avro,
                #"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"int"},{"name":"a","type":"int"}]}"#
            ),
            SchemaSource(
                .json,
                #"{"title":"Order","type":"object","properties":{"id":{"type":"integer"},"a":{}},"required":["id","a"]}"#
            ),
            SchemaSource(
                .protobuf, #"syntax = "proto3"; package shop; message Order { string id = 1; } message Other {}"#),
        ].map { try CompiledSchema($0) }
        for (reader, writer) in zip(later, earlier) {
            #expect(try !reader.incompatibilities(withWriter: writer).isEmpty)
            #expect(try reader.incompatibilities(withWriter: reader).isEmpty)
        }
    }

    @Test func languagesDoNotMix() throws {
        let found = try CompiledSchema(Self.json).incompatibilities(withWriter: CompiledSchema(Self.avro))
        #expect(found.map(\.kind) == ["SCHEMA_TYPE_MISMATCH"])
    }
}
