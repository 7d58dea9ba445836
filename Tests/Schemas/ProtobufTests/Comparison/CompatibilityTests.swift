import Protobuf
import Testing

@Suite("Compatibility of schemas")
struct CompatibilityTests {
    @Test("what hinders reading is told, with its path", arguments: Evolution.all)
    func tells(evolution: Evolution) throws {
        let reader = try ProtobufSchema(evolution.reader, references: evolution.readerReferences)
        let writer = try ProtobufSchema(evolution.writer, references: evolution.writerReferences)
        let found = try reader.incompatibilities(withWriter: writer)
        #expect(found.map { "\($0.kind.rawValue) \($0.path)" } == evolution.hindrances, "\(found)")
        for one in found { #expect(!one.message.isEmpty) }
        #expect(try reader.incompatibilities(withWriter: reader).isEmpty)
        #expect(try writer.incompatibilities(withWriter: writer).isEmpty)
    }

    @Test("the table has at least eighty evolutions and every kind of hindrance")
    func table() {
        #expect(Evolution.all.count >= 80)
        let kinds = Set(Evolution.all.flatMap(\.hindrances).map { String($0.prefix { $0 != " " }) })
        #expect(kinds == Set(ProtobufIncompatibility.Kind.allCases.map(\.rawValue)))
    }

    @Test("no more than a hundred are told")
    func bound() throws {
        func schema(_ type: String) throws -> ProtobufSchema {
            let fields = (1...300).map { "\(type) f\($0) = \($0);" }.joined()
            return try ProtobufSchema("syntax = \"proto3\"; message M { \(fields) }")
        }
        let found = try schema("int32").incompatibilities(withWriter: schema("string"))
        #expect(found.count == ProtobufIncompatibility.most)
        #expect(found.last?.path == "#/M/100")
    }

    @Test("messages that lead to each other for long cost no stack")
    func chain() async throws {
        try await SmallStack.run {
            func schema(_ type: String) throws -> ProtobufSchema {
                let count = 3000
                let messages = (0..<count).map {
                    $0 + 1 < count ? "message N\($0) { N\($0 + 1) n = 1; }" : "message N\($0) { \(type) n = 1; }"
                }
                return try ProtobufSchema(
                    "syntax = \"proto3\"; import \"n.proto\"; message M { N0 n = 1; }",
                    references: ["n.proto": "syntax = \"proto3\"; " + messages.joined()])
            }
            let found = try schema("int32").incompatibilities(withWriter: schema("string"))
            #expect(found.first?.description.hasPrefix("FIELD_NAMED_TYPE_CHANGED at #/M/1") == true)
            #expect(found.count == ProtobufIncompatibility.most)
        }
    }
}
