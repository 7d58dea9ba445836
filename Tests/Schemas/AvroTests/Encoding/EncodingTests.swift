import Avro
import Bytes
import JSON
import TestRandom
import Testing

@Suite("JSON to Avro")
struct EncodingTests {
    static let record =
        #"{"type":"record","name":"test","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}"#
    static let defaults = #"""
        {"type":"record","name":"D","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":7},
        {"name":"c","type":["null","string"],"default":null},{"name":"d","type":"string"}]}
        """#
    static let list =
        #"{"type":"record","name":"L","fields":[{"name":"v","type":"long"},{"name":"n","type":["null","L"]}]}"#

    /// The examples of the specification, and what lies at the edges.
    static let values: [(schema: String, json: String, hex: String)] = [
        (#""null""#, "null", ""), (#""boolean""#, "true", "01"), (#""boolean""#, "false", "00"),
        (#""int""#, "0", "00"), (#""int""#, "-1", "01"), (#""int""#, "1", "02"), (#""int""#, "-2", "03"),
        (#""int""#, "-64", "7f"), (#""int""#, "64", "8001"), (#""int""#, "8192", "808001"),
        (#""int""#, "2147483647", "feffffff0f"), (#""int""#, "-2147483648", "ffffffff0f"),
        (#""long""#, "9223372036854775807", "feffffffffffffffff01"),
        (#""long""#, "-9223372036854775808", "ffffffffffffffffff01"),
        (#""int""#, "5.0", "0a"), (#""long""#, "1e3", "d00f"), (#""long""#, "9007199254740992.0", "8080808080808020"),
        (#""float""#, "1.5", "0000c03f"), (#""float""#, "-3", "000040c0"), (#""float""#, "1e-50", "00000000"),
        (#""float""#, #""NaN""#, "0000c07f"), (#""float""#, #""-Infinity""#, "000080ff"),
        (#""double""#, "-1.5", "000000000000f8bf"), (#""double""#, "18446744073709551615", "000000000000f043"),
        (#""double""#, "123456789012345678901234567890", "3e376cff90eef845"),
        (#""double""#, #""Infinity""#, "000000000000f07f"), (#""string""#, #""foo""#, "06666f6f"),
        (#""string""#, #""""#, "00"),
        (#""string""#, #""\u00e9\n\ud83d\ude00""#, "0ec3a90af09f9880"), (#""string""#, #""\ud800x""#, "08efbfbd78"),
        (#""bytes""#, #""\u0000\u007f\u0080\u00ff""#, "08007f80ff"), (#""bytes""#, #""""#, "00"),
        (#"{"type":"fixed","name":"F","size":2}"#, #""\u00ffa""#, "ff61"),
        (#"{"type":"enum","name":"Foo","symbols":["A","B","C","D"]}"#, #""D""#, "06"),
        (#"{"type":"array","items":"long"}"#, "[3, 27]", "04063600"), (#"{"type":"array","items":"long"}"#, "[]", "00"),
        (#"{"type":"map","values":"long"}"#, #"{"a":1,"b":2}"#, "0402610202620400"),
        (#"{"type":"map","values":"null"}"#, "{}", "00"),
        (#"{"type":"map","values":"int"}"#, #"{"a":1,"a":2}"#, "0402610202610400"),
        (#"["null","string"]"#, "null", "00"), (#"["null","string"]"#, #"{"string":"a"}"#, "020261"),
        (#"["int","null"]"#, #"{"null":null}"#, "02"),
        (#"["string",{"type":"array","items":"int"}]"#, #"{"array":[1]}"#, "02020200"),
        (#"["null",{"type":"fixed","name":"x.F","size":1}]"#, #"{"x.F":"a"}"#, "0261"),
        (record, #"{"a":27,"b":"foo"}"#, "3606666f6f"), (record, #"{"b":"foo","a":27}"#, "3606666f6f"),
        (defaults, #"{"a":1,"b":2,"c":{"string":"x"},"d":"y"}"#, "02040202780279"),
        (defaults, #"{"a":1,"d":"y"}"#, "020e000279"),
        (defaults, #"{"d":"y","a":1}"#, "020e000279"), (defaults, #"{"d":"y","c":null,"b":2,"a":1}"#, "0204000279"),
        (list, #"{"v":1,"n":{"L":{"v":2,"n":null}}}"#, "02020400"),
        (list, #"{"n":{"L":{"n":null,"v":2}},"v":1}"#, "02020400"),
    ]

    @Test("values are written as the specification has it", arguments: values)
    func writes(schema: String, json: String, hex: String) throws {
        var output: [UInt8] = [0xee]
        let text = Array(json.utf8)
        try AvroEncoder(AvroSchema(schema)).encode(text.span, with: JSONParser(), to: &output)
        let written = Hex.text(output.span)
        #expect(written == "ee" + hex)
    }

    @Test("fields are found whatever their order and number", arguments: [1, 3, 8, 9, 40, 300])
    func anyOrder(count: Int) throws {
        let fields = (0..<count).map { #"{"name":"field_\#($0)","type":"int"}"# }.joined(separator: ",")
        let schema = try AvroSchema(#"{"type":"record","name":"R","fields":[\#(fields)]}"#)
        var members = (0..<count).map { ("field_\($0)", JSONValue.integer($0)) }
        let ordered = try OraclePairs.encode(.object(JSONObject(members)), schema)
        var random = SeededGenerator(seed: UInt64(count))
        for _ in 0..<20 {
            members.shuffle(using: &random)
            #expect(try OraclePairs.encode(.object(JSONObject(members)), schema) == ordered)
        }
    }

    @Test("symbols and branches are found whatever their number", arguments: [1, 8, 9, 100])
    func manyNames(count: Int) throws {
        let symbols = (0..<count).map { "\"S\($0)\"" }.joined(separator: ",")
        let types = (0..<count).map { #"{"type":"enum","name":"x.E\#($0)","symbols":[\#(symbols)]}"# }
        let schema = try AvroSchema("[\(types.joined(separator: ","))]")
        for place in 0..<count {
            let bytes = try OraclePairs.encode(["x.E\(place)": .string("S\(count - 1 - place)")], schema)
            #expect(try OraclePairs.decode(bytes, schema) == ["x.E\(place)": .string("S\(count - 1 - place)")])
        }
        #expect(throws: AvroEncodingError.self) { try OraclePairs.encode(["x.E0": "S\(count)"], schema) }
    }

    @Test("a document that simdjson does not take is written the same")
    func largeDocument() throws {
        let schema = try AvroSchema(#"{"type":"array","items":\#(Self.record)}"#)
        let value = JSONValue.array((0..<20_000).map { ["a": .integer($0), "b": "té\n\($0)"] })
        let bytes = try OraclePairs.encode(value, schema)
        #expect(try OraclePairs.decode(bytes, schema) == value)
    }

    @Test("values that are longer than their JSON have room")
    func growth() throws {
        let fields = #"{"name":"t","type":"string","default":"\#(String(repeating: "x", count: 1000))"}"#
        let schema = try AvroSchema(
            #"{"type":"array","items":{"type":"record","name":"R","fields":[\#(fields)]}}"#)
        let text = Array("[\(Array(repeating: "{}", count: 3000).joined(separator: ","))]".utf8)
        var output: [UInt8] = [7]
        try AvroEncoder(schema).encode(text.span, with: JSONParser(), to: &output)
        #expect(output.count == 1 + 2 + 3000 * 1002 + 1)
        output = [7]
        let error = #expect(throws: AvroEncodingError.self) {
            try AvroEncoder(schema, maximumBytes: 3000 * 1002 + 2).encode(text.span, with: JSONParser(), to: &output)
        }
        #expect(error == .tooLarge(limit: 3000 * 1002 + 2))
        #expect(output == [7])
        try AvroEncoder(schema, maximumBytes: 3000 * 1002 + 3).encode(text.span, with: JSONParser(), to: &output)
    }

    @Test("what is no JSON is told with its place, and nothing is written")
    func notJSON() throws {
        var output: [UInt8] = [7]
        let text = Array(#"{"a":1,}"#.utf8)
        let error = #expect(throws: AvroEncodingError.self) {
            try AvroEncoder(AvroSchema(Self.record)).encode(text.span, with: JSONParser(), to: &output)
        }
        guard case .notJSON(let failure)? = error else {
            throw TestFailure("another error: \(String(describing: error))")
        }
        #expect(failure.offset == 7)
        #expect(output == [7])
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
