import JSON
import Scripting
import Testing

/// Whatever a script does, it ends, nobody else notices, and the sandbox works on.
@Suite("Lua limits")
struct LuaLimitsTests {
    struct Attack: CustomTestStringConvertible, Sendable {
        let name: String
        let source: String
        let kinds: Set<LuaError.Kind>

        init(_ name: String, _ kinds: Set<LuaError.Kind>, _ source: String) {
            self.name = name
            self.source = source
            self.kinds = kinds
        }

        var testDescription: String { name }
    }

    static let attacks = [
        Attack("endless loop", [.instructions], "while true do end"),
        Attack("endless loop in pcall", [.instructions], "while true do pcall(function() while true do end end) end"),
        Attack("endless loop of pcall", [.instructions], "while true do pcall(error) end"),
        Attack(
            "endless loop in the handler of an endless loop", [.instructions],
            "xpcall(function() while true do end end, function() while true do end end) return 1"),
        Attack("endless loop in xpcall's handler", [.instructions], "xpcall(error, function() while true do end end)"),
        Attack(
            "endless loop in a metamethod", [.instructions],
            "return setmetatable({}, {__index = function() while true do end end}).x"),
        Attack(
            "endless loop in a comparison", [.instructions], "table.sort({3, 2, 1}, function() while true do end end)"),
        Attack("endless loop in gsub", [.instructions], "('x'):gsub('x', function() while true do end end)"),
        Attack(
            "endless loop in a chunk's tostring", [.instructions],
            """
            return tostring(setmetatable({}, {__tostring = function() while true do end end}))
            """),
        Attack("memory bomb", [.memory], "local t = {} for i = 1, 1e9 do t[i] = {i} end"),
        Attack(
            "memory bomb in pcall", [.memory],
            "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end"),
        Attack("string bomb", [.memory, .instructions], "return #string.rep('x', 2^30)"),
        Attack(
            "string bomb again and again", [.memory, .instructions], "while true do pcall(string.rep, 'x', 2^30) end"),
        Attack("large strings again and again", [.instructions], "while true do local s = string.rep('x', 1e6) end"),
        Attack("repeated nothing", [.instructions], "return ('').rep('', 2^31 - 1)"),
        Attack("repeated nothing, by a number in a string", [.instructions], "return ('').rep('', '2147483647')"),
        Attack("inserting far before the start", [.instructions], "table.insert({}, -2^31, 1)"),
        Attack("inserting far behind the end", [.instructions], "table.insert({}, '2147483640', 1)"),
        Attack(
            "recursion of many parameters", [.runtime, .memory],
            """
            local function f(\((1...100).map { "p\($0)" }.joined(separator: ",")), ...) return 1 + f() end return f()
            """),
        Attack(
            "format bomb", [.memory, .instructions],
            "local s = ('x'):rep(1e6) return #string.format(('%s'):rep(50), \(Array(repeating: "s", count: 50).joined(separator: ",")))"
        ),
        Attack(
            "concat bomb", [.memory, .instructions],
            "local t = {} for i = 1, 100 do t[i] = ('x'):rep(1e5) end return #table.concat(t)"),
        Attack("gsub bomb", [.memory, .instructions], "return #(('x'):rep(1e5)):gsub('x', ('y'):rep(1e5))"),
        Attack("pattern bomb", [.instructions], "return (('a'):rep(5000)):find(('.-'):rep(8) .. 'b')"),
        Attack("pattern bomb with captures", [.instructions], "return (('a'):rep(5000)):match(('(.*)'):rep(8) .. 'b')"),
        Attack(
            "pattern bomb in gmatch", [.instructions], "for _ in (('a'):rep(5000)):gmatch(('a*'):rep(8) .. 'b') do end"),
        Attack("pattern bomb in gsub", [.instructions], "return (('a'):rep(5000)):gsub(('a?a*'):rep(8) .. 'b', '')"),
        Attack("balance bomb", [.instructions], "return (('('):rep(100000)):find('%b()')"),
        Attack("deep pattern", [.runtime], "return (('a'):rep(10000)):find(('a?'):rep(10000))"),
        Attack("deep captures", [.runtime], "return (('a'):rep(100)):find(('(a)'):rep(100))"),
        Attack(
            "table shifting", [.instructions, .time],
            """
            local t = {} for i = 1, 100000 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end
            """),
        Attack("sorting much", [.instructions], "local t = {} for i = 1, 100000 do t[i] = -i end table.sort(t)"),
        Attack(
            "sorting again and again", [.instructions, .time],
            """
            local t = {} for i = 1, 100000 do t[i] = i end while true do table.sort(t) end
            """),
        Attack(
            "comparing long strings", [.instructions, .time],
            """
            local a, b = ('x'):rep(1e6) .. 'a', ('x'):rep(1e6) .. 'b' while a < b do end
            """),
        Attack(
            "emptied table", [.instructions, .time],
            """
            local t = {} for i = 1, 60000 do t['k' .. i] = i end for k in pairs(t) do t[k] = nil end
            while true do next(t) end
            """),
        Attack("deep recursion", [.runtime], "local function f() return 1 + f() end return f()"),
        Attack("endless tail recursion", [.instructions], "local function f() return f() end return f()"),
        Attack("recursion through gsub", [.runtime], "local function f() return (('x'):gsub('x', f)) end return f()"),
        Attack(
            "recursion through sort", [.runtime], "local function f() table.sort({2, 1}, f) return true end return f()"),
        Attack(
            "recursion through a metamethod", [.runtime],
            """
            local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k] end return t.x
            """),
        Attack(
            "recursion through tostring", [.runtime],
            """
            local t = setmetatable({}, {}) getmetatable(t).__tostring = function() return tostring(t) end
            return tostring(t)
            """),
        Attack(
            "deep pcall", [.runtime],
            "local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end return f()"),
        Attack("too many results", [.runtime], "return unpack({}, 1, 1e7)"),
        Attack("too many characters", [.runtime], "return (('x'):rep(1e5)):byte(1, -1)"),
        Attack("circular value", [.badValue], "local t = {} t.t = t return t"),
        Attack("far index", [.badValue], "return {[1] = 1, [1e15] = 2}"),
        Attack("long result", [.badValue], "return ('x'):rep(2e6)"),
        Attack("wide result", [.badValue], "local t = {} for i = 1, 1e5 do t[i] = 1 end return t"),
        Attack("circular value for cjson", [.runtime], "local t = {} t.t = t return require('cjson').encode(t)"),
        Attack("deep text for cjson", [.runtime], "return require('cjson').decode(('['):rep(200) .. (']'):rep(200))"),
        Attack("wide text for cjson", [.runtime], "return require('cjson').decode('[' .. ('1,'):rep(200000) .. '1]')"),
        Attack(
            "encoding again and again", [.instructions, .time],
            """
            local t = {} for i = 1, 10000 do t[i] = i end while true do require('cjson').encode(t) end
            """),
        Attack("loop in cjson.safe", [.instructions, .time], "while true do require('cjson.safe').decode('[') end"),
    ]

    @Test("an attack ends, and the next run is as before", arguments: attacks)
    func ends(_ attack: Attack) throws {
        var limits = LuaLimits()
        if !attack.kinds.contains(.time) { limits.milliseconds = 60_000 }
        let sandbox = try LuaSandbox(limits: limits)
        let well = try sandbox.compile("local t = {} for i = 1, 100 do t[i] = i end return #t", name: "well")
        #expect(try sandbox.run(well) == 100)
        let before = sandbox.memory
        let chunk = try sandbox.compile(attack.source, name: "attack")
        for _ in 0..<2 {
            do throws(LuaError) {
                let value = try sandbox.run(chunk)
                Issue.record("it answered \(value?.text.prefix(50) ?? "nil")")
            } catch {
                #expect(attack.kinds.contains(error.kind), "\(error.kind): \(error)")
                #expect(!error.message.contains("0x"))
            }
            #expect(try sandbox.run(well) == 100)
            #expect(sandbox.memory < before + 128 * 1024)
        }
    }

    @Test("what ended a script says where")
    func messages() throws {
        let sandbox = try LuaSandbox()
        #expect(
            try error(sandbox, "\nwhile true do end")
                == LuaError(.instructions, "script:2: the script took more than 1000000 instructions"))
        #expect(
            try error(sandbox, "local s = ('x'):rep(9e6)")?.message
                == "the script needs more than 8388608 bytes of memory")
    }

    @Test("processor time has a limit of its own")
    func time() throws {
        var limits = LuaLimits()
        limits.instructions = Int.max
        limits.milliseconds = 20
        let sandbox = try LuaSandbox(limits: limits)
        #expect(
            try error(sandbox, "while true do pcall(function() while true do end end) end")
                == LuaError(.time, "script:1: the script took more than 20 ms of processor time"))
        #expect(try sandbox.run(sandbox.compile("return 1", name: "next")) == 1)
    }

    @Test("garbage does not count as long as it can be collected")
    func garbage() throws {
        var limits = LuaLimits()
        limits.memory = 1024 * 1024
        let source = "local n = 0 for i = 1, 20000 do local t = {i, {i}, 'x' .. i} n = n + #t end return n"
        #expect(try run(source, limits: limits) == 60000)
    }

    @Test("a sandbox that has no room for its library is not made")
    func noRoom() {
        var limits = LuaLimits()
        limits.memory = 4096
        #expect(throws: LuaError(.memory, "no memory for Lua")) { try LuaSandbox(limits: limits) }
    }

    @Test("memory is refused at any place without harm", arguments: Array(stride(from: 60_000, to: 200_000, by: 1777)))
    func refusedAnywhere(_ memory: Int) throws {
        var limits = LuaLimits()
        limits.memory = memory
        let sandbox: LuaSandbox
        do { sandbox = try LuaSandbox(limits: limits) } catch { return }
        let source = """
            local cjson = require('cjson.safe')
            local t = {}
            for i = 1, 300 do t['k' .. i] = {i, tostring({}), ('x'):gsub('x', 'yy')} end
            return #cjson.encode(cjson.decode(cjson.encode(t))) > 10
            """
        for _ in 0..<3 {
            do {
                #expect(try sandbox.run(sandbox.compile(source, name: "script")) == true)
            } catch {
                #expect(error.kind == .memory, "\(error)")
            }
        }
    }

    @Test("a deeply nested source, and a long one, are refused")
    func deepSource() throws {
        let sandbox = try LuaSandbox()
        let deep = "return " + String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000)
        #expect(throws: LuaError.self) { try sandbox.compile(deep, name: "deep") }
        let long = "return {" + String(repeating: "'abcdefgh', {},", count: 500_000) + "}"
        #expect(throws: LuaError.self) { try sandbox.compile(long, name: "long") }
        #expect(try sandbox.run(sandbox.compile("return 1", name: "next")) == 1)
    }
}
