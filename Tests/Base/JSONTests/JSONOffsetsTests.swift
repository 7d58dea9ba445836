import JSON
import Testing

@Suite("places of the parts of a JSON text")
struct JSONOffsetsTests {
    private static let text = #" {"a" : [1, {"b": "]}"}, "x"], "c\u0064": {"e": null}, "": 7} "#

    static let cases: [(path: [JSONPathElement], begins: String)] = [
        ([], #"{"a" :"#),
        ([.key("a")], #""a" : [1"#),
        ([.key("a"), .index(0)], "1, {"),
        ([.key("a"), .index(1)], #"{"b""#),
        ([.key("a"), .index(1), .key("b")], #""b": "]}""#),
        ([.key("a"), .index(2)], #""x"]"#),
        // Names are compared as they are meant, not as they are written.
        ([.key("cd"), .key("e")], #""e": null"#),
        ([.key("")], #""": 7"#),
        // What is not there stands where the nearest part stands that is.
        ([.key("a"), .index(9)], #""a" : [1"#),
        ([.key("a"), .index(1), .key("z"), .index(0)], #"{"b""#),
        ([.key("nothing")], #"{"a" :"#),
        ([.key("a"), .key("b")], #""a" : [1"#),
        ([.key(""), .key("b")], #""": 7"#),
    ]

    @Test("a part stands where it begins, a member at its name", arguments: cases)
    func part(path: [JSONPathElement], begins: String) {
        let bytes = Array(Self.text.utf8)
        let offset = JSONText.offsets(of: [path], in: bytes.span)[0]
        #expect(String(decoding: bytes[offset...], as: UTF8.self).hasPrefix(begins))
    }

    @Test("many parts are found in one pass, as each by itself")
    func many() {
        let bytes = Array(Self.text.utf8)
        let paths = Self.cases.map(\.path)
        let each = paths.map { JSONText.offsets(of: [$0], in: bytes.span)[0] }
        #expect(JSONText.offsets(of: paths, in: bytes.span) == each)
    }

    @Test("of members with one name the last counts, as in the value")
    func repeated() {
        let bytes = Array(#"{"a": {"b": 1}, "a": {"c": 2}}"#.utf8)
        let offsets = JSONText.offsets(
            of: [[.key("a"), .key("b")], [.key("a"), .key("c")]], in: bytes.span)
        #expect(offsets == [16, 22])
    }
}
