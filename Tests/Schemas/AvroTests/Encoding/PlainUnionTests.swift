import Avro
import JSON
import Testing

@Suite("Branches of unions in plain JSON")
struct PlainUnionTests {
    private static let a =
        #"{"type":"record","name":"A","fields":[{"name":"x","type":"int"},{"name":"y","type":"int","default":0}]}"#
    private static let b =
        #"{"type":"record","name":"B","fields":[{"name":"x","type":"int"},{"name":"z","type":"string"}]}"#
    private static let c = #"{"type":"record","name":"C","fields":[{"name":"x","type":"string"}]}"#
    private static let e = #"{"type":"enum","name":"E","symbols":["ON","OFF"]}"#
    private static let f = #"{"type":"fixed","name":"F","size":2}"#
    private static let d = #"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#

    static let choices: [(union: String, json: String, tagged: String)] = [
        (#"["null","int"]"#, "null", "null"), (#"["null","int"]"#, "1", #"{"int":1}"#),
        (#"["int","null"]"#, "1", #"{"int":1}"#),
        (#"["string","int","boolean"]"#, "true", #"{"boolean":true}"#), (#"["long","int"]"#, "1", #"{"int":1}"#),
        (#"["long","int"]"#, "3000000000", #"{"long":3000000000}"#), (#"["double","long"]"#, "1", #"{"long":1}"#),
        (#"["long","double"]"#, "1.5", #"{"double":1.5}"#), (#"["int","double"]"#, "1.0", #"{"double":1.0}"#),
        (#"["int","string"]"#, "1.0", #"{"int":1}"#), (#"["int","long","string"]"#, "1e10", #"{"long":10000000000}"#),
        (#"["int","double"]"#, "3000000000", #"{"double":3000000000.0}"#),
        (#"["float","double"]"#, "1", #"{"double":1.0}"#),
        (#"["float","double"]"#, "0.5", #"{"float":0.5}"#), (#"["float","double"]"#, "0.1", #"{"double":0.1}"#),
        (#"["long","double"]"#, "9223372036854775808", #"{"double":9223372036854775808}"#),
        (#"["int","double"]"#, #""NaN""#, #"{"double":"NaN"}"#),
        (#"["double","string"]"#, #""NaN""#, #"{"string":"NaN"}"#),
        (#"["string",\#(e)]"#, #""ON""#, #"{"E":"ON"}"#), (#"["string",\#(e)]"#, #""On""#, #"{"string":"On"}"#),
        (#"["bytes","string"]"#, #""x""#, #"{"string":"x"}"#), (#"["bytes",\#(f)]"#, #""xy""#, #"{"F":"xy"}"#),
        (#"["bytes",\#(f)]"#, #""xyz""#, #"{"bytes":"xyz"}"#), (#"[\#(f),\#(e)]"#, #""ON""#, #"{"E":"ON"}"#),
        (#"[\#(e),\#(f)]"#, #""no""#, #"{"F":"no"}"#),
        (#"["null","string",{"type":"array","items":"int"}]"#, "[1]", #"{"array":[1]}"#),
        (#"[{"type":"map","values":"int"},\#(a)]"#, #"{"x":1}"#, #"{"A":{"x":1,"y":0}}"#),
        (#"[{"type":"map","values":"int"},\#(a)]"#, #"{"y":1}"#, #"{"map":{"y":1}}"#),
        (#"[\#(a),\#(b)]"#, #"{"x":1}"#, #"{"A":{"x":1,"y":0}}"#),
        (#"[\#(a),\#(b)]"#, #"{"z":"","x":1}"#, #"{"B":{"x":1,"z":""}}"#),
        (#"["null",\#(a),\#(c)]"#, #"{"x":"1"}"#, #"{"C":{"x":"1"}}"#),
        (#"[\#(c),\#(a)]"#, #"{"x":1}"#, #"{"A":{"x":1,"y":0}}"#),
        (
            #"["int",{"type":"array","items":["null","int",\#(c),\#(a)]}]"#, #"[null,1,{"x":"q"},{"x":2}]"#,
            #"{"array":[null,{"int":1},{"C":{"x":"q"}},{"A":{"x":2,"y":0}}]}"#
        ),
    ]

    @Test("the most specific branch that fits is taken, of equals the first", arguments: choices)
    func chooses(union: String, json: String, tagged: String) throws {
        let schema = try AvroSchema(union)
        let bytes = try OraclePairs.encode(text: json, schema, AvroJSONOptions(form: .simpleJSON))
        #expect(try OraclePairs.decode(bytes, schema) == JSONValue.parse(text: tagged))
    }

    @Test("with members passed over, the record with the fewest of them is taken")
    func fewestUnknown() throws {
        let schema = try AvroSchema("[\(Self.c),\(Self.a),\(Self.b)]")
        let options = AvroJSONOptions(form: .simpleJSON, ignoresUnknownFields: true)
        let bytes = try OraclePairs.encode(["x": 1, "z": "q", "w": .null], schema, options)
        #expect(try OraclePairs.decode(bytes, schema) == ["B": ["x": 1, "z": "q"]])
    }

    @Test(
        "a number is a decimal rather than a double, a string rather a string",
        arguments: [("1.25", "1.25"), ("7", "7.00"), (#""7""#, "7")])
    func decimals(json: String, shown: String) throws {
        let schema = try AvroSchema(#"["double","string",\#(Self.d)]"#)
        let options = AvroJSONOptions(form: .simpleJSON, decimals: .numbers)
        let bytes = try OraclePairs.encode(text: json, schema, options)
        #expect(try OraclePairs.decode(bytes, schema, options) == .string(shown))
        #expect(bytes[0] == (json.hasPrefix("\"") ? 2 : 4))
    }

    @Test("unions that would take attempt upon attempt are given up, and told")
    func attempts() throws {
        // At each level two records fit at a glance, and only the bottom tells them apart.
        let schema = #"""
            {"type":"record","name":"N","fields":[{"name":"n","type":["null","string","N",
              {"type":"record","name":"M","fields":[{"name":"n","type":["null","string","N","M"]}]}]}]}
            """#
        let depth = 60
        let json = String(repeating: #"{"n":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        let found = try ViolationTests.violations(schema, json, AvroJSONOptions(form: .simpleJSON))
        #expect(found.all.map(\.rule) == [.tooManyAttempts])
        let fits = json.replacing("1", with: "\"1\"")
        #expect(try ViolationTests.violations(schema, fits, AvroJSONOptions(form: .simpleJSON)).all.isEmpty)
    }
}
