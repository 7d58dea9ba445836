import Foundation
import GatewayModel
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import LogKit

@Suite("custom_fields_by_lua")
struct CustomFieldsTests {
    /// The entry of one request to a service, with these scripts by place.
    private static func entry(
        _ scripts: JSONObject, _ head: String = "GET /a/b?x=1&y=%20&z\nX-One: 1\nX-Two: a\nX-Two: b",
        status: Int = 200
    ) async throws -> JSONValue {
        let recorder = EntryRecorder()
        let plugin: JSONValue = ["name": "entry-recorder", "config": ["custom_fields_by_lua": .object(scripts)]]
        let proxied = try ProxiedHarness(
            plugin.text, definitions: GatewayHarness.plain + [recorder.definition()]
        ) { connection, _ in
            try connection.answerAll("body", fields: "X-Up: u\r\n")
        }
        let answer = try await proxied.gateway.ask(head)
        #expect(answer.status == status, "the request is unharmed")
        return try #require(await recorder.entries(1).first)
    }

    @Test("results are set, nil removes")
    func results() async throws {
        let entry = try await Self.entry([
            "route": "return nil", "constant": "return 'c'", #"a\.b"#: "return 1.5", "deep.er": "return {x = {1, 2}}",
            "header": "return kong.request.get_header('x-one')", "request.headers.x-one": "return nil",
            "tries[1].note": "return true", "tries[2]": "return 'second'",
        ])
        #expect(entry["route"] == nil && entry["service"]?["name"] == "s")
        #expect(entry["constant"] == "c" && entry["a.b"] == 1.5 && entry["deep"] == ["er": ["x": [1, 2]]])
        #expect(entry["header"] == "1")
        #expect(entry["request"]?["headers"]?["x-one"] == nil && entry["request"]?["headers"]?["x-two"] == ["a", "b"])
        #expect(entry["tries"]?[0]?["note"] == true && entry["tries"]?[1] == "second")
    }

    @Test(
        "what scripts can ask",
        arguments: [
            ("kong.request.get_method()", "GET"), ("kong.request.get_path()", "/a/b"),
            ("kong.request.get_path_with_query()", "/a/b?x=1&y=%20&z"), ("kong.request.get_raw_query()", "x=1&y=%20&z"),
            ("kong.request.get_query_arg('y')", " "), ("kong.request.get_query_arg('z')", true),
            ("kong.request.get_query_arg('none') == nil", true),
            ("kong.request.get_query()", ["x": "1", "y": " ", "z": true]),
            ("kong.request.get_header('X_TWO')", "a"), ("kong.request.get_header('none') == nil", true),
            ("kong.request.get_headers()['x-two']", ["a", "b"]), ("kong.request.get_scheme()", "http"),
            ("kong.request.get_host()", "gateway.test"), ("kong.request.get_http_version()", 1.1),
            ("kong.client.get_ip()", "127.0.0.1"), ("kong.client.get_forwarded_ip()", "127.0.0.1"),
            ("kong.client.get_consumer() == nil", true), ("kong.client.get_credential() == nil", true),
            ("kong.response.get_status()", 200), ("kong.response.get_header('x-up')", "u"),
            ("kong.response.get_source()", "service"), ("kong.service.response.get_status()", 200),
            ("kong.router.get_route().name", "r"), ("kong.router.get_service().name", "s"),
            ("#ngx.var.request_id", 32), ("ngx.var.http_x_one", "1"), ("ngx.var.arg_x", "1"),
            ("ngx.var.sent_http_x_up", "u"), ("ngx.var.unknown == nil", true),
            ("ngx.var.request_uri", "/a/b?x=1&y=%20&z"),
            ("ngx.var.upstream_status", "200"), ("ngx.time() > 1700000000", true),
            ("require('cjson.safe').decode('{\"a\":[1]}')", ["a": [1]]),
        ] as [(String, JSONValue)])
    func functions(_ expression: String, _ value: JSONValue) async throws {
        #expect(try await Self.entry(["it": .string("return \(expression)")])["it"] == value)
    }

    @Test(
        "a script that misbehaves is contained, told, and changes nothing",
        arguments: [
            "while true do end", "local t = {} while true do t[#t + 1] = string.rep('x', 1000) end",
            "return string.rep('x', 1e9)", "local s = 'x' while true do s = s .. s end",
            "return ('a'):rep(30000):find(('a*'):rep(50) .. 'b')", "error('no')", "return nothing.at.all",
            "return require('os')", "return require('io').open('/etc/passwd')", "return io", "os.exit(1)",
            "return loadstring('return 1')()", "return debug", "local f = function() end return f",
            "local t = {} t.t = t return t", "kong.request.set_header('a', 'b')", "return kong.request.get_header()",
            "kong.log.set_serialize_value('a..b', 1)", "coroutine.wrap(function() while true do end end)()",
        ])
    func contained(_ script: String) async throws {
        let entry = try await Self.entry(["bad": .string(script), "good": "return 'good'"])
        #expect(entry["good"] == "good", "the next one runs")
        #expect(entry["bad"] == nil)
        #expect(entry["response"]?["status"] == 200)
    }

    @Test("a place within what is no object is told and left")
    func impossible() async throws {
        let entry = try await Self.entry(["client_ip.x": "return 1", "started_at[1]": "return 1", "z": "return 2"])
        #expect(entry["client_ip"] == "127.0.0.1" && entry["z"] == 2)
    }

    @Test("what is no script or no path is refused with the place")
    func refused() {
        for (name, script, problem) in [
            ("a", "return (", "error parsing function"), ("a..b", "return 1", "is no path"),
            ("a", "\u{1b}Lua", "compiled chunks are refused"),
        ] {
            let config: JSONValue = [
                "bootstrap_servers": [["host": "h", "port": 9092]], "topic": "t",
                "custom_fields_by_lua": [name: .string(script)],
            ]
            guard case .failure(let errors) = PluginFixture.complete("kafka-log", config) else {
                Issue.record("'\(script)' at '\(name)' was accepted")
                continue
            }
            #expect(errors.problems.count == 1 && errors.problems[0].message.contains(problem), "\(errors)")
        }
    }

    @Test("what one plugin sets, later ones see; rules see what scripts have set")
    func shared() async throws {
        let (first, second) = (EntryRecorder(), EntryRecorder())
        let gateway = try GatewayHarness.gateway(
            #"""
            {"name":"first","config":{"custom_fields_by_lua":{
                "one":"kong.ctx.shared.n = 7 return 'first'",
                "log":"kong.log.set_serialize_value('started_at', 1, {mode = 'add'}) kong.log.set_serialize_value('extra.x', 5)"}}}
            """#,
            #"""
            {"name":"second","config":{"custom_fields_by_lua":{"two":"return kong.ctx.shared.n"},
             "log_format":{"include":["one","two","extra","started_at"],"rename":{"one":"renamed"}}}}
            """#,
            definitions: GatewayHarness.plain + [
                first.definition(name: "first", priority: 9), second.definition(name: "second", priority: 5),
            ])
        #expect(try await gateway.ask("GET /").status == 503)
        let entry = try #require(await first.entries(1).first)
        #expect(entry["one"] == "first" && entry["two"] == nil && entry["extra"] == ["x": 5])
        #expect(entry["started_at"] != 1 && entry["log"] == nil)
        let later = try #require(await second.entries(1).first)
        #expect(later["renamed"] == "first" && later["one"] == nil && later["two"] == 7 && later["extra"] == ["x": 5])
        #expect(later.objectValue?.count == 4)
    }

    @Test("scripts see their own request")
    func apart() async throws {
        let recorder = EntryRecorder()
        let gateway = try GatewayHarness.gateway(
            #"""
            {"name":"entry-recorder","config":{"custom_fields_by_lua":{
                "before":"return kong.ctx.shared.path or 'none'", "count":"n = (n or 0) + 1 return n",
                "set":"kong.ctx.shared.path = kong.request.get_path() return kong.ctx.shared.path"}}}
            """#, definitions: GatewayHarness.plain + [recorder.definition()])
        for number in 1...3 { _ = try await gateway.ask("GET /\(number)") }
        let entries = await recorder.entries(3)
        #expect(entries.map { $0["before"] } == ["none", "none", "none"])
        #expect(entries.map { $0["count"] } == [1, 1, 1], "globals are a run's own")
        #expect(entries.map { $0["set"] } == ["/1", "/2", "/3"])
    }
}
