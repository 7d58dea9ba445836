import Bytes
import TestRandom
import Testing

@testable import JSON

@Suite("JSON documents")
struct JSONDocumentTests {
    static let valid: [(text: String, value: JSONValue)] = [
        ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("12", 12), ("-7", -7),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("18446744073709551615", .number(18_446_744_073_709_551_616)),
        ("123456789012345678901234567890", .number(1.2345678901234568e29)), ("1.5", 1.5), ("1e3", .number(1000)),
        ("1E+2", .number(100)), ("25e-1", 2.5), ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-999", .number(0)),
        (#""""#, ""), (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u20AC\ud83d\ude00""#, "é€😀"),
        ("\"é€😀\"", "é€😀"), (#""\u0000""#, "\u{0}"), (#""\ud800""#, "\u{fffd}"), (#""\udc00x""#, "\u{fffd}x"),
        (#""\ud800\u0041""#, "\u{fffd}A"), ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]),
        ("{ }", [:]), (#"{"a":1,"b":[true,null]}"#, ["a": 1, "b": [true, .null]]),
        (#"{"a":1,"b":2,"a":3}"#, ["a": 3, "b": 2]), ("\t\r\n [1 , 2]\n", [1, 2]), (#"{"":{"":0}}"#, ["": ["": 0]]),
        (
            #"[123456789012345678901234567890,{"a":"\ud800","b":[]}]"#,
            [.number(1.2345678901234568e29), ["a": "\u{fffd}", "b": []]]
        ),
    ]

    @Test("what the grammar allows is read, alike by simdjson and by the scanner", arguments: valid)
    func readsValid(text: String, value: JSONValue) throws {
        let bytes = Array(text.utf8)
        #expect(try JSONValue.parse(text: text) == value)
        var scanner = JSONScanner(maximumDepth: 128)
        let scanned = try scanner.parse(bytes.span)
        #expect(scanned == value)
        let kind = try JSONParser().check(bytes.span)
        #expect(kind == value.kind)
    }

    static let invalid: [(bytes: [UInt8], offset: Int)] =
        [
            ("", 0), ("  ", 2), ("nul", 0), ("True", 0), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3),
            ("{", 1), ("{a:1}", 1), (#"{"a"}"#, 4), (#"{"a":}"#, 5), (#"{"a":1,}"#, 7), (#"{"a" 1}"#, 5), ("01", 0),
            ("-", 1), ("1.", 2), (".5", 0), ("1e", 2), ("+1", 0), ("NaN", 0), ("1e999", 0), ("-1e999", 0),
            ("\"a", 0), ("\"\n\"", 1), ("\"\t\"", 1), (#""\x""#, 1), (#""\u12g4""#, 1), (#""\u12"#, 1), ("\"\\", 2),
            ("1 2", 2), ("[]]", 2), ("{}{}", 2), ("'a'", 0), ("[1}", 2), (#"{"a":1]"#, 6), ("/*a*/1", 0),
            ("\u{feff}1", 0),
        ].map { (Array($0.0.utf8), $0.1) } + [
            ([0x22, 0xff, 0x22], 1), ([0x22, 0xc0, 0x80, 0x22], 1), ([0x22, 0xed, 0xa0, 0x80, 0x22], 1),
            ([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xe2, 0x82, 0x22], 1), ([0], 0), ([0x31, 0], 1),
        ]

    @Test("what the grammar forbids is refused with the place", arguments: invalid)
    func refusesInvalid(bytes: [UInt8], offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(bytes.span) }
        #expect(error?.offset == offset)
        let checked = #expect(throws: JSONError.self) { try JSONParser().check(bytes.span) }
        #expect(checked == error)
    }

    @Test("nesting is bounded at the limit, for either reader", arguments: [1, 2, 16, 128, 512], [false, true])
    func depth(limit: Int, objects: Bool) throws {
        let opening = objects ? "{\"a\":" : "["
        let closing = objects ? "}" : "]"
        func document(_ depth: Int, _ inner: String) -> [UInt8] {
            Array((String(repeating: opening, count: depth) + inner + String(repeating: closing, count: depth)).utf8)
        }
        let parser = JSONParser(maximumDepth: limit)
        // The long number makes simdjson hand over to the scanner.
        for inner in ["1", "123456789012345678901234567890"] {
            let fits = document(limit, inner)
            let tooDeep = document(limit + 1, inner)
            #expect(try parser.check(fits.span) == (objects ? .object : .array))
            _ = try parser.value(fits.span)
            let error = #expect(throws: JSONError.self) { try parser.check(tooDeep.span) }
            #expect(error?.message == "nested deeper than \(limit) levels")
        }
    }

    @Test("a hundred thousand open brackets are refused")
    func bomb() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONParser().check(bytes.span) }
        #expect(throws: JSONError.self) { try JSONParser().check(bytes.span.extracting(0..<100_000)) }
    }

    @Test("a document beyond simdjson's tables is checked and read all the same")
    func large() throws {
        let value = JSONValue.array((0..<50_000).map { ["n": .integer($0), "s": "té\n"] })
        let bytes = Array(value.text.utf8)
        let parser = JSONParser()
        #expect(try parser.check(bytes.span) == .array)
        #expect(try parser.value(bytes.span) == value)
        let cut = bytes.span.extracting(0..<bytes.count - 1)
        let error = #expect(throws: JSONError.self) { _ = try parser.check(Array(bytes.dropLast()).span) }
        let cutCount = cut.count
        #expect(error?.offset == cutCount)
    }

    @Test("one parser serves documents of any size in any order")
    func reuse() throws {
        let parser = JSONParser()
        for count in [1, 10_000, 3, 30_000, 0, 2000] {
            let value = JSONValue.array((0..<count).map { .integer($0) })
            let bytes = Array(value.text.utf8)
            #expect(try parser.value(bytes.span) == value)
            let broken = Array("[1,".utf8)
            #expect(throws: JSONError.self) { try parser.value(broken.span) }
        }
    }

    @Test("any bytes are either one document for both readers or refused by both")
    func anyBytes() {
        var random = SeededGenerator(seed: 0x15A)
        let alphabet = Array(#"{}[]":,\u0019.eE+-truefalsn "#.utf8) + [0xc3, 0xa9, 0xff, 9, 10, 0]
        let parser = JSONParser()
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            var scanner = JSONScanner(maximumDepth: 128)
            let scanned = try? scanner.check(bytes.span)
            let checked = try? parser.check(bytes.span)
            #expect(scanned == checked, "\(bytes)")
            // Views of text that nobody checked must stay within it.
            _ = JSONText.elementRanges(bytes.span)
            _ = JSONText.range(of: JSONPointer(tokens: ["u", "0"]), in: bytes.span)
            _ = JSONText.range(of: JSONPointer(tokens: ["0", "e"]), in: bytes.span)
            _ = JSONText.decodeString(bytes.span)
            if scanned != nil {
                let value = try? parser.value(bytes.span)
                let twice = value.flatMap { try? JSONValue.parse(text: $0.text) }
                #expect(value != nil && value == twice, "\(bytes)")
            }
        }
    }

    @Test("what is written reads back as the same, on one line and on many")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1000 {
            let value = JSONValue.random(depth: 4, using: &random)
            #expect(try JSONValue.parse(text: value.text) == value)
            #expect(try JSONValue.parse(text: value.prettyText) == value)
        }
    }
}
