import Avro
import JSON
import Testing

@Suite("Schemas that hold")
struct SchemaParsingTests {
    @Test("a schema is seen as it was written")
    func view() throws {
        let schema = try AvroSchema(
            """
            {"type": "record", "name": "Order", "namespace": "com.x", "aliases": ["Old", "org.y.Older"], "doc": "An order.",
             "fields": [
               {"name": "id", "type": "long", "doc": "Its number.", "order": "descending", "aliases": ["nr"]},
               {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["A", "B"], "default": "B"},
                "default": "A"},
               {"name": "hash", "type": ["null", {"type": "fixed", "name": "org.z.Hash", "size": 16}], "order": "ignore"},
               {"name": "lines", "type": {"type": "array", "items": {"type": "map", "values": "Order"}}},
               {"name": "state2", "type": "com.x.State"}]}
            """)
        let root = schema.root
        #expect(root.kind == .record && root.fullName == "com.x.Order" && root.doc == "An order.")
        #expect(root.aliases == ["com.x.Old", "org.y.Older"])
        #expect(root.fields.map(\.name) == ["id", "state", "hash", "lines", "state2"])
        #expect(root.fields.map(\.order) == [.descending, .ascending, .ignore, .ascending, .ascending])
        #expect(root.fields.map(\.hasDefault) == [false, true, false, false, false])
        #expect(root.fields[0].doc == "Its number." && root.fields[0].aliases == ["nr"])
        #expect(root.fields[0].type.kind == .long)
        let state = root.fields[1].type
        #expect(state.fullName == "com.x.State" && state.symbols == ["A", "B"] && state.defaultSymbol == "B")
        let branches = root.fields[2].type.branches
        #expect(branches.map(\.kind) == [.null, .fixed])
        #expect(branches[1].fullName == "org.z.Hash" && branches[1].size == 16)
        #expect(root.fields[3].type.element?.element?.fullName == "com.x.Order")
        #expect(root.fields[4].type.fullName == "com.x.State")
    }

    static let fullNames: [(text: String, names: [String])] = [
        (#"{"type":"fixed","name":"F","size":1}"#, ["F"]), (#"{"type":"fixed","name":"a.F","size":1}"#, ["a.F"]),
        (#"{"type":"fixed","name":"F","namespace":"a.b","size":1}"#, ["a.b.F"]),
        (#"{"type":"fixed","name":"c.F","namespace":"a.b","size":1}"#, ["c.F"]),
        (#"{"type":"fixed","name":"F","namespace":"","size":1}"#, ["F"]),
        (#"{"type":"fixed","name":"F","namespace":null,"size":1}"#, ["F"]),
        (#"{"type":"error","name":"_9","fields":[]}"#, ["_9"]),
        (
            #"{"type":"record","name":"a.R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}},{"name":"g","type":"F"},{"name":"h","type":"a.F"}]}"#,
            ["a.R", "a.F", "a.F", "a.F"]
        ),
        (
            #"{"type":"record","name":"R","namespace":"a","fields":[{"name":"f","type":{"type":"fixed","name":"F","namespace":"","size":1}},{"name":"g","type":"F"}]}"#,
            ["a.R", "F", "F"]
        ),
        (
            #"{"type":"record","name":"R","namespace":"a","fields":[{"name":"f","type":{"type":"record","name":"b.S","fields":[{"name":"x","type":{"type":"enum","name":"E","symbols":[]}}]}},{"name":"g","type":"b.E"}]}"#,
            ["a.R", "b.S", "b.E"]
        ),
    ]

    @Test("names are completed by the namespace around them", arguments: fullNames)
    func names(text: String, names: [String]) throws {
        let root = try AvroSchema(text).root
        #expect([root.fullName] + root.fields.map(\.type.fullName) == names)
    }

    static let logicalTypes: [(type: String, logicalType: AvroLogicalType)] = [
        (#""int","logicalType":"date""#, .date), (#""int","logicalType":"time-millis""#, .timeMillis),
        (#""long","logicalType":"time-micros""#, .timeMicros),
        (#""long","logicalType":"timestamp-millis""#, .timestampMillis),
        (#""long","logicalType":"timestamp-micros""#, .timestampMicros),
        (#""long","logicalType":"timestamp-nanos""#, .timestampNanos),
        (#""long","logicalType":"local-timestamp-millis""#, .localTimestampMillis),
        (#""long","logicalType":"local-timestamp-micros""#, .localTimestampMicros),
        (#""long","logicalType":"local-timestamp-nanos""#, .localTimestampNanos),
        (#""string","logicalType":"uuid""#, .uuid), (#""fixed","name":"F","size":16,"logicalType":"uuid""#, .uuid),
        (#""fixed","name":"F","size":12,"logicalType":"duration""#, .duration),
        (#""bytes","logicalType":"decimal","precision":4,"scale":2"#, .decimal),
        (#""bytes","logicalType":"decimal","precision":4"#, .decimal),
        (#""fixed","name":"F","size":2,"logicalType":"decimal","precision":4"#, .decimal),
        (#""fixed","name":"F","size":8,"logicalType":"decimal","precision":18"#, .decimal),
        // Unknown, or in the wrong place, or without what it needs: none.
        (#""int","logicalType":"nonsense""#, .none), (#""int","logicalType":7"#, .none),
        (#""long","logicalType":"date""#, .none), (#""int","logicalType":"timestamp-millis""#, .none),
        (#""bytes","logicalType":"uuid""#, .none), (#""fixed","name":"F","size":15,"logicalType":"uuid""#, .none),
        (#""fixed","name":"F","size":13,"logicalType":"duration""#, .none),
        (#""string","logicalType":"decimal","precision":4"#, .none), (#""bytes","logicalType":"decimal""#, .none),
        (#""bytes","logicalType":"decimal","precision":0"#, .none),
        (#""bytes","logicalType":"decimal","precision":"4""#, .none),
        (#""bytes","logicalType":"decimal","precision":4,"scale":5"#, .none),
        (#""bytes","logicalType":"decimal","precision":4,"scale":-1"#, .none),
        (#""fixed","name":"F","size":2,"logicalType":"decimal","precision":5"#, .none),
        (#""fixed","name":"F","size":8,"logicalType":"decimal","precision":19"#, .none),
        (#""fixed","name":"F","size":0,"logicalType":"decimal","precision":1"#, .none),
    ]

    @Test("a logical type holds where it may be, and is ignored elsewhere", arguments: logicalTypes)
    func logicalType(type: String, logicalType: AvroLogicalType) throws {
        #expect(try AvroSchema("{\"type\":\(type)}").root.logicalType == logicalType)
    }

    @Test("references are found in any order, and may use each other")
    func references() throws {
        let references = [
            "z.Address":
                #"{"type":"record","name":"Address","namespace":"z","fields":[{"name":"c","type":"a.Country"}]}"#,
            "a.Country":
                #"{"type":"record","name":"Country","namespace":"a","fields":[{"name":"code","type":{"type":"fixed","name":"Code","size":2}}]}"#,
            "m.User":
                #"{"type":"record","name":"User","namespace":"m","fields":[{"name":"home","type":"z.Address"},{"name":"code","type":"a.Code"}]}"#,
        ]
        let schema = try AvroSchema(
            #"{"type":"record","name":"R","namespace":"z","fields":[{"name":"u","type":"m.User"},{"name":"a","type":["null","Address"]}]}"#,
            references: references)
        #expect(
            schema.canonicalForm
                == #"{"name":"z.R","type":"record","fields":[{"name":"u","type":{"name":"m.User","type":"record","fields":[{"name":"home","type":{"name":"z.Address","type":"record","fields":[{"name":"c","type":{"name":"a.Country","type":"record","fields":[{"name":"code","type":{"name":"a.Code","type":"fixed","size":2}}]}}]}},{"name":"code","type":"a.Code"}]}},{"name":"a","type":["null","z.Address"]}]}"#
        )
        #expect(try AvroSchema(#""m.User""#, references: references).root.fullName == "m.User")
    }

    @Test("a default takes the defaults of the fields it leaves out, wherever they stand")
    func defaults() throws {
        let references = [
            "A":
                #"{"type":"record","name":"A","fields":[{"name":"b","type":"B","default":{}},{"name":"i","type":"int","default":3}]}"#,
            "B": #"{"type":"record","name":"B","fields":[{"name":"s","type":"string","default":"x"}]}"#,
        ]
        let schema = try AvroSchema(
            #"{"type":"record","name":"R","fields":[{"name":"a","type":"A","default":{"i":5}}]}"#,
            references: references)
        #expect(try OraclePairs.encode([:], schema) == [2, 0x78, 10])
    }

    static let defaultValues: [(type: String, value: String, bytes: [UInt8])] = [
        (#""null""#, "null", []), (#""boolean""#, "true", [1]), (#""int""#, "-1", [1]),
        (#""long""#, "1e3", [0xd0, 0x0f]),
        (#""float""#, #""NaN""#, [0, 0, 0xc0, 0x7f]), (#""double""#, "1", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
        (#""bytes""#, #""\u00ff""#, [2, 0xff]), (#""string""#, #""é""#, [4, 0xc3, 0xa9]),
        (#"["null","string"]"#, "null", [0]), (#"["string","null"]"#, "null", [2]),
        (#"["null","string"]"#, #""a""#, [2, 2, 0x61]),
        // The first branch that the value fits, not the most specific.
        (#"["double","int"]"#, "1", [0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
        (#"{"type":"record","name":"I","fields":[{"name":"a","type":"int"}]}"#, #"{"a":1,"more":2}"#, [2]),
        (#"{"type":"array","items":["null","int"]}"#, "[null,1]", [4, 0, 2, 2, 0]),
    ]

    @Test("defaults are kept as they will be written", arguments: defaultValues)
    func defaultValue(type: String, value: String, bytes: [UInt8]) throws {
        let schema = try AvroSchema(
            #"{"type":"record","name":"R","fields":[{"name":"f","type":\#(type),"default":\#(value)}]}"#)
        #expect(try OraclePairs.encode([:], schema) == bytes)
    }
}
