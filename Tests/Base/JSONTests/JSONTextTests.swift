import Bytes
import JSON
import TestRandom
import Testing

@Suite("JSON text")
struct JSONTextTests {
    static let strings: [(bytes: [UInt8], text: String)] =
        [
            ("", #""""#), ("plain text of some length", #""plain text of some length""#),
            ("say \"hi\" \\ /", #""say \"hi\" \\ /""#),
            ("\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1b}\u{1f}\u{7f}", "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001b\\u001f\u{7f}\""),
            ("é€😀 mixed with ASCII", "\"é€😀 mixed with ASCII\""), ("12345678", #""12345678""#),
            ("1234567\"", #""1234567\"""#), ("!#[]~", #""!#[]~""#),
        ].map { (Array($0.0.utf8), $0.1) } + [
            ([0xff], "\"\u{fffd}\""), ([0xc3], "\"\u{fffd}\""), ([0xe2, 0x82, 0x41], "\"\u{fffd}A\""),
            ([0xed, 0xa0, 0x80], "\"\u{fffd}\u{fffd}\u{fffd}\""), ([0xf0, 0x9f, 0x98], "\"\u{fffd}\""),
            ([0xc0, 0x80], "\"\u{fffd}\u{fffd}\""), ([0xf4, 0x90, 0x80, 0x80], "\"\u{fffd}\u{fffd}\u{fffd}\u{fffd}\""),
            ([0x61, 0x80, 0x62], "\"a\u{fffd}b\""),
        ]

    @Test("strings are quoted and escaped, at every place of a word of eight", arguments: strings)
    func escapes(bytes: [UInt8], text: String) {
        for shift in 0..<9 {
            let filler = [UInt8](repeating: 0x78, count: shift)
            let input = filler + bytes
            var output = Array("before".utf8)
            JSONText.appendString(input.span, to: &output)
            let expected = "before\"" + String(repeating: "x", count: shift) + text.dropFirst()
            #expect(String(decoding: output, as: UTF8.self) == expected)
            var fitting = Array("before".utf8)
            fitting.append(addingCapacity: JSONText.room(for: input.count)) {
                JSONText.appendString(input.span, to: &$0)
            }
            #expect(fitting == output)
        }
    }

    @Test("any bytes become a string that reads back as their repaired text")
    func anyBytes() throws {
        var random = SeededGenerator(seed: 3)
        for round in 0..<3000 {
            // Ever denser in what must be escaped, so that the output outgrows what was reserved.
            let dense = round % 3 == 0
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                dense ? UInt8.random(in: 0...0x22, using: &random) : UInt8.random(in: 0...255, using: &random)
            }
            var output: [UInt8] = []
            JSONText.appendString(bytes.span, to: &output)
            var fitting: [UInt8] = []
            fitting.append(addingCapacity: JSONText.room(for: bytes.count)) {
                JSONText.appendString(bytes.span, to: &$0)
            }
            #expect(fitting == output)
            let read = try JSONValue.parse(output.span)
            #expect(read.stringValue.map { Array($0.utf8) } == Array(String(decoding: bytes, as: UTF8.self).utf8))
            let decoded = JSONText.decodeString(output.span)
            #expect(decoded == Array(String(decoding: bytes, as: UTF8.self).utf8))
        }
    }

    static let elements: [(text: String, parts: [String])] = [
        ("[]", []), (" [ ] ", []), ("{}", []), ("1", []), ("[1]", ["1"]), (" [ 1 , \"a,]\" ] ", ["1", "\"a,]\""]),
        (#"[{"a":[1,2]},[[]],"\"]",true]"#, [#"{"a":[1,2]}"#, "[[]]", #""\"]""#, "true"]),
    ]

    @Test("elements of an array are found in the text", arguments: elements)
    func elementRanges(text: String, parts: [String]) {
        let bytes = Array(text.utf8)
        let found = JSONText.elementRanges(bytes.span).map { String(decoding: bytes[$0], as: UTF8.self) }
        #expect(found == parts)
    }

    static let document =
        #" {"a": {"b c": [10, "x", {"d": null}], "": 1, "~/": 2, "\u0065": 3}, "a2": true, "dup": 1, "dup": 2} "#
    static let pointers: [(pointer: String, found: String?)] = [
        ("/a2", "true"), ("/a/b c/0", "10"), ("/a/b c/1", #""x""#), ("/a/b c/2/d", "null"), ("/a/", "1"),
        ("/a/~0~1", "2"), ("/a/e", "3"), ("/dup", "2"), ("/a/b c/3", nil), ("/a/b c/-", nil), ("/a/b c/01", nil),
        ("/a/b c/x", nil), ("/none", nil), ("/a2/x", nil), ("/a/b c/99999999999999999999", nil), ("/a/b c/+1", nil),
    ]

    @Test("a pointer names the same in the text and in the value", arguments: pointers)
    func pointer(pointer: String, found: String?) throws {
        let bytes = Array(Self.document.utf8)
        let parsed = try JSONPointer(pointer)
        let range = JSONText.range(of: parsed, in: bytes.span)
        #expect(range.map { String(decoding: bytes[$0], as: UTF8.self) } == found)
        let value = try JSONValue.parse(text: Self.document).value(at: parsed)
        #expect(try value == found.map { try JSONValue.parse(text: $0) })
        #expect(parsed.description == pointer)
    }

    @Test("the empty pointer names the whole")
    func whole() throws {
        let bytes = Array(" [1] ".utf8)
        let range = try JSONText.range(of: JSONPointer(""), in: bytes.span)
        #expect(range == 1..<4)
    }

    @Test("a pointer that does not begin with '/' or has a lone '~' is refused", arguments: ["a", "/~", "/~2", "/a~"])
    func refusesPointer(text: String) {
        #expect(throws: JSONError.self) { try JSONPointer(text) }
    }
}
