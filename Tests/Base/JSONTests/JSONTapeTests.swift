import Bytes
import TestRandom
import Testing

@testable import JSON

@Suite("A document as a tape")
struct JSONTapeTests {
    /// What a walk over a tape finds, as text.
    private static func walk(_ tape: JSONTape, _ position: Int) -> String {
        switch tape.kind(at: position) {
        case .object:
            guard let container = tape.object(at: position) else { return "?" }
            var parts: [String] = []
            var name = container.first
            while name < container.end {
                parts.append("\(tape.text(at: name)):\(walk(tape, name + 1))")
                name = tape.next(name + 1)
            }
            return parts.count == tape.count(at: position) ? "{\(parts.joined(separator: ","))}" : "?"
        case .array:
            guard let container = tape.array(at: position) else { return "?" }
            var parts: [String] = []
            var element = container.first
            while element < container.end {
                parts.append(walk(tape, element))
                element = tape.next(element)
            }
            return parts.count == tape.count(at: position) ? "[\(parts.joined(separator: ","))]" : "?"
        case .string: return "s" + tape.text(at: position)
        case .integer: return "i\(tape.integer(at: position) ?? -1)"
        case .unsigned: return "u\(tape.unsigned(at: position) ?? 0)"
        case .double: return "d\(tape.double(at: position) ?? -1)"
        case .true, .false: return "b\(tape.bool(at: position) == true)"
        case .null: return tape.isNull(at: position) ? "n" : "?"
        }
    }

    static let documents: [(text: String, walk: String)] = [
        ("null", "n"), ("true", "btrue"), ("[false]", "[bfalse]"), ("-7", "i-7"), (#""x""#, "sx"),
        ("[]", "[]"), ("{}", "{}"),
        (#"{"a":1,"a":{"b":[1,2.5,"x",null,{}]},"":[]}"#, "{a:i1,a:{b:[i1,d2.5,sx,n,{}]},:[]}"),
        ("9223372036854775807", "i9223372036854775807"), ("9223372036854775808", "u9223372036854775808"),
        ("18446744073709551615", "u18446744073709551615"), ("[18446744073709551616]", "[d1.8446744073709552e+19]"),
        (#"["\ud800","\ud83d\ude00","a\udc00b","\ud800\u0041","\\ud800"]"#, #"[s�,s😀,sa�b,s�A,s\ud800]"#),
        (#"{"\ud800":"\u00e9\"\\"}"#, #"{�:sé"\}"#),
    ]

    @Test("all that is in the text is on the tape, whoever read it", arguments: documents)
    func reads(text: String, walk: String) throws {
        let bytes = Array(text.utf8)
        let parser = JSONParser()
        #expect(try parser.found(bytes) { Self.walk($0, $0.root) } == walk)
        var scanner = JSONScanner(maximumDepth: 128)
        let tape = try scanner.tape(bytes.span)
        let scanned = Self.walk(JSONTape(entries: tape.entries.span, strings: tape.strings.span), 1)
        #expect(scanned == walk)
    }

    @Test("the scanner's tape is simdjson's, entry for entry")
    func sameEntries() throws {
        var random = SeededGenerator(seed: 0x7a9e)
        let parser = JSONParser()
        for _ in 0..<1000 {
            let bytes = Array(JSONValue.random(depth: 4, using: &random).text.utf8)
            let entries = try parser.found(bytes) { tape in tape.entries.indices.map { tape.entries[$0] } }
            var scanner = JSONScanner(maximumDepth: 128)
            #expect(try scanner.tape(bytes.span).entries == entries)
        }
    }

    @Test("strings are compared and copied whole, whatever their length")
    func strings() throws {
        let parser = JSONParser()
        for length in 0..<70 {
            let text = String((0..<length).map { _ in "abcdefgh".randomElement()! })
            let bytes = Array("[\"\(text)\", 1]".utf8)
            let copied = try parser.found(bytes) { tape in
                let same = Array(text.utf8)
                var other = same
                if let last = other.indices.last { other[last] = 0x7a }
                let longer = same + [1]
                let equal = [
                    tape.isString(at: 2, same.span), tape.isString(at: 2, other.span) && length > 0,
                    tape.isString(at: 2, longer.span), tape.isString(at: 3, same.span),
                ]
                var output: [UInt8] = [1]
                var appended: [Bool] = []
                output.append(addingCapacity: length + 15) { appended.append(tape.appendString(at: 2, to: &$0)) }
                output.append(addingCapacity: length + 16) { appended.append(tape.appendString(at: 2, to: &$0)) }
                output.append(addingCapacity: 100) { appended.append(tape.appendString(at: 3, to: &$0)) }
                return (equal, appended, output)
            }
            #expect(copied.0 == [true, false, false, false])
            #expect(copied.1 == [false, true, false])
            #expect(copied.2 == [1] + Array(text.utf8))
        }
    }

    @Test("where the tape's own count is at its limit, elements and members are counted one by one")
    func saturatedCount() {
        let full: UInt64 = 0xff_ffff << 32
        let array: [UInt64] = [0, 0x5b << 56 | full | 6, 0x6c << 56, 7, 0x6e << 56, 0x5d << 56]
        let object: [UInt64] = [0, 0x7b << 56 | full | 6, 0x22 << 56, 0x6c << 56, 7, 0x7d << 56]
        let strings: [UInt8] = Array(repeating: 0, count: 20)
        let elements = JSONTape(entries: array.span, strings: strings.span).count(at: 1)
        let members = JSONTape(entries: object.span, strings: strings.span).count(at: 1)
        #expect(elements == 2)
        #expect(members == 1)
    }

    @Test("the text of each number is found again")
    func numberPlaces() throws {
        let text = #"{"1e5":[1.50, -2e+3,"-7\"8",0.1000000000000000055],"\\":12345678901234567890123,"z":-0}"#
        let bytes = Array(text.utf8)
        let found = try JSONParser().found(bytes) { tape in
            let places = JSONNumberPlaces(tape, in: bytes.span)
            return tape.entries.indices.compactMap { position in
                places.range(at: position).map { bytes.span.extracting($0).string }
            }
        }
        #expect(found == ["1.50", "-2e+3", "0.1000000000000000055", "12345678901234567890123", "-0"])
    }

    @Test("what is no document has no tape")
    func refuses() {
        for text in ["", "[", "{\"a\"}", "[1,]", #"["\ud800]"#, #"["\ud8"]"#] {
            let bytes = Array(text.utf8)
            #expect(throws: JSONError.self) { try JSONParser().withTape(bytes.span) { _ in } }
        }
    }
}

extension JSONParser {
    /// What `body` finds on the tape.
    fileprivate func found<Result>(_ bytes: [UInt8], _ body: (JSONTape) -> Result) throws -> Result {
        var result: Result?
        try withTape(bytes.span) { result = body($0) }
        return try #require(result)
    }
}
