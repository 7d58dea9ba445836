import JSON
import Protobuf
import Testing

@Suite("Violations")
struct ViolationTests {
    private static func violations(
        _ json: String, _ message: ProtobufMessage, _ options: ProtobufJSONOptions = ProtobufJSONOptions()
    ) -> [ProtobufViolation] {
        do {
            _ = try Codec.encode(json, message, options)
            return []
        } catch ProtobufEncodingError.violations(let violations, _) {
            return violations
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    @Test(
        "each is told with its rule, its place and what was expected",
        arguments: [
            ("[]", "wrongType", "the value: expected an object, found an array"),
            (
                #"{"all":{"int32":"x"}}"#, "badText",
                "/all/int32: expected a whole number from -2147483648 to 2147483647, found the string \"x\""
            ),
            (
                #"{"int32":true}"#, "wrongType",
                "/int32: expected a whole number from -2147483648 to 2147483647, found true"
            ),
            (
                #"{"uint32":-1}"#, "outOfRange",
                "/uint32: expected a whole number from 0 to 4294967295, found the number -1"
            ),
            (
                #"{"int64":1.5}"#, "notWhole",
                "/int64: expected a whole number from -9223372036854775808 to 9223372036854775807, found the number 1.5"
            ),
            (
                #"{"uint64":"18446744073709551616"}"#, "outOfRange",
                "/uint64: expected a whole number from 0 to 18446744073709551615, found the string \"18446744073709551616\""
            ),
            (#"{"float":1e39}"#, "outOfRange", "/float: expected a number that fits a float, found the number 1e+39"),
            (
                #"{"double":"x"}"#, "badText",
                "/double: expected a number, \"NaN\", \"Infinity\" or \"-Infinity\", found the string \"x\""
            ),
            (#"{"bool":0}"#, "wrongType", "/bool: expected a boolean, found the number 0"),
            (#"{"string":5}"#, "wrongType", "/string: expected a string, found the number 5"),
            (#"{"bytes":"*"}"#, "badText", "/bytes: expected a string in base 64, found the string \"*\""),
            (#"{"enum":"X"}"#, "unknownSymbol", "/enum: expected one of MINUS, ZERO, ONE, found the string \"X\""),
            (#"{"enum":[]}"#, "wrongType", "/enum: expected one of MINUS, ZERO, ONE, found an array"),
            (#"{"what":5}"#, "unknownField", "/what: expected no member of this name, found the number 5"),
            (
                #"{"alls":[{},{"what":null}]}"#, "unknownField",
                "/alls/1/what: expected no member of this name, found null"
            ),
            (
                #"{"int32":1,"int32":2}"#, "repeatedField",
                "/int32: expected one member for the field, found the number 2"
            ),
            (
                #"{"pickInt":1,"pickString":"a"}"#, "secondOfOneof",
                "/pickString: expected one member of the oneof 'choice', of which 'pickInt' is there, found the string \"a\""
            ),
            (
                #"{"packed":[1,null]}"#, "wrongType",
                "/packed/1: expected a whole number from -2147483648 to 2147483647, found null"
            ),
            (#"{"strings":"a"}"#, "wrongType", "/strings: expected an array, found the string \"a\""),
            (
                #"{"byString":{"a/b":"x"}}"#, "badText",
                "/byString/a~1b: expected a whole number from -2147483648 to 2147483647, found the string \"x\""
            ),
            (
                #"{"byInt32":{"x":"a"}}"#, "badText",
                "/byInt32/x: expected a whole number from -2147483648 to 2147483647 as the member's name, found the string \"a\""
            ),
            (
                #"{"byBool":{"1":"ONE"}}"#, "badText",
                "/byBool/1: expected \"true\" or \"false\" as the member's name, found the string \"ONE\""
            ),
            (
                #"{"byString":{"a":1,"b":2,"a":3}}"#, "repeatedField",
                "/byString/a: expected one member of this name, found the number 3"
            ),
            (
                #"{"time":"x"}"#, "badText",
                "/time: expected a time such as \"2026-01-31T12:00:00.5Z\", from year 1 to 9999, found the string \"x\""
            ),
            (
                #"{"duration":5}"#, "wrongType",
                "/duration: expected a duration such as \"1.5s\", of at most 315576000000 seconds and nine digits, found the number 5"
            ),
            (
                #"{"mask":"a_b"}"#, "badText",
                "/mask: expected paths of fields in lowerCamelCase, with commas between them, found the string \"a_b\""
            ),
            (
                #"{"wrappedInt64":"x"}"#, "badText",
                "/wrappedInt64: expected a whole number from -9223372036854775808 to 9223372036854775807, found the string \"x\""
            ),
            (
                #"{"any":{"int32":1}}"#, "missingField",
                "/any: expected an object with a member \"@type\", found an object"
            ),
            (
                #"{"any":{"@type":"a/b.C"}}"#, "unknownType",
                "/any/@type: expected a slash and the full name of a message of the schema or its imports, found the string \"a/b.C\""
            ),
            (
                #"{"any":{"@type":"a/google.protobuf.Duration"}}"#, "missingField",
                "/any: expected an object with a member \"value\", found an object"
            ),
            (
                #"{"any":{"@type":"a/google.protobuf.Duration","value":"1s","x":1}}"#, "unknownField",
                "/any/x: expected no member but \"@type\" and \"value\", found the number 1"
            ),
            (
                #"{"any":{"@type":"a/s.All","int32":"x"}}"#, "badText",
                "/any/int32: expected a whole number from -2147483648 to 2147483647, found the string \"x\""
            ),
            (
                #"{"struct":{"a":1,"a":2}}"#, "repeatedField",
                "/struct/a: expected one member of this name, found the number 2"
            ),
        ])
    func words(json: String, rule: String, words: String) throws {
        let found = Self.violations(json, try Samples.all())
        #expect(found.map(\.description) == [words])
        #expect(found.map(\.rule.rawValue) == [rule])
    }

    @Test("fields of proto2 that are required are missed by name, at each level")
    func required() throws {
        let found = Self.violations(#"{"g":{},"h":[{"m":{}}],"id":null}"#, try Samples.message())
        #expect(
            found.map(\.description) == [
                "/id: expected a value, found nothing", "/g/y: expected a value, found nothing",
                "/h/0/m/id: expected a value, found nothing",
            ])
        #expect(Self.violations(#"{"id":1,"e":3}"#, try Samples.message()).map(\.rule) == [.unknownSymbol])
    }

    @Test("all are told, in the order of the document, up to a hundred")
    func many() throws {
        let message = try Samples.all()
        let found = Self.violations(#"{"string":1,"int32":"a","alls":[{"x":1},2],"bool":"b"}"#, message)
        #expect(found.map(\.pointer.description) == ["/string", "/int32", "/alls/0/x", "/alls/1", "/bool"])
        let text = #"{"packed":["# + Array(repeating: "\"x\"", count: 150).joined(separator: ",") + "]}"
        do {
            _ = try Codec.encode(text, message)
            Issue.record("taken")
        } catch ProtobufEncodingError.violations(let violations, let areAll) {
            #expect(violations.count == ProtobufEncoder.mostViolations && !areAll)
        }
    }

    @Test("what is unknown is passed over when told so: members, names of enums' values, with their entries")
    func ignored() throws {
        let options = ProtobufJSONOptions(ignoresUnknownFields: true)
        let message = try Samples.all()
        let text =
            #"{"what":[1],"enum":"X","enums":["ONE","X","ZERO"],"byBool":{"true":"X","false":"ONE"},"all":{"y":1},"any":{"@type":"a/google.protobuf.Duration","value":"1s","x":1},"packed":[]}"#
        let bytes = try Codec.encode(text, message, options)
        #expect(
            try Codec.decode(bytes, message).text
                == #"{"all":{},"enums":["ONE","ZERO"],"byBool":{"false":"ONE"},"any":{"@type":"a/google.protobuf.Duration","value":"1s"}}"#
        )
        #expect(
            Self.violations(#"{"what":1,"int32":"x","enum":true}"#, message, options).map(\.rule) == [
                .badText, .wrongType,
            ])
    }

    @Test("what is no JSON is told as that, and nothing is written")
    func notJSON() throws {
        let message = try Samples.all()
        for text in ["", "{", #"{"a":}"#, "\u{0}"] {
            var output: [UInt8] = [1]
            let bytes = Array(text.utf8)
            do throws(ProtobufEncodingError) {
                try ProtobufEncoder(message).encode(bytes.span, with: JSONParser(), to: &output)
                Issue.record("taken: \(text)")
            } catch {
                guard case .notJSON = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
            #expect(output == [1])
        }
    }

    @Test("a message larger than allowed is refused, and nothing is written")
    func tooLarge() throws {
        let message = try Samples.all()
        let encoder = ProtobufEncoder(message, maximumBytes: 100)
        for text in [
            #"{"string":"\#(String(repeating: "a", count: 99))"}"#,
            #"{"doubles":[\#(Array(repeating: "1", count: 13).joined(separator: ","))]}"#,
            #"{"struct":{\#((0..<20).map { "\"\($0)\":1" }.joined(separator: ","))}}"#,
        ] {
            var output: [UInt8] = [1]
            let bytes = Array(text.utf8)
            do throws(ProtobufEncodingError) {
                try encoder.encode(bytes.span, with: JSONParser(), to: &output)
                Issue.record("taken: \(text)")
            } catch {
                #expect(error == .tooLarge(limit: 100))
            }
            #expect(output == [1])
        }
        var output: [UInt8] = []
        let bytes = Array(#"{"string":"\#(String(repeating: "a", count: 98))"}"#.utf8)
        try encoder.encode(bytes.span, with: JSONParser(), to: &output)
        #expect(output.count == 100)
    }
}
