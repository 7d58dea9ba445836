import Avro
import JSON
import Testing

@Suite("Documents that do not fit")
struct ViolationTests {
    struct Case: Sendable {
        let schema: String
        let json: String
        let rule: AvroRule
        let pointer: String
        let expected: String
        let found: String
        var options = AvroJSONOptions()

        init(
            _ schema: String, _ json: String, _ rule: AvroRule, _ pointer: String, _ expected: String,
            _ found: String, _ options: AvroJSONOptions = AvroJSONOptions()
        ) {
            (self.schema, self.json, self.rule, self.pointer) = (schema, json, rule, pointer)
            (self.expected, self.found, self.options) = (expected, found, options)
        }
    }

    private static let plain = AvroJSONOptions(form: .simpleJSON)
    private static let numbers = AvroJSONOptions(decimals: .numbers)
    private static let int = "a whole number from -2147483648 to 2147483647"
    private static let long = "a whole number from -9223372036854775808 to 9223372036854775807"
    private static let bytes = "a string of characters from U+0000 to U+00FF"
    private static let record =
        #"{"type":"record","name":"x.R","fields":[{"name":"a","type":"int"},{"name":"b","type":"string"}]}"#
    private static let twoRecords =
        #"["null",\#(record),{"type":"record","name":"S","fields":[{"name":"c","type":"int"}]}]"#
    private static let decimal = #"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#

    static let scalars: [Case] = [
        .init(#""null""#, "0", .wrongType, "", "null", "the number 0"),
        .init(#""boolean""#, "1", .wrongType, "", "a boolean", "the number 1"),
        .init(#""boolean""#, #""true""#, .wrongType, "", "a boolean", #"the string "true""#),
        .init(#""int""#, "true", .wrongType, "", int, "true"),
        .init(#""int""#, #""1""#, .wrongType, "", int, #"the string "1""#),
        .init(#""int""#, "null", .wrongType, "", int, "null"),
        .init(#""int""#, "1.5", .notWhole, "", int, "the number 1.5"),
        .init(#""long""#, "-0.1", .notWhole, "", long, "the number -0.1"),
        .init(#""int""#, "2147483648", .outOfRange, "", int, "the number 2147483648"),
        .init(#""int""#, "-2147483649", .outOfRange, "", int, "the number -2147483649"),
        .init(#""int""#, "3e9", .outOfRange, "", int, "the number 3000000000.0"),
        .init(#""long""#, "9223372036854775808", .outOfRange, "", long, "the number 9223372036854775808"),
        .init(#""long""#, "1e19", .outOfRange, "", long, "the number 1e+19"),
        .init(#""long""#, "9007199254740994.0", .outOfRange, "", long, "the number 9.007199254740994e+15"),
        .init(#""float""#, "1e39", .outOfRange, "", "a number that fits a float", "the number 1e+39"),
        .init(#""float""#, #""nan""#, .wrongType, "", "a number", #"the string "nan""#),
        .init(#""double""#, "false", .wrongType, "", "a number", "false"),
        .init(#""string""#, "1", .wrongType, "", "a string", "the number 1"),
        .init(#""string""#, "[]", .wrongType, "", "a string", "an array"),
        .init(#""bytes""#, "{}", .wrongType, "", bytes, "an object"),
        .init(#""bytes""#, #""a\u0100""#, .notBytes, "", bytes, "the string \"a\u{100}\""),
        .init(#""bytes""#, #""\u20ac""#, .notBytes, "", bytes, #"the string "€""#),
        .init(
            #"{"type":"fixed","name":"F","size":2}"#, #""a""#, .wrongLength, "",
            "a string of 2 characters from U+0000 to U+00FF", #"the string "a""#),
        .init(
            #"{"type":"fixed","name":"F","size":2}"#, #""abc""#, .wrongLength, "",
            "a string of 2 characters from U+0000 to U+00FF", #"the string "abc""#),
        .init(
            #"{"type":"enum","name":"E","symbols":["A","B"]}"#, #""C""#, .unknownSymbol, "", "one of A, B",
            #"the string "C""#),
        .init(
            #"{"type":"enum","name":"E","symbols":[]}"#, #""C""#, .unknownSymbol, "", "one of none", #"the string "C""#),
        .init(#"{"type":"enum","name":"E","symbols":["A"]}"#, "0", .wrongType, "", "one of A", "the number 0"),
        .init(
            #""boolean""#, #""\#(String(repeating: "é", count: 41))""#, .wrongType, "", "a boolean",
            "a string of 41 characters"),
    ]

    static let containers: [Case] = [
        .init(#"{"type":"array","items":"int"}"#, "{}", .wrongType, "", "an array", "an object"),
        .init(#"{"type":"array","items":"int"}"#, "[1,[],2]", .wrongType, "/1", int, "an array"),
        .init(#"{"type":"map","values":"int"}"#, "[]", .wrongType, "", "an object", "an array"),
        .init(#"{"type":"map","values":"int"}"#, #"{"a/b":1,"c~":""}"#, .wrongType, "/c~0", int, #"the string """#),
        .init(record, "7", .wrongType, "", "an object", "the number 7"),
        .init(record, #"{"a":1}"#, .missingField, "/b", "a string", "nothing"),
        .init(record, #"{"a":1,"b":"","z/":[]}"#, .unknownField, "/z~1", "no member of this name", "an array"),
        .init(record, #"{"z":1,"a":1,"b":""}"#, .unknownField, "/z", "no member of this name", "the number 1"),
        .init(record, #"{"a":1,"b":"","a":2}"#, .repeatedField, "/a", "one member of this name", "the number 2"),
        .init(record, #"{"b":"x","b":"y","a":1}"#, .repeatedField, "/b", "one member of this name", #"the string "y""#),
        .init(
            #"{"type":"array","items":\#(record)}"#, #"[{"a":1,"b":""},{"b":1,"a":1}]"#, .wrongType, "/1/b", "a string",
            "the number 1"),
    ]

    static let unions: [Case] = [
        .init(
            #"["null","int"]"#, "1", .notTagged, "",
            "null or an object with one member, named as its type: one of null, int", "the number 1"),
        .init(
            #"["int","string"]"#, #"{"int":1,"string":"a"}"#, .notTagged, "",
            "an object with one member, named as its type: one of int, string", "an object"),
        .init(
            #"["int","string"]"#, "{}", .notTagged, "",
            "an object with one member, named as its type: one of int, string", "an object"),
        .init(
            #"["int","string"]"#, "null", .noBranch, "",
            "an object with one member, named as its type: one of int, string", "null"),
        .init(
            #"["null",\#(record)]"#, #"{"R":{}}"#, .unknownBranch, "/R", "the value of one of the branches null, x.R",
            "an object"),
        .init(#"["null","int"]"#, #"{"int":"x"}"#, .wrongType, "/int", int, #"the string "x""#),
        .init(#"["null","int"]"#, #"{"int":1.5}"#, .notWhole, "/int", int, "the number 1.5", plain.tagged),
        .init(#"["null","int"]"#, #""x""#, .wrongType, "", int, #"the string "x""#, plain),
        .init(#"["int","string"]"#, "null", .noBranch, "", "a value of one of int, string", "null", plain),
        .init(#"["int","string"]"#, "true", .noBranch, "", "a value of one of int, string", "true", plain),
        .init(#"["null","int","string"]"#, "3000000000", .outOfRange, "", int, "the number 3000000000", plain),
        .init(
            #"["null","int","long"]"#, "1.5", .noBranch, "", "a value of one of null, int, long", "the number 1.5",
            plain), .init("[]", "1", .noBranch, "", "a value of one of none", "the number 1", plain),
        .init(#"["null","int",\#(record)]"#, #"{"a":"x","b":""}"#, .wrongType, "/a", int, #"the string "x""#, plain),
        .init(twoRecords, #"{"a":1,"c":1}"#, .noBranch, "", "a value of one of null, x.R, S", "an object", plain),
        .init(twoRecords, #"{"c":true}"#, .wrongType, "/c", int, "true", plain),
    ]

    private static let decimalWords = "a decimal number of at most 4 digits, 2 of them behind the point"
    static let decimals: [Case] = [
        .init(decimal, #""1.2.3""#, .notDecimal, "", decimalWords, #"the string "1.2.3""#, numbers),
        .init(decimal, #""""#, .notDecimal, "", decimalWords, #"the string """#, numbers),
        .init(decimal, #""1.""#, .notDecimal, "", decimalWords, #"the string "1.""#, numbers),
        .init(decimal, #"".5""#, .notDecimal, "", decimalWords, #"the string ".5""#, numbers),
        .init(decimal, #""1e""#, .notDecimal, "", decimalWords, #"the string "1e""#, numbers),
        .init(decimal, #""NaN""#, .notDecimal, "", decimalWords, #"the string "NaN""#, numbers),
        .init(decimal, "123", .tooManyDigits, "", decimalWords, "the number 123", numbers),
        .init(decimal, "1e2", .tooManyDigits, "", decimalWords, "the number 100.0", numbers),
        .init(
            decimal, #""1e999999999999""#, .tooManyDigits, "", decimalWords, #"the string "1e999999999999""#, numbers),
        .init(decimal, "0.001", .tooFine, "", decimalWords, "the number 0.001", numbers),
        .init(decimal, "0.1000000000000000000055", .tooFine, "", decimalWords, "the number 0.1", numbers),
        .init(decimal, #""1e-999999999999""#, .tooFine, "", decimalWords, #"the string "1e-999999999999""#, numbers),
        .init(decimal, "true", .wrongType, "", decimalWords, "true", numbers),
        .init(decimal, "1.5", .wrongType, "", bytes, "the number 1.5"),
    ]

    @Test(
        "what does not fit is told: the rule, where, what was expected and what was found",
        arguments: scalars + containers + unions + decimals)
    func tells(one: Case) throws {
        let violations = try Self.violations(one.schema, one.json, one.options).all
        let violation = try #require(violations.first, "it was encoded")
        #expect(violations.count == 1, "\(violations)")
        #expect(violation.rule == one.rule)
        #expect(violation.pointer.description == one.pointer)
        #expect(violation.expected == one.expected)
        #expect(violation.found == one.found)
    }

    @Test("the tables have every rule")
    func rules() {
        let known = Set((Self.scalars + Self.containers + Self.unions + Self.decimals).map(\.rule))
        #expect(known.union([.tooManyAttempts]) == Set(AvroRule.allCases))
    }

    static func violations(
        _ schema: String, _ json: String, _ options: AvroJSONOptions = AvroJSONOptions()
    ) throws -> (all: [AvroViolation], areAll: Bool) {
        var output: [UInt8] = [7]
        let text = Array(json.utf8)
        do {
            try AvroEncoder(AvroSchema(schema), options: options).encode(text.span, with: JSONParser(), to: &output)
            return ([], true)
        } catch AvroEncodingError.violations(let all, let areAll) {
            #expect(output == [7])
            return (all, areAll)
        }
    }

    @Test("all is told at once, in the order of the document")
    func all() throws {
        let found = try Self.violations(
            #"{"type":"array","items":\#(Self.record)}"#,
            #"[{"b":1,"a":"x"},{"a":1,"b":""},7,{"y":1,"b":"","z":2},{"a":1.5,"b":null}]"#
        ).all.map { "\($0.rule.rawValue) \($0.pointer)" }
        #expect(
            found == [
                "wrongType /0/b", "wrongType /0/a", "wrongType /2", "missingField /3/a", "unknownField /3/y",
                "unknownField /3/z", "notWhole /4/a", "wrongType /4/b",
            ])
    }

    @Test("a hundred are told, and that there are more")
    func bound() throws {
        func document(_ count: Int) -> String {
            "[" + Array(repeating: "true", count: count).joined(separator: ",") + "]"
        }
        let schema = #"{"type":"array","items":"int"}"#
        let hundred = try Self.violations(schema, document(100))
        #expect(hundred.all.count == 100 && hundred.areAll)
        let more = try Self.violations(schema, document(50_000))
        #expect(more.all.count == 100 && !more.areAll)
        #expect(more.all.last?.pointer.description == "/99")
    }

    @Test("members that a record does not have are passed over when asked to")
    func ignoresUnknown() throws {
        let schema = try AvroSchema(Self.record)
        let value: JSONValue = ["z": [1, ["y": 2]], "b": "x", "q": .null, "a": 1]
        let options = AvroJSONOptions(ignoresUnknownFields: true)
        #expect(try OraclePairs.encode(value, schema, options) == [2, 2, 0x78])
    }
}

extension AvroJSONOptions {
    fileprivate var tagged: AvroJSONOptions {
        var options = self
        options.form = .avroJSON
        return options
    }
}
