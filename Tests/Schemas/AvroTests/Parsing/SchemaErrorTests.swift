import Avro
import JSON
import Testing

@Suite("Schemas that break a rule")
struct SchemaErrorTests {
    static let all = RefusedSchema.shapes + RefusedSchema.names + RefusedSchema.references + RefusedSchema.limits

    @Test("each broken rule is told with its place", arguments: all)
    func refuses(refused: RefusedSchema) throws {
        var limits = AvroSchemaLimits()
        refused.limits?(&limits)
        let error = #expect(throws: AvroSchemaError.self) {
            try AvroSchema(refused.schema, references: refused.references, limits: limits)
        }
        #expect(error?.rule == refused.rule, "\(error?.description ?? "")")
        #expect(error?.pointer.description == refused.pointer, "\(error?.description ?? "")")
        #expect(error?.reference == refused.reference)
        #expect(error?.message.isEmpty == false)
    }

    @Test("a default has to fit its type", arguments: RefusedDefault.all)
    func defaults(refused: RefusedDefault) {
        let text =
            #"{"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"a","type":\#(refused.type),"default":\#(refused.value)}]}"#
        let error = #expect(throws: AvroSchemaError.self) { try AvroSchema(text) }
        #expect(error?.rule == .badDefault, "\(error?.description ?? "")")
        #expect(error?.pointer.description == "/fields/1/default" + refused.pointer)
    }

    @Test("a default that would be within itself is refused, at the field that begins the circle")
    func circle() {
        let text = """
            {"type":"record","name":"R","fields":[{"name":"a","type":"R","default":{}}]}
            """
        let error = #expect(throws: AvroSchemaError.self) { try AvroSchema(text) }
        #expect(error?.rule == .defaultWithinItself && error?.pointer.description == "/fields/0/default")
    }

    @Test("defaults that double with each level are refused, not written out")
    func defaultBomb() {
        var text = #"{"type":"record","name":"R0","fields":[{"name":"s","type":"string","default":"0123456789"}]}"#
        for level in 1...30 {
            text = """
                {"type":"record","name":"R\(level)","fields":[{"name":"a","type":\(text),"default":{}},
                {"name":"b","type":"R\(level - 1)","default":{}}]}
                """
        }
        let error = #expect(throws: AvroSchemaError.self) { try AvroSchema(text) }
        #expect(error?.rule == .tooLarge, "\(error?.description ?? "")")
    }

    @Test("the tables have every rule")
    func rules() {
        let known = Set(Self.all.map(\.rule)).union([.badDefault, .defaultWithinItself, .tooComplex])
        #expect(known == Set(AvroSchemaError.Rule.allCases))
    }

    @Test("a hundred thousand open brackets are refused", arguments: ["[", #"{"type":"array","items":"#, #"[{"a":"#])
    func bombs(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(throws: AvroSchemaError.self) { try AvroSchema(text) }
    }

    /// References each of which uses the one before.
    private static func chain(_ count: Int) -> [String: String] {
        var references: [String: String] = [:]
        for level in 0..<count {
            let type = level == 0 ? #""int""# : #""L\#(level - 1)""#
            references["L\(level)"] = #"{"type":"record","name":"L\#(level)","fields":[{"name":"a","type":\#(type)}]}"#
        }
        return references
    }

    @Test("a chain of references deeper than the limit is refused")
    func chain() throws {
        let error = #expect(throws: AvroSchemaError.self) { try AvroSchema(#""L499""#, references: Self.chain(500)) }
        #expect(error?.rule == .tooDeep)
        #expect(try AvroSchema(#""L40""#, references: Self.chain(41)).root.fullName == "L40")
    }

    @Test("an error says in one line what, where and in which text")
    func description() {
        let error = AvroSchemaError(.badName, "no name", at: JSONPointer(tokens: ["a", "1"]), reference: "com.x.Y")
        #expect(error.description == "reference 'com.x.Y': no name at /a/1")
        #expect(AvroSchemaError(.badName, "no name", at: JSONPointer(tokens: [])).description == "no name")
    }
}
