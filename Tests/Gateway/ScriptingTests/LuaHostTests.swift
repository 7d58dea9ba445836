import JSON
import Scripting
import Testing

@Suite("Lua host functions")
struct LuaHostTests {
    private struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private final class Record {
        var calls: [[JSONValue]] = []
        var shared = JSONObject()
    }

    @Test("a function is called by its path, with its arguments")
    func calls() throws {
        let sandbox = try LuaSandbox()
        let record = Record()
        try sandbox.define("kong.request.get_header") { arguments in
            record.calls.append(arguments)
            return arguments.first == "x-name" ? "found" : nil
        }
        try sandbox.define("ngx.time") { _ in 1_700_000_000 }
        let source = """
            local get = kong.request.get_header
            return {get('x-name'), get('other') == nil, ngx.time(), select('#', get({1}, nil, false))}
            """
        #expect(try sandbox.run(sandbox.compile(source, name: "script")) == ["found", true, 1_700_000_000, 1])
        #expect(record.calls == [["x-name"], ["other"], [[1], .null, false]])
    }

    @Test("what it throws is an error in Lua, with the place of the call")
    func throwing() throws {
        let sandbox = try LuaSandbox()
        try sandbox.define("kong.fail") { _ in throw Refusal(description: "not in this phase") }
        #expect(try error(sandbox, "\nkong.fail()") == LuaError(.runtime, "script:2: not in this phase"))
        let caught = try sandbox.compile("local ok, e = pcall(kong.fail) return {ok, e}", name: "script")
        #expect(try sandbox.run(caught) == [false, "not in this phase"])
    }

    @Test("what is no JSON does not reach it")
    func badArguments() throws {
        let sandbox = try LuaSandbox()
        let record = Record()
        try sandbox.define("take") { arguments in
            record.calls.append(arguments)
            return nil
        }
        for argument in ["take", "'\\255'", "0/0", "{take}", "{{}, {[{}] = 1}}"] {
            #expect(try error(sandbox, "take(\(argument))")?.kind == .runtime, "\(argument)")
        }
        #expect(record.calls.isEmpty)
        #expect(try error(sandbox, "take()") == nil)
        #expect(record.calls == [[]])
    }

    @Test("what it gives is bounded as all values are")
    func badAnswers() throws {
        let sandbox = try LuaSandbox()
        try sandbox.define("many") { _ in .array(Array(repeating: 1, count: 200_000)) }
        try sandbox.define("deep") { _ in (0..<200).reduce(JSONValue.null) { value, _ in .array([value]) } }
        #expect(try error(sandbox, "many()")?.kind == .runtime)
        #expect(try error(sandbox, "deep()")?.kind == .runtime)
        #expect(try error(sandbox, "while true do pcall(many) end")?.kind != .runtime)
    }

    @Test("tables of the host can answer for their members, and be called")
    func tables() throws {
        let sandbox = try LuaSandbox()
        let record = Record()
        try sandbox.define("kong.ctx.shared.__index") { record.shared[$0[0].stringValue ?? ""] }
        try sandbox.define("kong.ctx.shared.__newindex") { arguments in
            record.shared[arguments[0].stringValue ?? ""] = arguments[1]
            return nil
        }
        try sandbox.define("kong.log.__call") { arguments in
            record.calls.append(arguments)
            return nil
        }
        try sandbox.define("kong.log.err") { arguments in
            record.calls.append(["err"] + arguments)
            return nil
        }
        let source = """
            kong.ctx.shared.seen = {kong.ctx.shared.before, 2}
            kong.log('a', 1)
            kong.log.err('b')
            return {kong.ctx.shared.seen[1], kong.ctx.shared.missing == nil, getmetatable(kong.ctx.shared)}
            """
        record.shared["before"] = "x"
        #expect(try sandbox.run(sandbox.compile(source, name: "script")) == ["x", true, false])
        #expect(record.shared["seen"] == ["x", 2])
        #expect(record.calls == [["a", 1], ["err", "b"]])
    }

    @Test("a script cannot change the host's tables for the next one")
    func unchanged() throws {
        let sandbox = try LuaSandbox()
        try sandbox.define("kong.version") { _ in "1" }
        let source = "local v = kong.version() kong.version = function() return 'evil' end kong.extra = 1 return v"
        let chunk = try sandbox.compile(source, name: "script")
        for _ in 0..<2 { #expect(try sandbox.run(chunk) == "1") }
        #expect(try sandbox.run(sandbox.compile("return tostring(kong.extra)", name: "other")) == "nil")
    }

    @Test("a function of the host cannot run a script in the same sandbox")
    func noReentry() throws {
        let sandbox = try LuaSandbox()
        let chunk = try sandbox.compile("return 1", name: "inner")
        try sandbox.define("again") { [unowned sandbox] _ in try sandbox.run(chunk) }
        #expect(try error(sandbox, "return again()") == LuaError(.runtime, "script:1: a script is running"))
        #expect(try sandbox.run(chunk) == 1)
    }
}
