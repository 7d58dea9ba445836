import Avro
import Bytes
import JSON
import Testing

@Suite("Reading what another schema wrote")
struct ResolutionTests {
    /// What comes of a value.
    enum Outcome: Sendable {
        case json(String)
        /// This value cannot be read; others can.
        case unreadable(pointer: String)
        /// No value can be read: the resolver is not made.
        case impossible
    }

    private static func record(_ fields: String, name: String = "R", more: String = "") -> String {
        #"{"type":"record","name":"\#(name)",\#(more)"fields":[\#(fields)]}"#
    }

    private static func field(_ name: String, _ type: String, _ more: String = "") -> String {
        #"{"name":"\#(name)","type":\#(type)\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    private static func enumeration(_ symbols: String, _ more: String = "", name: String = "E") -> String {
        #"{"type":"enum","name":"\#(name)","symbols":[\#(symbols)]\#(more)}"#
    }

    private static let fixed = #"{"type":"fixed","name":"F","size":2}"#

    static let promotions: [(writer: String, json: String, reader: String, outcome: Outcome)] = [
        (#""int""#, "5", #""long""#, .json("5")), (#""int""#, "5", #""float""#, .json("5.0")),
        (#""int""#, "5", #""double""#, .json("5.0")),
        (#""int""#, "16777217", #""float""#, .json("16777216.0")), (#""long""#, "5", #""float""#, .json("5.0")),
        (#""long""#, "9007199254740993", #""double""#, .json("9007199254740992.0")),
        (#""float""#, "0.5", #""double""#, .json("0.5")),
        (#""float""#, "0.1", #""double""#, .json("0.10000000149011612")),
        (#""float""#, #""NaN""#, #""double""#, .json(#""NaN""#)),
        (#""string""#, #""é""#, #""bytes""#, .json(#""Ã©""#)), (#""bytes""#, #""Ã©""#, #""string""#, .json(#""é""#)),
        (#""bytes""#, #""ÿ""#, #""string""#, .unreadable(pointer: "")),
        (#""long""#, "5", #""int""#, .impossible), (#""double""#, "5", #""float""#, .impossible),
        (#""float""#, "5", #""long""#, .impossible),
        (#""int""#, "5", #""string""#, .impossible), (#""string""#, #""5""#, #""int""#, .impossible),
        (#""null""#, "null", #""int""#, .impossible),
        (#""boolean""#, "true", #""int""#, .impossible), (fixed, #""ab""#, #""bytes""#, .impossible),
        (#""bytes""#, #""ab""#, fixed, .impossible),
        (#""string""#, #""A""#, enumeration(#""A""#), .impossible),
        (enumeration(#""A""#), #""A""#, #""string""#, .impossible),
        (#"{"type":"array","items":"int"}"#, "[1]", #"{"type":"array","items":"double"}"#, .json("[1.0]")),
        (#"{"type":"array","items":"int"}"#, "[1]", #"{"type":"array","items":"string"}"#, .unreadable(pointer: "/0")),
        (#"{"type":"array","items":"int"}"#, "[]", #"{"type":"array","items":"string"}"#, .json("[]")),
        (
            #"{"type":"map","values":"int"}"#, #"{"a":1}"#, #"{"type":"map","values":["null","long"]}"#,
            .json(#"{"a":{"long":1}}"#)
        ),
        (#"{"type":"map","values":"int"}"#, #"{"a":1}"#, #"{"type":"array","items":"int"}"#, .impossible),
    ]

    static let named: [(writer: String, json: String, reader: String, outcome: Outcome)] = [
        (fixed, #""ab""#, #"{"type":"fixed","name":"x.F","size":2}"#, .json(#""ab""#)),
        (fixed, #""ab""#, #"{"type":"fixed","name":"F","size":3}"#, .impossible),
        (fixed, #""ab""#, #"{"type":"fixed","name":"G","size":2}"#, .impossible),
        (fixed, #""ab""#, #"{"type":"fixed","name":"G","size":2,"aliases":["F"]}"#, .json(#""ab""#)),
        (enumeration(#""A","B""#), #""B""#, enumeration(#""B","C","A""#), .json(#""B""#)),
        (enumeration(#""A","B""#), #""B""#, enumeration(#""A""#), .unreadable(pointer: "")),
        (enumeration(#""A","B""#), #""A""#, enumeration(#""A""#), .json(#""A""#)),
        (enumeration(#""A","B""#), #""B""#, enumeration(#""A","Z""#, #","default":"Z""#), .json(#""Z""#)),
        (enumeration(#""A","B""#, #","default":"A""#), #""B""#, enumeration(#""A""#), .unreadable(pointer: "")),
        (enumeration(#""A""#), #""A""#, enumeration(#""A""#, name: "X"), .impossible),
        (record(field("a", #""int""#)), #"{"a":1}"#, record(field("a", #""long""#), name: "q.R"), .json(#"{"a":1}"#)),
        (record(field("a", #""int""#)), #"{"a":1}"#, record(field("a", #""int""#), name: "S"), .impossible),
        (
            record(field("a", #""int""#), name: "x.R"), #"{"a":1}"#,
            record(field("a", #""int""#), name: "y.S", more: #""aliases":["x.R"],"#), .json(#"{"a":1}"#)
        ),
    ]

    static let fields: [(writer: String, json: String, reader: String, outcome: Outcome)] = [
        (
            record(field("a", #""int""#) + "," + field("b", #""string""#)), #"{"a":1,"b":"x"}"#,
            record(field("b", #""string""#)), .json(#"{"b":"x"}"#)
        ),
        (
            record(field("a", #""int""#) + "," + field("b", #""string""#)), #"{"a":1,"b":"x"}"#,
            record(field("b", #""string""#) + "," + field("a", #""long""#)), .json(#"{"a":1,"b":"x"}"#)
        ),
        (
            record(field("a", #""int""#)), #"{"a":1}"#,
            record(field("a", #""int""#) + "," + field("n", #"["null","int"]"#, #""default":null"#)),
            .json(#"{"a":1,"n":null}"#)
        ),
        (record(""), "{}", record(field("n", #"["int","null"]"#, #""default":7"#)), .json(#"{"n":{"int":7}}"#)),
        (record(""), "{}", record(field("n", #""int""#)), .impossible),
        (
            record(field("old", #""int""#)), #"{"old":1}"#, record(field("new", #""int""#, #""aliases":["old"]"#)),
            .json(#"{"new":1}"#)
        ),
        // What a field asks for by its name it gets before others by their aliases.
        (
            record(field("b", #""int""#)), #"{"b":1}"#,
            record(field("a", #""int""#, #""aliases":["b"],"default":9"#) + "," + field("b", #""int""#)),
            .json(#"{"b":1,"a":9}"#)
        ),
        (
            record(
                field("a", #"{"type":"array","items":{"type":"map","values":["null",\#(fixed)]}}"#) + ","
                    + field("e", enumeration(#""A""#)) + "," + field("b", #""int""#)),
            #"{"a":[{"x":{"F":"ab"},"y":null}],"e":"A","b":1}"#, record(field("b", #""int""#)), .json(#"{"b":1}"#)
        ),
        (
            record(
                field("a", #""boolean""#) + "," + field("c", #""double""#) + "," + field("d", #""float""#) + ","
                    + field("s", #""bytes""#) + "," + field("l", #""long""#) + "," + field("b", #""int""#)),
            #"{"a":true,"c":1,"d":1,"s":"x","l":1,"b":1}"#, record(field("b", #""int""#)), .json(#"{"b":1}"#)
        ),
        (record(field("a", #""int""#)), #"{"a":1}"#, record(field("a", #""string""#)), .impossible),
        (
            record(field("a", #"["null","int"]"#)), #"{"a":null}"#, record(field("a", #"["null","string"]"#)),
            .json(#"{"a":null}"#)
        ),
        (
            record(field("a", #"["null","int"]"#)), #"{"a":{"int":1}}"#, record(field("a", #"["null","string"]"#)),
            .unreadable(pointer: "/a")
        ),
        (
            record(field("i", record(field("a", #""int""#), name: "I"))), #"{"i":{"a":1}}"#,
            record(field("i", record(field("a", #""boolean""#), name: "I"))), .impossible
        ),
        (
            record(field("v", #""int""#) + "," + field("n", #"["null","R"]"#)), #"{"v":1,"n":{"R":{"v":2,"n":null}}}"#,
            record(
                field("n", #"["null","R"]"#) + "," + field("v", #""double""#) + ","
                    + field("w", #""string""#, #""default":"w""#)),
            .json(#"{"v":1.0,"n":{"R":{"v":2.0,"n":null,"w":"w"}},"w":"w"}"#)
        ),
        (
            record(""), "{}",
            record(
                field("m", #"{"type":"map","values":{"type":"array","items":"double"}}"#, #""default":{"k":[1,2.5]}"#)),
            .json(#"{"m":{"k":[1.0,2.5]}}"#)
        ),
    ]

    static let unions: [(writer: String, json: String, reader: String, outcome: Outcome)] = [
        (#""int""#, "1", #"["null","int"]"#, .json(#"{"int":1}"#)),
        (#""null""#, "null", #"["int","null"]"#, .json("null")),
        (#""int""#, "1", #"["string","long","double"]"#, .json(#"{"long":1}"#)),
        (#""int""#, "1", #"["double","int"]"#, .json(#"{"int":1}"#)),
        (#""int""#, "1", #"["null","string"]"#, .impossible), (#""int""#, "1", "[]", .impossible),
        (#"["null","int"]"#, #"{"int":1}"#, #""long""#, .json("1")),
        (#"["null","int"]"#, "null", #""long""#, .unreadable(pointer: "")),
        (#"["null","int"]"#, #"{"int":1}"#, #"["double","null"]"#, .json(#"{"double":1.0}"#)),
        (#"["int","string"]"#, #"{"string":"x"}"#, #"["null","int"]"#, .unreadable(pointer: "")),
        (fixed, #""ab""#, #"[{"type":"fixed","name":"y.F","size":2},\#(fixed)]"#, .json(#"{"F":"ab"}"#)),
        (fixed, #""ab""#, #"["null",{"type":"fixed","name":"y.F","size":2}]"#, .json(#"{"y.F":"ab"}"#)),
        (
            record(field("a", #""int""#)), #"{"a":1}"#,
            "[\(record(field("a", #""int""#), name: "S")),\(record(field("a", #""long""#)))]", .json(#"{"R":{"a":1}}"#)
        ),
        (
            #"{"type":"array","items":["int","string"]}"#, #"[{"int":1},{"string":"x"}]"#,
            #"{"type":"array","items":["string","double"]}"#, .json(#"[{"double":1.0},{"string":"x"}]"#)
        ),
    ]

    @Test("values are resolved as the specification has it", arguments: promotions + named + fields + unions)
    func resolves(writer: String, json: String, reader: String, outcome: Outcome) throws {
        let (from, to) = try (AvroSchema(writer), AvroSchema(reader))
        let bytes = try OraclePairs.encode(text: json, from)
        var output: [UInt8] = [7]
        switch outcome {
        case .impossible:
            let error = #expect(throws: AvroResolutionError.self) { try AvroDecoder(writer: from, reader: to) }
            #expect(error?.message.isEmpty == false)
        case .unreadable(let pointer):
            let decoder = try AvroDecoder(writer: from, reader: to)
            let error = #expect(throws: AvroDecodingError.self) { try decoder.decode(bytes.span, to: &output) }
            #expect(error?.pointer.description == pointer)
            #expect(output == [7])
        case .json(let expected):
            try AvroDecoder(writer: from, reader: to).decode(bytes.span, to: &output)
            #expect(String(decoding: output.dropFirst(), as: UTF8.self) == expected)
        }
    }

    @Test("a branch is itself before it is another's alias")
    func aliases() throws {
        let other = #"{"type":"fixed","name":"Other","size":2,"aliases":["F"]}"#
        let schema = try AvroSchema("[\(other),\(Self.fixed)]")
        #expect(try OraclePairs.decode([2, 0x61, 0x62], schema) == ["F": "ab"])
        var output: [UInt8] = []
        let writer = try AvroSchema(Self.fixed)
        try AvroDecoder(writer: writer, reader: AvroSchema(#"["null",\#(other)]"#)).decode(
            [0x61, 0x62].span, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == #"{"Other":"ab"}"#)
    }

    @Test("decimals of another scale are bytes to each other")
    func decimals() throws {
        func schema(_ scale: Int) throws -> AvroSchema {
            try AvroSchema(#"{"type":"bytes","logicalType":"decimal","precision":5,"scale":\#(scale)}"#)
        }
        let options = AvroJSONOptions(decimals: .numbers)
        let bytes = try OraclePairs.encode(text: "1.5", schema(1), options)
        var output: [UInt8] = []
        try AvroDecoder(writer: schema(1), reader: schema(1), options: options).decode(bytes.span, to: &output)
        try AvroDecoder(writer: schema(1), reader: schema(2), options: options).decode(bytes.span, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == #""1.5""\u000f""#)
    }

    /// A schema of records each of which has one of the record before, from the last to the first.
    private static func chain(_ count: Int, _ innermost: String) -> String {
        let fields = (0..<count).map { index in
            let type = index == 0 ? innermost : #"["null","T\#(index - 1)"]"#
            return
                #"{"name":"f\#(index)","type":{"type":"record","name":"T\#(index)","fields":[{"name":"x","type":\#(type)}]}}"#
        }
        return
            #"{"type":"record","name":"R","fields":[\#(fields.joined(separator: ",")),{"name":"top","type":"T\#(count - 1)"}]}"#
    }

    @Test("thousands of types within each other are resolved and compared without a deep stack")
    func longChain() throws {
        let writer = try AvroSchema(Self.chain(3000, #""int""#))
        let reader = try AvroSchema(
            Self.chain(3000, #""string""#).replacing(#"{"name":"f0","#, with: #"{"name":"g0","default":{"x":""},"#))
        #expect(try reader.incompatibilities(withWriter: writer).map(\.kind).contains(.missingUnionBranch))
        #expect(throws: Never.self) { try AvroDecoder(writer: writer, reader: writer) }
        #expect(throws: Never.self) { try AvroDecoder(writer: writer, reader: reader) }
    }
}
