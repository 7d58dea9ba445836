import Bytes
import JSON
import TestRandom
import Testing

@testable import YAML

@Suite("YAML reading")
struct YAMLReadingTests {
    static let documents: [(text: String, value: JSONValue)] = [
        ("", .null), ("# only a comment\n", .null), ("---\n", .null), ("a", "a"), ("'1'", "1"), ("\"true\"", "true"),
        ("~", .null), ("null", .null), ("true", true), ("Yes", true), ("off", false), ("tRue", "tRue"), ("12", 12),
        ("-7", -7), ("+7", 7), ("0x1F", 31), ("010", 8), ("089", 89), ("1_000", "1_000"), ("0", 0), ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", .number(1000)), ("1.", .number(1)), ("-1.5e-3", -0.0015), ("1.2.3", "1.2.3"), ("12:30", "12:30"),
        ("-", [.null]), (".", "."), ("2001-01-01", "2001-01-01"), (".inf", ".inf"), ("1e999", "1e999"),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("!!str 12", "12"), ("! 12", "12"),
        ("!!int '12'", 12), ("!!float 1", .number(1)), ("[]", []), ("{}", [:]), ("[a, 'b', 3]", ["a", "b", 3]),
        ("a: 1\nb:\n- x\n- y: z\n", ["a": 1, "b": ["x", ["y": "z"]]]), ("1: a\ntrue: b", ["1": "a", "true": "b"]),
        ("a: |\n  x\n   y\n", ["a": "x\n y\n"]), ("a: >-\n  x\n  y\n", ["a": "x y"]),
        ("a: &x [1]\nb: *x", ["a": [1], "b": [1]]), ("- &a b\n- *a : 1", ["b", ["b": 1]]),
        ("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3", ["a": ["p": 1, "q": 2], "b": ["p": 1, "q": 3]]),
        ("- &x {p: 1}\n- &y {p: 2, r: 3}\n- <<: [*x, *y]", [["p": 1], ["p": 2, "r": 3], ["p": 1, "r": 3]]),
        ("\"<<\": 1", ["<<": 1]), ("\u{feff}a: é€😀", ["a": "é€😀"]),
        ("{\"a\": [1, {\"b\": null}]}", ["a": [1, ["b": .null]]]),
    ]

    @Test("documents are read as Kong's reader reads them", arguments: documents)
    func reads(text: String, value: JSONValue) throws { #expect(try YAML.parse(Array(text.utf8)).value == value) }

    static let refused: [(text: String, line: Int, column: Int, words: String)] = [
        ("a: 1\nb: 2\na: 3", 3, 1, "duplicate key 'a'"), ("a: [1", 2, 1, "flow sequence"), ("a: b: c", 1, 5, "mapping"),
        ("a:\n\t- b", 2, 1, "cannot start any token"), ("*x", 1, 1, "alias *x"), ("a: *x", 1, 4, "alias *x"),
        ("a: &x [*x]", 1, 8, "alias *x"), ("[1]: a", 1, 1, "key must be a string"), ("!!set {a}", 1, 1, "tag"),
        ("!x a", 1, 1, "tag"), ("!!int a", 1, 1, "tag"), ("!!binary aGk=", 1, 1, "tag"),
        ("a\n---\nb", 2, 1, "one document"),
        ("<<: 1", 1, 5, "takes mappings"), ("{<<: {a: 1}, <<: {b: 1}}", 1, 14, "duplicate key '<<'"),
        ("a: \"x", 1, 6, "quoted scalar"), ("%YAML 9.9\n--- a", 1, 1, "incompatible"),
        ("&x a: 1\n*x : 2", 2, 1, "duplicate key 'a'"),
    ]

    @Test("what is wrong is refused with line and column", arguments: refused)
    func refuses(text: String, line: Int, column: Int, words: String) {
        let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
        #expect(error?.location == TextLocation(line: line, column: column), "\(error?.description ?? "")")
        #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test(
        "bytes that are no UTF-8 or no text are refused",
        arguments: [[0x61, 0xff], [0], [0x61, 0x3a, 0x20, 1], [0xff, 0xfe, 0x61, 0]])
    func refusesBytes(bytes: [UInt8]) { #expect(throws: YAMLError.self) { try YAML.parse(bytes) } }

    @Test("an alias bomb is refused by what it would become")
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<20 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
        #expect(error?.message == "aliases stand for more than 1000000 values")
    }

    @Test("merge keys count as what they become")
    func mergeBomb() {
        var text = "- &a0 {x: [1, 1, 1, 1, 1, 1, 1, 1, 1]}\n"
        for level in 1..<20 {
            text += "- &a\(level) {" + (0..<9).map { "k\($0): {<<: *a\(level - 1)}" }.joined(separator: ", ") + "}\n"
        }
        #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    }

    @Test("size, depth and values are bounded at their limits")
    func limits() throws {
        var limits = YAML.Limits()
        (limits.bytes, limits.depth, limits.values, limits.expandedValues) = (20, 3, 5, 2)
        #expect(try YAML.parse(Array("[[[a, b]]]".utf8), limits: limits).value == [[["a", "b"]]])
        #expect(try YAML.parse(Array("[&x [], *x, *x]".utf8), limits: limits).value == [[], [], []])
        #expect(throws: YAMLError.self) { try YAML.parse(Array("[&x [], *x, *x, *x]".utf8), limits: limits) }
        #expect(throws: YAMLError.self) { try YAML.parse(Array("[[[[]]]]".utf8), limits: limits) }
        #expect(throws: YAMLError.self) { try YAML.parse(Array("[[[a, b, c]]]".utf8), limits: limits) }
        #expect(throws: YAMLError.self) { try YAML.parse(Array(repeating: 0x61, count: 21), limits: limits) }
        #expect(throws: YAMLError.self) { try YAML.parse(Array(String(repeating: "[", count: 100_000).utf8)) }
        #expect(throws: YAMLError.self) { try YAML.parse(Array(String(repeating: "- ", count: 100_000).utf8)) }
    }

    @Test("each part knows its line and column")
    func locations() throws {
        let text = "# c\nservices:\n  - name: a\n    routes: &r\n      - paths: [/x, /y]\n  - {name: b, routes: *r}\n"
        let document = try YAML.parse(Array(text.utf8))
        let found: [([JSONPathElement], Int, Int)] = [
            ([], 2, 1), ([.key("services")], 2, 1), ([.key("services"), .index(0)], 3, 5),
            ([.key("services"), .index(0), .key("name")], 3, 5), ([.key("services"), .index(1), .key("name")], 6, 6),
            ([.key("services"), .index(0), .key("routes"), .index(0), .key("paths"), .index(1)], 5, 21),
            ([.key("services"), .index(1), .key("routes"), .index(0), .key("paths")], 5, 9),
        ]
        for (path, line, column) in found {
            #expect(document.location(of: path) == TextLocation(line: line, column: column), "\(path)")
        }
        #expect(document.location(of: [.key("none")]) == nil && document.location(of: [.index(0)]) == nil)
        let missing: [JSONPathElement] = [.key("services"), .index(0), .key("host"), .key("x")]
        #expect(document.nearestLocation(of: missing) == TextLocation(line: 3, column: 5))
    }

    @Test("parts that came by an alias or a merge key stand where they were written")
    func borrowedLocations() throws {
        let text = """
            base: &base {a: 1, b: [x, y]}
            more: &more
              c: 2
            one:
              <<: [*base, *more]
              a: 3
            two: *base
            &k key: *k
            """
        let document = try YAML.parse(Array(text.utf8))
        let found: [([JSONPathElement], Int, Int)] = [
            ([.key("one"), .key("a")], 6, 3), ([.key("one"), .key("b"), .index(1)], 1, 27),
            ([.key("one"), .key("c")], 3, 3), ([.key("two")], 7, 1), ([.key("two"), .key("b"), .index(0)], 1, 24),
            ([.key("key")], 8, 1),
        ]
        for (path, line, column) in found {
            #expect(document.location(of: path) == TextLocation(line: line, column: column), "\(path)")
        }
        #expect(document.nearestLocations(of: found.map(\.0)) == found.map { TextLocation(line: $1, column: $2) })
        #expect(document.value["one"] == ["a": 3, "b": ["x", "y"], "c": 2] && document.value["key"] == "key")
    }

    @Test("any bytes are read or refused")
    func anyBytes() {
        var random = SeededGenerator(seed: 21)
        let pieces =
            [
                "a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ", ", "'", "\"", "&x", "*x", "<<", "!!str ", "|", ">",
                "#", "---",
                "...", "? ", "%", "\\", "\t", "é", "~", "1", "\u{85}", "\u{feff}",
            ].map { Array($0.utf8) } + [[0xff], [0]]
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...16, using: &random) { bytes += pieces.randomElement(using: &random)! }
            do {
                let value = try YAML.parse(bytes).value
                let again = try YAML.parse(Array(YAML.write(value).utf8)).value
                #expect(again == value, "\(bytes)")
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
