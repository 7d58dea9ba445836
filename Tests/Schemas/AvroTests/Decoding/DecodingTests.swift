import Avro
import Bytes
import JSON
import Testing

@Suite("Avro to JSON")
struct DecodingTests {
    static let values: [(schema: String, hex: String, json: String)] = [
        (#""null""#, "", "null"), (#""boolean""#, "01", "true"), (#""int""#, "feffffff0f", "2147483647"),
        (#""int""#, "8000", "0"),
        (#""long""#, "ffffffffffffffffff01", "-9223372036854775808"), (#""float""#, "cdcccc3d", "0.1"),
        (#""float""#, "0000803f", "1.0"),
        (#""float""#, "0000c07f", #""NaN""#), (#""float""#, "0000807f", #""Infinity""#),
        (#""double""#, "000000000000f0ff", #""-Infinity""#),
        (#""double""#, "9a9999999999b93f", "0.1"), (#""double""#, "408cb5781daf1544", "1e+20"),
        (#""double""#, "0000000000000080", "-0.0"),
        (#""double""#, "0100000000000000", "5e-324"), (#""string""#, "0ec3a90af09f9880", #""é\n😀""#),
        (#""bytes""#, "080022e9ff", #""\u0000\"éÿ""#),
        (#"{"type":"fixed","name":"F","size":2}"#, "ff61", #""ÿa""#),
        (#"{"type":"enum","name":"E","symbols":["A","B"]}"#, "02", #""B""#),
        (#"{"type":"array","items":"int"}"#, "00", "[]"), (#"{"type":"array","items":"int"}"#, "04063600", "[3,27]"),
        (#"{"type":"array","items":"int"}"#, "0206023600", "[3,27]"),
        (#"["null","int"]"#, "0202", #"{"int":1}"#), (#"["null","int"]"#, "00", "null"),
    ]

    @Test("values are shown as the JSON encoding has it", arguments: values)
    func shows(schema: String, hex: String, json: String) throws { #expect(try Self.text(schema, hex) == json) }

    static func text(
        _ schema: String, _ hex: String, _ options: AvroJSONOptions = AvroJSONOptions(),
        _ limits: AvroDecodingLimits = AvroDecodingLimits()
    ) throws -> String {
        let digits = Array(hex.utf8)
        guard let bytes = Hex.decode(digits.span) else { throw TestFailure("no hexadecimal digits: \(hex)") }
        var output: [UInt8] = [0x3e]
        do {
            try AvroDecoder(AvroSchema(schema), options: options, limits: limits).decode(bytes.span, to: &output)
        } catch {
            #expect(output == [0x3e])
            throw error
        }
        return String(decoding: output.dropFirst(), as: UTF8.self)
    }

    @Test("blocks may come in pieces, and with their sizes")
    func blocks() throws {
        let array = #"{"type":"array","items":"int"}"#
        #expect(try Self.text(array, "0206" + "043636" + "00") == "[3,27,27]")
        // Two elements in two bytes, then one without its size.
        #expect(try Self.text(array, "0304" + "0636" + "02" + "02" + "00") == "[3,27,1]")
        #expect(
            try Self.text(#"{"type":"map","values":"int"}"#, "0106" + "026102" + "02" + "026204" + "00")
                == #"{"a":1,"b":2}"#)
    }

    @Test("plain JSON has no tags")
    func plain() throws {
        let schema = #"{"type":"array","items":["null","int",{"type":"map","values":["null","string"]}]}"#
        #expect(
            try Self.text(
                schema, "06" + "00" + "0202" + "04" + "02" + "0261" + "020262" + "00" + "00",
                AvroJSONOptions(form: .simpleJSON)) == #"[null,1,{"a":"b"}]"#)
    }

    struct Fault: Sendable {
        let schema: String
        let hex: String
        let rule: AvroDecodingError.Rule
        let offset: Int
        let pointer: String

        init(_ schema: String, _ hex: String, _ rule: AvroDecodingError.Rule, _ offset: Int, _ pointer: String = "") {
            (self.schema, self.hex, self.rule, self.offset, self.pointer) = (schema, hex, rule, offset, pointer)
        }
    }

    private static let array = #"{"type":"array","items":"int"}"#
    private static let record =
        #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"m","type":{"type":"map","values":{"type":"array","items":"boolean"}}}]}"#

    static let faults: [Fault] = [
        .init(#""null""#, "00", .trailingBytes, 0), .init(#""int""#, "0000", .trailingBytes, 1),
        .init(#""int""#, "", .truncated, 0),
        .init(#""int""#, "80", .truncated, 1), .init(#""int""#, "8080808010", .badNumber, 0),
        .init(#""long""#, "ffffffffffffffffff02", .badNumber, 0),
        .init(#""long""#, "80808080808080808080808000", .badNumber, 0), .init(#""boolean""#, "02", .badBoolean, 0),
        .init(#""boolean""#, "", .truncated, 0),
        .init(#""float""#, "000000", .truncated, 0), .init(#""double""#, "00000000000000", .truncated, 0),
        .init(#""string""#, "0461", .truncated, 1),
        .init(#""string""#, "01", .badLength, 0), .init(#""string""#, "feffffffffffffffff01", .truncated, 10),
        .init(#""bytes""#, "ffffffffffffffffff01", .badLength, 0),
        .init(#""string""#, "02ff", .badText, 1), .init(#""string""#, "06eda080", .badText, 1),
        .init(#"{"type":"fixed","name":"F","size":3}"#, "0000", .truncated, 0),
        .init(#"{"type":"fixed","name":"F","size":2147483647}"#, "00", .truncated, 0),
        .init(#"{"type":"enum","name":"E","symbols":["A"]}"#, "02", .unknownSymbol, 0),
        .init(#"{"type":"enum","name":"E","symbols":["A"]}"#, "01", .unknownSymbol, 0),
        .init(#"["null","int"]"#, "04", .unknownBranch, 0), .init(#"["null"]"#, "01", .unknownBranch, 0),
        .init("[]", "00", .unknownBranch, 0),
        .init(array, "02", .truncated, 1, "/0"), .init(array, "0202", .truncated, 2),
        .init(array, "0302", .truncated, 2), .init(array, "0301", .badLength, 1),
        .init(array, "ffffffffffffffffff01", .tooManyElements, 10),
        .init(array, "feffffffffffffffff01", .tooManyElements, 10),
        .init(#"{"type":"array","items":"null"}"#, "82897a00", .tooManyElements, 3),
        .init(#"{"type":"map","values":"int"}"#, "0202ff02", .badText, 2),
        .init(record, "0202026b02" + "05", .badBoolean, 5, "/m/k/0"),
        .init(record, "02" + "02026b04" + "0001" + "00" + "00" + "ff", .trailingBytes, 9),
        .init(
            #"{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}"#, "", .tooDeep, 0,
            String(repeating: "/r", count: 128)),
    ]

    @Test("what is no value is told with the byte and the place", arguments: faults)
    func refuses(fault: Fault) throws {
        let error = #expect(throws: AvroDecodingError.self) { try Self.text(fault.schema, fault.hex) }
        #expect(error?.rule == fault.rule, "\(error?.description ?? "")")
        #expect(error?.offset == fault.offset)
        #expect(error?.pointer.description == fault.pointer)
        #expect(error?.message.isEmpty == false)
    }

    @Test("the tables have every rule")
    func rules() {
        let elsewhere: Set<AvroDecodingError.Rule> = [.tooLarge, .longDecimal, .unresolved]
        #expect(Set(Self.faults.map(\.rule)).union(elsewhere) == Set(AvroDecodingError.Rule.allCases))
    }

    @Test("depth, elements and output are bounded at their limits")
    func limits() throws {
        var limits = AvroDecodingLimits()
        (limits.depth, limits.elements, limits.outputBytes) = (2, 3, 30)
        let nested = #"{"type":"array","items":{"type":"array","items":["int",{"type":"array","items":"string"}]}}"#
        #expect(
            try Self.text(nested, "02" + "02" + "0002" + "00" + "00", AvroJSONOptions(), limits) == #"[[{"int":1}]]"#)
        let deep = #expect(throws: AvroDecodingError.self) {
            try Self.text(nested, "02" + "02" + "0200" + "00" + "00", AvroJSONOptions(), limits)
        }
        #expect(deep?.rule == .tooDeep && deep?.pointer.description == "/0/0")
        #expect(try Self.text(Self.array, "0202" + "040204" + "00", AvroJSONOptions(), limits) == "[1,1,2]")
        let many = #expect(throws: AvroDecodingError.self) {
            try Self.text(Self.array, "0202" + "0602020200", AvroJSONOptions(), limits)
        }
        #expect(many?.rule == .tooManyElements)
        let strings = #"{"type":"array","items":"string"}"#
        let text = String(repeating: "61", count: 14)
        #expect(try Self.text(strings, "02" + "1c" + text + "00", AvroJSONOptions(), limits).utf8.count == 18)
        let large = #expect(throws: AvroDecodingError.self) {
            try Self.text(strings, "06" + "1c" + text + "1c" + text + "00" + "00", AvroJSONOptions(), limits)
        }
        #expect(large?.rule == .tooLarge)
    }

    @Test("strings of control characters cannot make the output much longer than its limit")
    func escapes() throws {
        var limits = AvroDecodingLimits()
        limits.outputBytes = 100
        let hex = "c801" + String(repeating: "00", count: 100)
        let error = #expect(throws: AvroDecodingError.self) {
            try Self.text(#""string""#, hex, AvroJSONOptions(), limits)
        }
        #expect(error?.rule == .tooLarge)
    }
}
