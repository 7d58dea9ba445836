import HTTPServer
import JSON
import Observability
import PluginKit
import Scripting
import TestPlugins
import Testing

@testable import ScriptKit

@Suite("what scripts may ask of a request")
struct RequestScriptsTests {
    private static func run(
        _ script: String, _ lines: String = "GET /", _ context: RequestContext = RequestFixture.context()
    ) throws -> JSONValue? {
        let scripts = try RequestScripts(limits: LuaLimits(), logger: .silent, pluginID: "p")
        let chunk = try scripts.sandbox.compile(script, name: "script")
        let exchange = try RequestFixture.exchange(lines)
        return try scripts.with(exchange, context) { (sandbox) throws(LuaError) in try sandbox.run(chunk) }
    }

    @Test(
        "the request",
        arguments: [
            ("kong.request.get_method()", "PUT"), ("kong.request.get_scheme()", "http"),
            ("kong.request.get_host()", "one.example"), ("kong.request.get_http_version()", 1.1),
            ("kong.request.get_path()", "/a%20b"), ("kong.request.get_path_with_query()", "/a%20b?x=1&x=2&y&z=%26"),
            ("kong.request.get_raw_query()", "x=1&x=2&y&z=%26"), ("kong.request.get_query_arg('x')", "1"),
            ("kong.request.get_query_arg('z')", "&"), ("kong.request.get_query_arg('none')", nil),
            ("kong.request.get_query()", ["x": ["1", "2"], "y": true, "z": "&"]),
            ("kong.request.get_header('X-ONE')", "v"), ("kong.request.get_header('x_one')", "v"),
            ("kong.request.get_header('none')", nil), ("ngx.var.http_x_one", "v"), ("ngx.var.arg_x", "1"),
            ("ngx.var.nothing_of_this_name", nil), ("kong.client.get_ip()", "127.0.0.1"),
        ] as [(String, JSONValue?)])
    func request(_ question: String, _ answer: JSONValue?) throws {
        let lines = "PUT /a%20b?x=1&x=2&y&z=%26\nHost: one.example:8000\nX-One: v"
        #expect(try Self.run("return \(question)", lines) == answer)
    }

    @Test("fields of the log entry are set, up to a limit")
    func fields() throws {
        let context = RequestFixture.context()
        _ = try Self.run("kong.log.set_serialize_value('a.b', 1, {mode = 'add'})", "GET /", context)
        #expect(context.logFields == [LogField(try FieldPath("a.b"), 1, mode: .add)])
        let all = "for n = 1, \(LogField.most) do kong.log.set_serialize_value('f' .. n, n) end"
        #expect(throws: LuaError.self) { try Self.run(all, "GET /", context) }
        #expect(context.logFields.count == LogField.most)
    }

    @Test("values are shared by the scripts of a request, and by no others")
    func shared() throws {
        let context = RequestFixture.context()
        _ = try Self.run("kong.ctx.shared.a = 'x'", "GET /", context)
        #expect(try Self.run("return kong.ctx.shared.a", "GET /", context) == "x")
        #expect(try Self.run("return kong.ctx.shared.a") == nil)
    }

    @Test("between requests there is none")
    func noRequest() throws {
        let scripts = try RequestScripts(limits: LuaLimits(), logger: .silent, pluginID: "p")
        let chunk = try scripts.sandbox.compile("return kong.request.get_method()", name: "script")
        #expect(throws: LuaError.self) { try scripts.sandbox.run(chunk) }
    }

    @Test("what is no script is told")
    func problem() {
        #expect(RequestScripts.problem("return 1") == nil)
        #expect(RequestScripts.problem("return (")?.hasPrefix("error parsing function: ") == true)
    }
}
