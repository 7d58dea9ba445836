import JSON
import TestRandom
import Testing
import YAML

@Suite("YAML writing")
struct YAMLWritingTests {
    static let written: [(value: JSONValue, text: String)] = [
        (.null, "null\n"), ([], "[]\n"), ([:], "{}\n"), ("a", "a\n"), (["a": [:], "b": []], "a: {}\nb: []\n"),
        (
            ["_format_version": "3.0", "services": [["name": "a", "port": 80, "paths": ["/x", "~/y$"]]]],
            "_format_version: \"3.0\"\nservices:\n  - name: a\n    port: 80\n    paths:\n      - /x\n      - \"~/y$\"\n"
        ),
        ([["a", ["b"]], [["c": 1]]], "- - a\n  - - b\n- - c: 1\n"),
        (
            ["pem": "-----BEGIN-----\nabc\n-----END-----\n", "s": "x\n  y"],
            "pem: |\n  -----BEGIN-----\n  abc\n  -----END-----\ns: |-\n  x\n    y\n"
        ),
        (
            [
                "yes", "no", "y", "null", "~", "", "12", "1.5", "0x1", "2001-01-01", "12:30", "1_000", "1e3", " a",
                "a ", "a: b",
            ],
            #"- "yes"\#n- "no"\#n- "y"\#n- "null"\#n- "~"\#n- ""\#n- "12"\#n- "1.5"\#n- "0x1"\#n- "2001-01-01"\#n- "12:30"\#n- "1_000"\#n- "1e3"\#n- " a"\#n- "a "\#n- "a: b"\#n"#
        ),
        (
            ["127.0.0.1:9092", "http://a.b/c", "a-b", "*.example.com", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "a:"],
            "- 127.0.0.1:9092\n- http://a.b/c\n- a-b\n- \"*.example.com\"\n- f47ac10b-58cc-4372-a567-0e02b2c3d479\n- \"a:\"\n"
        ),
        (["x\u{7f}\u{85}\u{2028}\u{0}\t\"\\é"], "- \"x\\u007f\\u0085\\u2028\\u0000\\t\\\"\\\\é\"\n"),
    ]

    @Test("values are written readably", arguments: written)
    func writes(value: JSONValue, text: String) throws {
        #expect(YAML.write(value) == text)
        #expect(try YAML.parse(Array(text.utf8)).value == value)
    }

    @Test("texts that look like something else come back as texts")
    func lookalikes() throws {
        let texts = [
            "true", "Yes", "1", "-", "- a", "? a", ": a", "#a", "a #b", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a",
            "'a'", "\"a\"",
            "[a]", "{a}", "a, b", "---", "...", "<<", "=", "a\n", "\na", "a\n\n", "a\n\nb", "a \nb", "\ta\nb", "a\n\tb",
            "a\r\nb",
            "a\n---\nb", "a\n...\nb", "a\n#b", "\u{feff}a", "a\n\u{feff}", "é\nè", "\n", "\n\n", " \n ", "0o7", "1__0",
            "+", ".", "..",
            String(repeating: "k", count: 2000), String(repeating: "é\n", count: 2000),
        ]
        for text in texts {
            for value: JSONValue in [.string(text), [.string(text)], ["k": .string(text)], [["k": [.string(text)]]]] {
                #expect(try YAML.parse(Array(YAML.write(value).utf8)).value == value)
            }
            let keyed = JSONValue.object([text: ["x": 1], "other": .string(text)])
            #expect(try YAML.parse(Array(YAML.write(keyed).utf8)).value == keyed)
        }
    }

    @Test("any value comes back")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<500 {
            let value = JSONValue.random(depth: 4, using: &random)
            let text = YAML.write(value)
            #expect(try YAML.parse(Array(text.utf8)).value == value, "\(text)")
        }
    }
}
