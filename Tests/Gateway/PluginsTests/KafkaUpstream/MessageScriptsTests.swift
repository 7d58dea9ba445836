import HTTPServer
import JSON
import Observability
import PluginKit
import Scripting
import TestPlugins
import Testing

@testable import Plugins

@Suite("message_by_lua_functions")
struct MessageScriptsTests {
    private static let message =
        #"{"method":"POST","headers":{"apikey":"secret","x":"1"},"body":"{\"id\":1}","body_args":{"id":1},"list":[]}"#

    /// What becomes of the message; throws the `BodyProblem`.
    private static func change(_ scripts: [String], message: String = message) throws -> String {
        let scripts = try MessageScripts(scripts, logger: .silent, pluginID: "p")
        var value = Array(message.utf8)
        let exchange = try RequestFixture.exchange("POST /a?b=c\nX-One: 1")
        try scripts.change(&value, exchange, RequestFixture.context())
        return String(decoding: value, as: UTF8.self)
    }

    @Test(
        "what published snippets do",
        arguments: [
            (["return function(message) return message end"], message),
            (["return function(message) return {a = 1} end"], #"{"a":1}"#),
            ([#"return function(message) return '{"a":1}' end"#], #"{"a":1}"#),
            (
                [#"return function(message) message.headers.apikey = "[REDACTED]" return message end"#],
                message.replacing("secret", with: "[REDACTED]")
            ),
            (["return function(message) return message.body end"], #"{"id":1}"#),
            (["return function(message) return message.body_args end"], #"{"id":1}"#),
            (
                [
                    "local cjson = require 'cjson.safe' return function(m) return cjson.decode(m.body) end",
                    "return function(m) m.id = m.id + 1 m.path = kong.request.get_path() return m end",
                    "return function(m) m.path = m.path .. '!' return m end",
                ], #"{"id":2,"path":"\/a!"}"#
            ),
            (["return function(m) return 5 end"], "5"), (["return function(m) return m.list end"], "[]"),
        ] as [([String], String)])
    func changes(_ scripts: [String], _ value: String) throws {
        // Members have no order in Lua.
        let (made, wanted) = (try Self.change(scripts), value)
        #expect(try JSONValue.parse(Array(made.utf8).span) == JSONValue.parse(Array(wanted.utf8).span))
    }

    @Test("a text is sent as it is")
    func text() throws { #expect(try Self.change(["return function() return ' no JSON' end"]) == " no JSON") }

    @Test(
        "a script that fails is the configuration's fault",
        arguments: [
            "return function(m) return nil end", "return function(m) return function() end end", "return 5",
            "return function(m) while true do end end", "return function(m) error('x') end",
            "return function(m) return string.rep('x', 1e9) end", "return function(m) return require('os') end",
            "return function(m) m.m = m return m end", "return function(m) return m.nothing.there end",
        ])
    func failures(_ script: String) throws {
        do {
            let made = try Self.change([script])
            Issue.record("it made \(made)")
        } catch let problem as BodyProblem {
            #expect(!problem.isClients)
            #expect(problem.message.hasPrefix("message_by_lua_functions failed: "))
        }
    }

    @Test("a message that is no JSON is the client's")
    func noJSON() throws {
        do {
            _ = try Self.change(["return function(m) return m end"], message: "{")
            Issue.record("it was taken")
        } catch let problem as BodyProblem { #expect(problem.isClients) }
    }

    @Test(
        "what is refused",
        arguments: [
            SchemaCase(
                #"{"message_by_lua_functions":["return ("]}"#,
                "config.message_by_lua_functions.1: error parsing function: script:1: unexpected symbol near '<eof>'"),
            SchemaCase(
                #"{"value_source":"raw","message_by_lua_functions":["return 1"]}"#,
                "config.message_by_lua_functions: needs a message that is JSON: value_source is raw"),
            SchemaCase(
                #"{"message_by_lua_functions":[""]}"#, "config.message_by_lua_functions.1: length must be at least 1"),
        ])
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("kafka-upstream", base: .kafka) }
}
