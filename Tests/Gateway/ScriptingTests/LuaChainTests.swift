import JSON
import Scripting
import Testing

/// The scripts that Kong's documentation shows, in words of our own.
@Suite("Lua scripts of Kong's users")
struct LuaChainTests {
    private static let message: JSONValue = [
        "method": "POST", "headers": ["apikey": "secret", "host": "example.com"], "body": "{\"n\":1}",
        "body_args": ["n": 1], "list": [1, 2, 3],
    ]

    private func chain(
        _ sources: [String], _ message: JSONValue = LuaChainTests.message,
        define: (LuaSandbox) throws -> Void = { _ in }
    ) throws -> JSONValue? {
        let sandbox = try LuaSandbox()
        try define(sandbox)
        let chunks = try sources.enumerated().map { place, source in
            try sandbox.compile(source, name: "function \(place + 1)")
        }
        return try sandbox.runChain(chunks, message: message)
    }

    @Test("the identity leaves the message as it is")
    func identity() throws {
        #expect(try chain(["return function(message) return message end"]) == Self.message)
        #expect(try chain([]) == Self.message)
    }

    @Test("a constant table, and constant text")
    func constant() throws {
        #expect(try chain(["return function() return { a = 1, b = { 'x' } } end"]) == ["a": 1, "b": ["x"]])
        let text = #"return function(message) return '{"a":1}' end"#
        #expect(try chain([text]) == #"{"a":1}"#)
    }

    @Test("the authenticated consumer is added")
    func consumer() throws {
        let source = """
            return function(message)
              local consumer = kong.client.get_consumer()
              if consumer then
                message.consumer = { id = consumer.id, username = consumer.username }
              end
              return message
            end
            """
        let result = try chain([source]) { sandbox in
            try sandbox.define("kong.client.get_consumer") { _ in
                ["id": "1", "username": "alice", "username_lower": "alice", "type": 0, "created_at": 1_700_000_000]
            }
        }
        #expect(result?["consumer"] == ["id": "1", "username": "alice"])
        #expect(result?["method"] == "POST")
        let nobody = try chain([source]) { try $0.define("kong.client.get_consumer") { _ in nil } }
        #expect(nobody == Self.message)
    }

    @Test("a secret is redacted")
    func redacted() throws {
        let source = """
            return function(message)
              if message.headers.apikey then message.headers.apikey = "[REDACTED]" end
              return message
            end
            """
        #expect(try chain([source])?["headers"] == ["apikey": "[REDACTED]", "host": "example.com"])
    }

    @Test("the body alone")
    func body() throws {
        #expect(try chain(["return function(message) return message.body end"]) == "{\"n\":1}")
        #expect(try chain(["return function(message) return message.body_args end"]) == ["n": 1])
    }

    @Test("functions run one after another, with globals of their own")
    func inTurn() throws {
        let first = "count = 1 return function(m) m.first = true count = count + 1 m.count = count return m end"
        let second = "return function(m) m.second = m.first and count == nil return m end"
        let result = try chain([first, second])
        #expect(result?["second"] == true)
        #expect(result?["count"] == 2)
        #expect(
            try chain(["return function(m) return m.method end", "return function(m) return m .. '!' end"]) == "POST!")
    }

    @Test("nil drops the message, and what comes after is not asked")
    func dropped() throws {
        let drop = """
            return function(message)
              if not message.value or message.value == "" then return nil end
              return message
            end
            """
        let after = "return function(m) m.after = true return m end"
        #expect(try chain([drop, after], ["value": ""]) == nil)
        #expect(try chain([drop, after], [:]) == nil)
        #expect(try chain([drop, after], ["value": "x"]) == ["value": "x", "after": true])
    }

    @Test("a consumer's value is decoded by cjson.safe")
    func decoded() throws {
        let source = """
            local cjson = require "cjson.safe"
            return function(message)
              local decoded, err = cjson.decode(message.value)
              if decoded then
                message.decoded = decoded
                message.is_json = true
              else
                message.is_json = false
                message.error = err ~= nil
              end
              return message
            end
            """
        #expect(
            try chain([source], ["value": #"{"a":[1,null]}"#])
                == ["value": #"{"a":[1,null]}"#, "decoded": ["a": [1, .null]], "is_json": true])
        #expect(try chain([source], ["value": "text"]) == ["value": "text", "is_json": false, "error": true])
    }

    @Test("fields of a log entry: nothing, a constant, a header")
    func customFields() throws {
        #expect(try run("return nil") == nil)
        #expect(try run("return 'constant'") == "constant")
        let sandbox = try LuaSandbox()
        try sandbox.define("kong.request.get_header") { $0 == ["x-trace"] ? "abc" : nil }
        let chunk = try sandbox.compile("return kong.request.get_header('x-trace')", name: "fields.trace")
        #expect(try sandbox.run(chunk) == "abc")
    }

    @Test("a script that gives no function is told")
    func noFunction() throws {
        #expect(throws: LuaError(.badValue, "script 2 returned a table, not a function")) {
            try chain(["return function(m) return m end", "return {}"])
        }
        #expect(throws: LuaError(.runtime, "function 1:1: no")) { try chain(["return function() error('no') end"]) }
    }

    @Test("limits hold for the chain as a whole")
    func limits() throws {
        let third = "return function(m) for i = 1, 400000 do end return m end"
        #expect(try chain([third, third]) == Self.message)
        do throws(any Error) {
            _ = try chain([third, third, third])
            Issue.record("three thirds and more passed")
        } catch {
            #expect((error as? LuaError)?.kind == .instructions)
        }
    }
}
