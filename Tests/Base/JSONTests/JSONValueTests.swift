import Testing

@testable import JSON

@Suite("JSONValue")
struct JSONValueTests {
    @Test(
        "a document reads back as it was written",
        arguments: [
            "null", "true", "-12", "0.5", #""a\"b\\\n""#, "[]", "{}", #"{"a":[1,{"b":null}],"c":"ü"}"#,
            #"{"z":1,"a":2}"#, "[[[[1]]]]", "9007199254740993", "1e300",
        ])
    func roundTrip(text: String) throws {
        let value = try JSONValue.parse(text: text)
        #expect(try JSONValue.parse(text: value.text) == value)
        #expect(try JSONValue.parse(text: value.prettyText) == value)
        if !text.contains("e") || text == "true" { #expect(value.text == text) }
    }

    @Test(
        "what is no JSON is refused with a reason",
        arguments: ["", " ", "{", "[1,]", "{a:1}", "01", "nul", "\"\u{1}\"", "1 2", #"{"a" 1}"#, "\"\\x\"", "[1"])
    func refused(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(text: text) }
        #expect(error?.message.isEmpty == false)
    }

    @Test("invalid UTF-8 is refused when read and replaced when written")
    func utf8() {
        let bytes: [UInt8] = [0x22, 0xff, 0x22]
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes.span) }
        var output: [UInt8] = []
        let broken: [UInt8] = [0x61, 0xff, 0xe2, 0x82, 0x62, 0xed, 0xa0, 0x80]
        JSONText.appendString(broken.span, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "\"a\u{fffd}\u{fffd}\u{fffd}b\u{fffd}\u{fffd}\u{fffd}\"")
    }

    @Test("nesting is allowed up to the limit and refused beyond it")
    func depth() throws {
        let deep = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }
        _ = try JSONValue.parse(text: deep(8), maximumDepth: 8)
        #expect(throws: JSONError.self) { try JSONValue.parse(text: deep(9), maximumDepth: 8) }
        #expect(throws: JSONError.self) { try JSONValue.parse(text: deep(100_000)) }
    }

    @Test("members keep their order, the last of a repeated name counts, equality ignores order")
    func objects() throws {
        let value = try JSONValue.parse(text: #"{"b":1,"a":2,"b":3}"#)
        #expect(value.objectValue?.keys == ["b", "a"])
        #expect(value["b"] == 3)
        #expect(value == ["a": 2, "b": 3])
        var object = JSONObject()
        for number in 0..<40 { object["k\(number)"] = .integer(number) }
        object.removeValue(forKey: "k3")
        #expect(object["k39"] == 39 && object["k3"] == nil && object.count == 39)
        #expect(object.keys.first == "k0" && object.keys.last == "k39")
    }

    @Test("a parser is used again, whatever came before")
    func reuse() throws {
        let parser = JSONParser()
        for text in [#"{"a":1}"#, "[", "\"" + String(repeating: "x", count: 100_000) + "\"", "17"] {
            let bytes = Array(text.utf8)
            let kind = try? parser.check(bytes.span)
            let expected: JSONKind? = text == "[" ? nil : text == "17" ? .number : text.first == "{" ? .object : .string
            #expect(kind == expected)
        }
    }
}
