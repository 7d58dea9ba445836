import Avro

/// A schema, what it was before, and what hinders reading the old with the new.
struct Evolution: Sendable {
    let reader: String
    let writer: String
    /// "KIND pointer", in order.
    let hindrances: [String]

    init(_ reader: String, _ writer: String, _ hindrances: String...) {
        (self.reader, self.writer, self.hindrances) = (reader, writer, hindrances)
    }

    private static func record(_ fields: String..., name: String = "R", more: String = "") -> String {
        #"{"type":"record","name":"\#(name)",\#(more)"fields":[\#(fields.joined(separator: ","))]}"#
    }

    private static func field(_ name: String, _ type: String, _ more: String = "") -> String {
        #"{"name":"\#(name)","type":\#(type)\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    private static func enumeration(_ symbols: String, name: String = "E", more: String = "") -> String {
        #"{"type":"enum","name":"\#(name)","symbols":[\#(symbols)]\#(more)}"#
    }

    private static func fixed(_ size: Int, name: String = "F", more: String = "") -> String {
        #"{"type":"fixed","name":"\#(name)","size":\#(size)\#(more)}"#
    }

    private static func array(_ items: String) -> String { #"{"type":"array","items":\#(items)}"# }
    private static func map(_ values: String) -> String { #"{"type":"map","values":\#(values)}"# }

    static let primitives: [Evolution] = [
        .init(#""int""#, #""int""#), .init(#""long""#, #""int""#), .init(#""float""#, #""int""#),
        .init(#""double""#, #""int""#),
        .init(#""float""#, #""long""#), .init(#""double""#, #""long""#), .init(#""double""#, #""float""#),
        .init(#""string""#, #""bytes""#),
        .init(#""bytes""#, #""string""#), .init(#""int""#, #""long""#, "TYPE_MISMATCH "),
        .init(#""int""#, #""float""#, "TYPE_MISMATCH "),
        .init(#""long""#, #""float""#, "TYPE_MISMATCH "), .init(#""float""#, #""double""#, "TYPE_MISMATCH "),
        .init(#""string""#, #""int""#, "TYPE_MISMATCH "),
        .init(#""boolean""#, #""int""#, "TYPE_MISMATCH "), .init(#""null""#, #""int""#, "TYPE_MISMATCH "),
        .init(#""int""#, #""null""#, "TYPE_MISMATCH "),
        .init(#""bytes""#, fixed(2), "TYPE_MISMATCH "), .init(fixed(2), #""bytes""#, "TYPE_MISMATCH "),
        .init(#""string""#, enumeration(#""A""#), "TYPE_MISMATCH "),
        .init(#"{"type":"int","logicalType":"date"}"#, #""int""#),
        .init(
            #"{"type":"long","logicalType":"timestamp-millis"}"#, #"{"type":"long","logicalType":"timestamp-micros"}"#),
        .init(array(#""long""#), array(#""int""#)), .init(array(#""int""#), array(#""long""#), "TYPE_MISMATCH /items"),
        .init(map(#""double""#), map(#""float""#)),
        .init(map(array(#""int""#)), map(array(#""string""#)), "TYPE_MISMATCH /values/items"),
        .init(array(#""int""#), map(#""int""#), "TYPE_MISMATCH "),
        .init(map(#""int""#), array(#""int""#), "TYPE_MISMATCH "),
    ]

    static let named: [Evolution] = [
        .init(fixed(2), fixed(2)), .init(fixed(3), fixed(2), "FIXED_SIZE_MISMATCH /size"),
        .init(fixed(2, name: "G"), fixed(2), "NAME_MISMATCH /name"),
        .init(fixed(3, name: "G"), fixed(2), "NAME_MISMATCH /name", "FIXED_SIZE_MISMATCH /size"),
        .init(fixed(2, name: "x.F"), fixed(2, name: "y.F")),
        .init(fixed(2, name: "G", more: #","aliases":["F"]"#), fixed(2)),
        .init(fixed(2, name: "x.G", more: #","aliases":["y.F"]"#), fixed(2, name: "z.F"), "NAME_MISMATCH /name"),
        .init(enumeration(#""A","B""#), enumeration(#""A""#)),
        .init(enumeration(#""B","A""#), enumeration(#""A","B""#)),
        .init(enumeration(#""A""#), enumeration(#""A","B""#), "MISSING_ENUM_SYMBOLS /symbols"),
        .init(enumeration(#""A""#, more: #","default":"A""#), enumeration(#""A","B""#)),
        .init(
            enumeration(#""A""#), enumeration(#""A","B""#, more: #","default":"A""#), "MISSING_ENUM_SYMBOLS /symbols"),
        .init(
            enumeration(#""A""#, name: "X"), enumeration(#""B""#), "NAME_MISMATCH /name",
            "MISSING_ENUM_SYMBOLS /symbols"),
        .init(enumeration(#""A""#, name: "X", more: #","aliases":["E"]"#), enumeration(#""A""#)),
    ]

    static let records: [Evolution] = [
        .init(record(), record(field("a", #""int""#))),
        .init(record(field("a", #""int""#)), record(), "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0"),
        .init(record(field("a", #""int""#, #""default":0"#)), record()),
        .init(record(field("a", #"["null","int"]"#, #""default":null"#)), record()),
        .init(record(field("a", #"["null","int"]"#)), record(), "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0"),
        .init(
            record(field("b", #""int""#), field("a", #""int""#)), record(field("a", #""int""#), field("b", #""int""#))),
        .init(record(field("a", #""long""#)), record(field("a", #""int""#))),
        .init(record(field("a", #""int""#)), record(field("a", #""string""#)), "TYPE_MISMATCH /fields/0/type"),
        .init(record(field("b", #""int""#, #""aliases":["a"]"#)), record(field("a", #""int""#))),
        .init(
            record(field("b", #""int""#)), record(field("a", #""int""#)), "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0"
        ),
        .init(
            record(field("b", #""int""#, #""aliases":["a"]"#)), record(field("a", #""string""#)),
            "TYPE_MISMATCH /fields/0/type"), .init(record(name: "S"), record(), "NAME_MISMATCH /name"),
        .init(record(name: "S", more: #""aliases":["R"],"#), record()), .init(record(name: "x.R"), record(name: "y.R")),
        .init(
            record(field("x", #""int""#), name: "S"), record(), "NAME_MISMATCH /name",
            "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0"),
        .init(
            record(field("a", #""int""#), field("z", #""int""#), field("b", #""boolean""#)),
            record(field("a", #""string""#), field("b", #""int""#)), "TYPE_MISMATCH /fields/0/type",
            "READER_FIELD_MISSING_DEFAULT_VALUE /fields/1", "TYPE_MISMATCH /fields/2/type"),
        .init(
            record(field("i", record(field("a", #""int""#), name: "I"))), record(field("i", record(name: "I"))),
            "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0/type/fields/0"),
        .init(
            record(field("l", array(record(field("a", fixed(1)), name: "I")))),
            record(field("l", array(record(field("a", fixed(2)), name: "I")))),
            "FIXED_SIZE_MISMATCH /fields/0/type/items/fields/0/type/size"),
        .init(record(field("n", #"["null","R"]"#)), record(field("n", #"["null","R"]"#))),
        .init(
            record(field("n", #"["null","R"]"#), field("v", #""int""#)), record(field("n", #"["null","R"]"#)),
            "READER_FIELD_MISSING_DEFAULT_VALUE /fields/1"),
        .init(
            record(field("v", #""int""#), field("n", map(#""R""#))),
            record(field("v", #""long""#), field("n", map(#""R""#))), "TYPE_MISMATCH /fields/0/type"),
        .init(#""int""#, record(), "TYPE_MISMATCH "), .init(record(), #""int""#, "TYPE_MISMATCH "),
    ]

    static let unions: [Evolution] = [
        .init(#"["null","int"]"#, #""int""#), .init(#"["null","long"]"#, #""int""#),
        .init(#"["null","string"]"#, #""int""#, "MISSING_UNION_BRANCH "), .init(#""int""#, #"["int"]"#),
        .init(#""long""#, #"["int","long"]"#),
        .init(#""int""#, #"["null","int"]"#, "TYPE_MISMATCH "),
        .init(#""int""#, #"["null","string"]"#, "TYPE_MISMATCH ", "TYPE_MISMATCH "),
        .init(#"["int","null"]"#, #"["null","int"]"#), .init(#"["null","int","string"]"#, #"["null","int"]"#),
        .init(#"["null"]"#, #"["null","int"]"#, "MISSING_UNION_BRANCH /1"),
        .init(#"["string"]"#, #"["null","int","bytes"]"#, "MISSING_UNION_BRANCH /0", "MISSING_UNION_BRANCH /1"),
        .init("[]", #"["null"]"#, "MISSING_UNION_BRANCH /0"), .init(#""int""#, "[]"),
        .init("[]", "[]"),
        .init(
            "[\(record(name: "A")),\(record(field("x", #""int""#), name: "B"))]", record(name: "B"),
            "MISSING_UNION_BRANCH "), .init("[\(record(name: "A")),\(record(name: "B"))]", record(name: "B")),
        .init(
            record(field("a", #"["null","int"]"#)), record(field("a", #"["null","string"]"#)),
            "MISSING_UNION_BRANCH /fields/0/type/1"),
        .init(record(field("a", #"["null","int"]"#)), record(field("a", #""int""#))),
        .init(record(field("a", #""int""#)), record(field("a", #"["null","int"]"#)), "TYPE_MISMATCH /fields/0/type"),
        .init(array(#"["int","string"]"#), array(#""string""#)),
        .init("[\(array(#""int""#))]", array(#""string""#), "MISSING_UNION_BRANCH "),
    ]

    /// Changes of names and of what is within what.
    static let moves: [Evolution] = [
        .init(
            record(field("e", enumeration(#""A""#, name: "y.E"))), record(field("e", enumeration(#""A""#, name: "x.E")))
        ),
        .init(
            record(field("e", enumeration(#""A""#, name: "y.F"))),
            record(field("e", enumeration(#""A""#, name: "x.E"))),
            "NAME_MISMATCH /fields/0/type/name"),
        .init(
            record(field("e", enumeration(#""A""#, name: "y.F", more: #","aliases":["x.E"]"#))),
            record(field("e", enumeration(#""A""#, name: "x.E")))),
        .init(
            record(field("e", enumeration(#""A""#, more: #","default":"A""#))),
            record(field("e", enumeration(#""A","B","C""#)))),
        .init(
            record(field("e", #"["null",\#(enumeration(#""A""#))]"#)),
            record(field("e", #"["null",\#(enumeration(#""A","B""#))]"#)), "MISSING_UNION_BRANCH /fields/0/type/1"),
        .init(
            record(field("e", #"["null",\#(enumeration(#""A""#, more: #","default":"A""#))]"#)),
            record(field("e", #"["null",\#(enumeration(#""A","B""#))]"#))),
        .init(
            record(field("i", record(field("b", #""long""#, #""aliases":["a"]"#), name: "I"))),
            record(field("i", record(field("a", #""int""#), name: "I")))),
        .init(
            record(field("i", #"["null",\#(record(field("a", #""int""#, #""default":1"#), name: "I"))]"#)),
            record(field("i", #"["null",\#(record(name: "I"))]"#))),
        .init(
            record(field("i", #"["null",\#(record(field("a", #""int""#), name: "I"))]"#)),
            record(field("i", #"["null",\#(record(name: "I"))]"#)), "MISSING_UNION_BRANCH /fields/0/type/1"),
        .init(
            record(field("v", #""long""#), field("n", #"["null","R"]"#), name: "R"),
            record(field("v", #""int""#), field("n", #"["null","R"]"#), name: "R")),
        .init(
            record(field("l", array(#""R""#)), field("m", map(#""R""#)), field("f", fixed(4))),
            record(field("m", map(#""R""#)), field("l", array(#""R""#)), field("f", fixed(8))),
            "FIXED_SIZE_MISMATCH /fields/2/type/size"),
        .init(
            record(field("f", #"["null",\#(fixed(4))]"#)), record(field("f", fixed(8))),
            "MISSING_UNION_BRANCH /fields/0/type"),
        .init(
            record(field("a", #""int""#), field("b", #""int""#, #""default":0"#), field("c", #""int""#)), record(),
            "READER_FIELD_MISSING_DEFAULT_VALUE /fields/0", "READER_FIELD_MISSING_DEFAULT_VALUE /fields/2"),
        .init(map(record(field("a", #""double""#))), map(record(field("a", #""float""#), field("b", #""null""#)))),
        .init(
            array(#"["null","string"]"#), array(#"["null","string","long"]"#), "MISSING_UNION_BRANCH /items/2"),
        .init(array(#"["null","string","double"]"#), array(#"["null","bytes","long"]"#)),
    ]

    static let all = primitives + named + records + unions + moves
}
