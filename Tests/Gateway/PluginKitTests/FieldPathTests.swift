import JSON
import PluginKit
import Testing

@Suite("places in a document")
struct FieldPathTests {
    @Test(
        "a text as steps",
        arguments: [
            ("a", [.name("a")]), ("a.b", [.name("a"), .name("b")]), (#"a\.b.c"#, [.name("a.b"), .name("c")]),
            (#"a\b"#, [.name(#"a\b"#)]), ("é.x-y", [.name("é"), .name("x-y")]),
            ("a[1]", [.name("a"), .index(0)]), ("a[2].b", [.name("a"), .index(1), .name("b")]),
            ("a[1][3]", [.name("a"), .index(0), .index(2)]),
        ] as [(String, [FieldPath.Step])])
    func steps(_ text: String, _ steps: [FieldPath.Step]) throws { #expect(try FieldPath(text).steps == steps) }

    @Test(
        "what is no path",
        arguments: [
            "", ".", "a.", ".a", "a..b", "[1]", "a[0]", "a[-1]", "a[+1]", "a[x]", "a[1", "a[]", "a[1]b", "a[10001]",
            "a.[1]", Array(repeating: "a", count: 33).joined(separator: "."),
        ])
    func refused(_ text: String) { #expect(throws: FieldPath.Problem.self) { try FieldPath(text) } }

    /// What becomes of a document.
    struct Change: Sendable {
        let before: JSONValue
        let path: String
        let value: JSONValue?
        /// Nil: it cannot be made.
        let after: JSONValue?
    }

    @Test(
        "setting and removing",
        arguments: [
            Change(before: [:], path: "a", value: 1, after: ["a": 1]),
            Change(before: ["a": 1], path: "a", value: 2, after: ["a": 2]),
            Change(before: ["a": 1, "b": 2], path: "a", value: nil, after: ["b": 2]),
            Change(before: [:], path: "a.b.c", value: "x", after: ["a": ["b": ["c": "x"]]]),
            Change(before: ["a": ["b": 1]], path: "a.c", value: true, after: ["a": ["b": 1, "c": true]]),
            Change(before: ["a": 1], path: "a.b", value: 1, after: nil),
            Change(before: ["a": .null], path: "a.b", value: 1, after: nil),
            Change(before: ["a": [1]], path: "a.b", value: 1, after: nil),
            Change(before: ["a": ["b": 1]], path: "a[1]", value: 1, after: nil),
            Change(before: ["a": 1], path: "a.b", value: nil, after: ["a": 1]),
            Change(before: [:], path: "a.b.c", value: nil, after: [:]),
            Change(before: ["a": [1, 2]], path: "a[1]", value: 3, after: ["a": [3, 2]]),
            Change(before: ["a": [1, 2]], path: "a[3]", value: 3, after: ["a": [1, 2, 3]]),
            Change(before: ["a": [1, 2]], path: "a[4]", value: 3, after: nil),
            Change(before: ["a": [1, 2]], path: "a[1]", value: nil, after: ["a": [2]]),
            Change(before: ["a": [1]], path: "a[2]", value: nil, after: ["a": [1]]),
            Change(before: [:], path: "a[1].b", value: 1, after: ["a": [["b": 1]]]),
            Change(before: ["a": [["b": 1]]], path: "a[1].c", value: 2, after: ["a": [["b": 1, "c": 2]]]),
        ])
    func changes(_ change: Change) throws {
        var document = change.before
        let path = try FieldPath(change.path)
        guard let after = change.after else {
            do throws(FieldPath.Problem) {
                try path.set(change.value, in: &document)
                Issue.record("it was made: \(document)")
            } catch { #expect(document == change.before, "a change that fails leaves nothing behind") }
            return
        }
        try path.set(change.value, in: &document)
        #expect(document == after)
        #expect(path.value(in: document) == (change.value == nil ? path.value(in: after) : change.value))
    }

    @Test("add and replace look first")
    func modes() throws {
        let path = try FieldPath("a")
        for (before, mode, after) in [
            ([:], .add, ["a": 2]), (["a": 1], .add, ["a": 1]), ([:], .replace, [:]), (["a": 1], .replace, ["a": 2]),
        ] as [(JSONValue, LogField.Mode, JSONValue)] {
            var document = before
            try LogField(path, 2, mode: mode).apply(to: &document)
            #expect(document == after)
        }
    }
}
