import JSON
import Scripting
import Testing

@Suite("Lua cjson")
struct LuaCjsonTests {
    /// What `cjson.encode` makes of an expression.
    private func encoded(_ expression: String, _ before: String = "") throws -> JSONValue? {
        try run("local cjson = require 'cjson' \(before) return cjson.encode(\(expression))")
    }

    @Test(
        "values become text as with lua-cjson",
        arguments: [
            ("{}", "{}"), ("{1, 2, 'x'}", #"[1,2,"x"]"#), ("{a = 1}", #"{"a":1}"#), ("nil", "null"),
            ("cjson.null", "null"), ("{cjson.null}", "[null]"), ("{[1] = 1, [3] = 3}", "[1,null,3]"), ("true", "true"),
            ("{[1] = 1, x = 2}", #"{"1":1,"x":2}"#), ("cjson.empty_array", "[]"), ("1e3", "1000"), ("0.5", "0.5"),
            ("setmetatable({}, cjson.array_mt)", "[]"), ("setmetatable({}, cjson.empty_array_mt)", "[]"),
            ("setmetatable({a = 1}, cjson.empty_array_mt)", #"{"a":1}"#), ("{[0] = 1}", #"{"0":1}"#),
            ("{[1.5] = 1}", #"{"1.5":1}"#), ("'\\n\"ä'", #""\n\"ä""#), ("2^53", "9007199254740992"), ("-0.25", "-0.25"),
        ])
    func encode(_ expression: String, _ text: String) throws {
        let value = try encoded(expression)
        if let members = try JSONValue.parse(text: text).objectValue, members.count > 1 {
            // Lua's order is any.
            #expect(try JSONValue.parse(text: value?.stringValue ?? "") == .object(members))
        } else {
            #expect(value == .string(text))
        }
    }

    @Test(
        "what has no text is an error",
        arguments: [
            ("print or tostring", "Cannot serialise function: type not supported"),
            ("0/0", "Cannot serialise number: must not be NaN or Infinity"),
            ("1/0", "Cannot serialise number: must not be NaN or Infinity"),
            ("{[true] = 1}", "Cannot serialise boolean: table key must be a number or string"),
            ("{[1] = 1, [100] = 2}", "Cannot serialise table: excessively sparse array"),
            ("'\\255'", "a string is not UTF-8"),
        ])
    func refuses(_ expression: String, _ message: String) throws {
        let sandbox = try LuaSandbox()
        let found = try error(sandbox, "return require('cjson').encode(\(expression))")
        #expect(found?.kind == .runtime)
        #expect(found?.message.hasSuffix(message) == true, "\(found?.message ?? "")")
        let safe = try run("local v, e = require('cjson.safe').encode(\(expression)) return {v == nil, e}")
        #expect(safe == [true, .string(message)])
    }

    @Test("settings do what they say")
    func settings() throws {
        #expect(try encoded("{}", "cjson.encode_empty_table_as_object(false)") == "[]")
        #expect(try encoded("{[1] = 1, [100] = 2}", "cjson.encode_sparse_array(true)") != nil)
        #expect(try encoded("{}") == "{}")
        #expect(try encoded("cjson.decode('[]')") == "[]", "an empty list that came in stays one")
        #expect(try encoded("cjson.decode('[[]]')", "cjson.decode_array_with_array_mt(true)") == "[[]]")
    }

    @Test("text becomes values: null is cjson.null, numbers are doubles")
    func decode() throws {
        let source = """
            local cjson = require 'cjson'
            local v = cjson.decode('{"a": [1, 2.5, null], "b": {"c": "\\\\u00e4"}, "d": false}')
            return {#v.a, v.a[2], v.a[3] == cjson.null, v.b.c, v.d, cjson.decode('7'), cjson.decode('null') == cjson.null}
            """
        #expect(try run(source) == [3, 2.5, true, "ä", false, 7, true])
    }

    @Test("a text that is no JSON raises; cjson.safe gives nil and why")
    func invalid() throws {
        #expect(try error(try LuaSandbox(), "require('cjson').decode('{')")?.kind == .runtime)
        #expect(try error(try LuaSandbox(), "require('cjson').decode({})")?.kind == .runtime)
        let source = "local v, e = require('cjson.safe').decode('[1,') return {v == nil, type(e), #e > 5}"
        #expect(try run(source) == [true, "string", true])
    }

    @Test(
        "values come back from Lua as they went in",
        arguments: [
            ["a": [1, 2.5, "x", true, .null], "b": ["c": ["d": "ä\u{0}\u{1F600}"]]], [], [[1], [2]], "", 1.5, false,
            .null, .integer(1 << 53), 1e300, -7,
        ] as [JSONValue])
    func roundTrip(_ value: JSONValue) throws {
        #expect(try run("return ...", [value]) == value)
    }

    @Test("an empty list is one until it gets a name")
    func emptyList() throws {
        #expect(try run("local t = ... t.list.x = 1 return t", [["list": []]]) == ["list": ["x": 1]])
        #expect(try run("local t = ... t.list[1] = 1 return t", [["list": []]]) == ["list": [1]])
    }

    @Test("nil alone is no value")
    func noValue() throws {
        #expect(try run("return nil") == nil)
        #expect(try run("") == nil)
        #expect(try run("return require('cjson').null") == .null)
    }

    @Test(
        "a result that has no form in JSON is a bad value",
        arguments: ["'\\255'", "tostring", "{tostring}", "0/0", "{['\\255'] = 1}", "{[{}] = 1}"])
    func badValue(_ expression: String) throws {
        #expect(try error(try LuaSandbox(), "return \(expression)")?.kind == .badValue)
    }
}
