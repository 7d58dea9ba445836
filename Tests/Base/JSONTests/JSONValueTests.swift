import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    static let written: [(value: JSONValue, text: String)] = [
        (.null, "null"), (true, "true"), (.integer(.min), "-9223372036854775808"), (.number(1), "1"), (0.1, "0.1"),
        (.number(-0.0), "-0"), (.number(1e21), "1e+21"), (.number(.infinity), "null"), (.number(.nan), "null"),
        (.number(100), "100"), (.number(1.10), "1.1"), ("a/b", #""a/b""#), ("é\u{7f}", "\"é\u{7f}\""), ([], "[]"),
        ([:], "{}"), (["b": 1, "a": [.null, 2]], #"{"b":1,"a":[null,2]}"#),
    ]

    @Test("values are written on one line, in their order", arguments: written)
    func writes(value: JSONValue, text: String) { #expect(value.text == text) }

    @Test("pretty text is indented by two blanks, and what is empty stays on its line")
    func pretty() {
        let value: JSONValue = ["a": [1, ["b": .null]], "c": [], "d": [:]]
        #expect(
            value.prettyText == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """)
    }

    @Test("the same number is equal and hashes alike, written as integer or not")
    func numbers() {
        #expect(JSONValue.integer(1) == 1.0)
        #expect(JSONValue.integer(1).hashValue == JSONValue.number(1).hashValue)
        #expect(JSONValue.integer(.max) != .number(Double(Int.max)))
        #expect(JSONValue.integer(1) != true && JSONValue.integer(0) != .null)
        #expect(JSONValue.number(5).integerValue == 5 && JSONValue.number(5.5).integerValue == nil)
        #expect(JSONValue.integer(5).numberValue == 5)
    }

    @Test("objects are equal whatever the order, and hash alike")
    func objectEquality() {
        let one: JSONObject = ["a": 1, "b": [2]]
        let other: JSONObject = ["b": [2], "a": 1]
        #expect(one == other && one.hashValue == other.hashValue)
        #expect(one != ["a": 1] && one != ["a": 1, "c": [2]] && one != ["a": 1, "b": [3]])
        #expect(one.keys == ["a", "b"] && other.keys == ["b", "a"])
    }

    @Test("an object keeps its order through sets and removals, small or large", arguments: [3, 12, 13, 14, 500])
    func objectOrder(count: Int) {
        var object = JSONObject()
        for number in 0..<count { object["k\(number)"] = .integer(number) }
        object["k1"] = "changed"
        #expect(object.removeValue(forKey: "k0") == 0)
        #expect(object.removeValue(forKey: "k0") == nil)
        object["k2"] = nil
        object["k0"] = "last"
        #expect(object.keys == ["k1"] + (3..<max(count, 3)).map { "k\($0)" } + ["k0"])
        #expect(object["k1"] == "changed" && object["k0"] == "last" && object["k2"] == nil)
        #expect(object.count == count - 1)
        for member in object { #expect(object[member.key] == member.value) }
        let kept = object.filter { $0.key != "k1" }
        #expect(kept["k1"] == nil && kept["k0"] == "last" && kept.count == count - 2)
    }

    @Test("subscripts answer nil for what is not there")
    func subscripts() {
        let value: JSONValue = ["list": [1, 2]]
        #expect(value["list"]?[1] == 2)
        #expect(value["list"]?[2] == nil && value["list"]?[-1] == nil && value["none"] == nil && value[0] == nil)
        #expect(value["list"]?["x"] == nil)
    }
}
