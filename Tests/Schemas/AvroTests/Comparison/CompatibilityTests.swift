import Avro
import JSON
import Testing

@Suite("Compatibility of schemas")
struct CompatibilityTests {
    @Test("what hinders reading is told, with its place", arguments: Evolution.all)
    func tells(evolution: Evolution) throws {
        let reader = try AvroSchema(evolution.reader)
        let found = try reader.incompatibilities(withWriter: AvroSchema(evolution.writer))
        #expect(found.map { "\($0.kind.rawValue) \($0.pointer)" } == evolution.hindrances, "\(found)")
        for one in found { #expect(!one.message.isEmpty) }
    }

    @Test("the table has ninety evolutions or more and every kind of hindrance")
    func table() {
        #expect(Evolution.all.count >= 90)
        let kinds = Set(Evolution.all.flatMap(\.hindrances).map { String($0.prefix { $0 != " " }) })
        #expect(kinds == Set(AvroIncompatibility.Kind.allCases.map(\.rawValue)))
    }

    @Test("messages are those of Avro for Java")
    func messages() throws {
        let reader = try AvroSchema(
            #"{"type":"record","name":"x.S","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}},{"name":"f","type":{"type":"fixed","name":"F","size":1}},{"name":"u","type":["null"]},{"name":"i","type":"int"},{"name":"n","type":"int"}]}"#
        )
        let writer = try AvroSchema(
            #"{"type":"record","name":"x.R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["C","A","B"]}},{"name":"f","type":{"type":"fixed","name":"F","size":2}},{"name":"u","type":["null","int"]},{"name":"i","type":"string"}]}"#
        )
        #expect(
            try reader.incompatibilities(withWriter: writer).map(\.description) == [
                "NAME_MISMATCH at /name: expected: x.R", "MISSING_ENUM_SYMBOLS at /fields/0/type/symbols: [B, C]",
                "FIXED_SIZE_MISMATCH at /fields/1/type/size: expected: 2, found: 1",
                "MISSING_UNION_BRANCH at /fields/2/type/1: reader union lacking writer type: INT",
                "TYPE_MISMATCH at /fields/3/type: reader type: INT not compatible with writer type: STRING",
                "READER_FIELD_MISSING_DEFAULT_VALUE at /fields/4: n",
            ])
    }

    @Test("no more than a hundred are told")
    func bound() throws {
        func schema(_ type: String) throws -> AvroSchema {
            let fields = (0..<300).map { #"{"name":"f\#($0)","type":"\#(type)"}"# }.joined(separator: ",")
            return try AvroSchema(#"{"type":"record","name":"R","fields":[\#(fields)]}"#)
        }
        let found = try schema("int").incompatibilities(withWriter: schema("string"))
        #expect(found.count == AvroIncompatibility.most)
        #expect(found.last?.pointer.description == "/fields/99/type")
    }

    @Test("schemas with too many pairs of types to compare are refused")
    func tooComplex() throws {
        func union(_ prefix: String) throws -> AvroSchema {
            let types = (0..<600).map { #"{"type":"fixed","name":"\#(prefix)\#($0)","size":1}"# }.joined(separator: ",")
            return try AvroSchema("[\(types)]")
        }
        let error = #expect(throws: AvroSchemaError.self) { try union("A").incompatibilities(withWriter: union("B")) }
        #expect(error?.rule == .tooComplex)
    }
}
