import RegularExpression
import Testing

@Suite("Regular expressions")
struct RegularExpressionTests {
    static let matching: [(pattern: String, text: String, groups: [String?]?)] = [
        ("a", "cab", ["a"]), ("^/users/(\\d+)$", "/users/12", ["/users/12", "12"]), ("^a$", "b", nil),
        ("(a)|(b)", "b", ["b", nil, "b"]), ("(a)?b(c)?", "b", ["b", nil, nil]), ("", "", [""]), ("x*", "", [""]),
        ("\\w+", "é", nil), (".", "é", ["\u{fffd}"]), ("a(?=b)", "ab", ["a"]), ("(?i)A", "a", ["a"]),
    ]

    @Test("groups are what the pattern took", arguments: matching)
    func groups(pattern: String, text: String, groups: [String?]?) throws {
        let expression = try RegularExpression(pattern)
        let bytes = Array(text.utf8)
        let match = expression.captures(bytes)
        #expect(match?.groups.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } } == groups)
        #expect(expression.matches(bytes) == (groups != nil))
        #expect(expression.matches(text) == (groups != nil))
    }

    @Test("named groups are listed and found by name")
    func names() throws {
        let expression = try RegularExpression("^/(?<kind>[a-z]+)(/(?P<id>\\d+))?(?<rest>x)?")
        #expect(expression.groupNames.map(\.name) == ["kind", "id", "rest"])
        #expect(expression.groupNames.map(\.index) == [1, 3, 4] && expression.groupCount == 4)
        let text = Array("/users/7".utf8)
        let match = try #require(expression.captures(text))
        #expect(match.range(named: "kind") == 1..<6 && match.range(named: "id") == 7..<8)
        #expect(match.range(named: "rest") == nil && match.range(named: "none") == nil && match.length == 8)
    }

    @Test("options change how a pattern is read")
    func options() throws {
        #expect(try RegularExpression("abc", options: .caseInsensitive).matches("xABC"))
        #expect(try !RegularExpression("b", options: .anchored).matches("ab"))
        #expect(try RegularExpression("^b$", options: .multiline).matches("a\nb\nc"))
        #expect(try RegularExpression("^.$", options: .unicode).matches("é"))
        let latin: [UInt8] = [0xe9]
        #expect(try !RegularExpression("^.$", options: .unicode).matches(latin))
        #expect(try RegularExpression("^.$").matches(latin))
    }

    @Test(
        "a pattern that does not compile says where",
        arguments: [("a(", 2), ("[z-a]", 3), ("*", 0), ("(?<n>a)(?<n>b)", 12), ("(*UTF)é", 6), ("\\C", 2)])
    func badPattern(pattern: String, offset: Int) {
        let error = #expect(throws: RegularExpressionError.self) { try RegularExpression(pattern) }
        #expect(error?.offset == offset && error?.message.isEmpty == false)
    }

    @Test("a pattern that is too long is refused")
    func longPattern() {
        #expect(throws: RegularExpressionError.self) { try RegularExpression(String(repeating: "a", count: 8193)) }
    }

    @Test(
        "what a class leaves out are whole characters, where the text is UTF-8",
        arguments: [#"\D"#, #"\W"#, #"\S"#, #"[\D]"#, #"[\W]"#, #"[\S]"#, "[^a]", "."])
    func characters(pattern: String) throws {
        let expression = try RegularExpression("^\(pattern)\(pattern)$", options: .unicode)
        for text in ["é€", "😀é", "€😀"] { #expect(expression.matches(text), "\(text)") }
        #expect(!expression.matches("é"))
    }

    @Test("text that is no UTF-8 never matches, and a start within a character finds nothing")
    func invalid() throws {
        let expression = try RegularExpression("a", options: .unicode)
        let texts: [[UInt8]] = [
            [0x61, 0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80, 0x61], [0xf5, 0x80, 0x80, 0x80, 0x61],
        ]
        for text in texts {
            #expect(!expression.matches(text))
            #expect(try expression.firstMatch(in: text) == nil)
            #expect(try expression.isFound(in: text, steps: 1000) == false)
        }
        #expect(try expression.firstMatch(in: Array("éa".utf8), from: 1) == nil)
        #expect(try expression.firstMatch(in: Array("éa".utf8), from: 2)?.range == 2..<3)
    }

    @Test("whether there is a match is said, or that it takes more steps")
    func steps() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 100) + [UInt8(ascii: "!")]
        #expect(try RegularExpression("^(a+)+$").isFound(in: text, steps: 1000) == nil)
        #expect(try RegularExpression("^((a)+)!$").isFound(in: text, steps: 1000) == true)
        #expect(try RegularExpression("b").isFound(in: text, steps: 1000) == false)
        #expect(try RegularExpression("^$").isFound(in: [], steps: 1000) == true)
    }

    @Test("a match that explodes is given up, and says so")
    func limits() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 40) + [UInt8(ascii: "!")]
        let expression = try RegularExpression("^(a+)+$")
        #expect(throws: RegularExpressionError.self) { try expression.firstMatch(in: text) }
        #expect(!expression.matches(text))
    }

    @Test("a match that is too deep for the fast path still ends")
    func deep() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
        let expression = try RegularExpression("^(?:(a)|(b))*$")
        #expect(expression.captures(text)?.length == 20_000)
    }

    @Test("one expression serves many threads")
    func threads() async throws {
        let expression = try RegularExpression("^/(\\w+)/(\\d+)$")
        await withTaskGroup(of: Bool.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { number in
                        let text = Array("/worker\(worker)/\(number)".utf8)
                        return expression.captures(text)?.groups[2]?.count == String(number).utf8.count
                    }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("later matches are found from a place on")
    func from() throws {
        let expression = try RegularExpression("a")
        let text = Array("aba".utf8)
        let second = try expression.firstMatch(in: text, from: 1)
        #expect(second?.range == 2..<3)
        let beyond = try expression.firstMatch(in: text, from: 4)
        #expect(beyond?.range == nil)
    }
}

extension RegularExpression {
    // The test macros cannot hold spans.
    fileprivate func isFound(in text: [UInt8], steps: Int) throws -> Bool? { try isFound(in: text.span, steps: steps) }

    fileprivate func matches(_ text: [UInt8]) -> Bool { matches(text.span) }
    fileprivate func captures(_ text: [UInt8]) -> RegularExpressionMatch? { captures(text.span) }
    fileprivate func firstMatch(in text: [UInt8], from start: Int = 0) throws -> RegularExpressionMatch? {
        try firstMatch(in: text.span, from: start)
    }
}
