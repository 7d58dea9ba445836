import JSON
import SchemaLanguages
import Testing

@Suite struct PayloadDeserializerTests {
    private static let sources = [
        SchemaSource(
            .avro,
            #"{"type":"record","name":"R","fields":[{"name":"id","type":"int"},{"name":"u","type":["null","string"]}]}"#
        ),
        SchemaSource(.json, #"{"type":"object"}"#),
        SchemaSource(.protobuf, #"syntax = "proto3"; message A {} message R { int32 id = 1; string u = 2; }"#),
    ]

    @Test(arguments: sources) func whatWasWrittenIsReadTheSame(source: SchemaSource) throws {
        let schema = try CompiledSchema(source)
        let options = PayloadOptions(unions: .plain, message: "R")
        let serializer = try PayloadSerializer(schema, options)
        let text = Array(#"{"id":5,"u":"x"}"#.utf8)
        var bytes = serializer.identifierSuffix
        try serializer.serialize(text.span, with: JSONParser(), to: &bytes)
        var read: [UInt8] = []
        try PayloadDeserializer(schema, options).deserialize(bytes.span, to: &read)
        #expect(read == text)
    }

    @Test(arguments: zip(sources, [[10], Array("{".utf8), [2, 8, 0]] as [[UInt8]]))
    func whatIsCutIsRefused(source: SchemaSource, bytes: [UInt8]) throws {
        var output: [UInt8] = [1]
        let deserializer = try PayloadDeserializer(CompiledSchema(source))
        #expect(throws: PayloadReadingFault.self) { try deserializer.deserialize(bytes.span, to: &output) }
        #expect(output == [1])
    }
}
