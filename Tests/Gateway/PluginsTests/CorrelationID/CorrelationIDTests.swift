import Foundation
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("correlation-id")
struct CorrelationIDTests {
    /// A gateway that answers with the request as later plugins see it.
    private static func gateway(_ config: String) throws -> TestGateway {
        try GatewayHarness.gateway(
            #"{"name":"correlation-id","config":\#(config)}"#,
            #"{"name":"request-termination","config":{"status_code":200,"echo":true}}"#)
    }

    /// What later plugins see of that field.
    private static func seen(_ answer: HTTPAnswer, _ name: String) throws -> JSONValue? {
        try JSONValue.parse(text: answer.body)["request"]?["headers"]?[name]
    }

    // MARK: - Schema

    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("correlation-id", [:]).get()
        #expect(config == ["header_name": "Kong-Request-ID", "generator": "uuid#counter", "echo_downstream": false])
    }

    private static let cases = [
        SchemaCase(#"{"generator":"uuid"}"#), SchemaCase(#"{"generator":"uuid#counter"}"#),
        SchemaCase(#"{"generator":"tracker"}"#), SchemaCase(#"{"header_name":"X-Id"}"#),
        SchemaCase(#"{"generator":"other"}"#, "config.generator: expected one of: uuid, uuid#counter, tracker"),
        SchemaCase(#"{"header_name":""}"#, "config.header_name: length must be at least 1"),
        SchemaCase(#"{"header_name":"a b"}"#, "config.header_name: bad header name 'a b'"),
        SchemaCase(#"{"header_name":"a\r\nb: c"}"#, "config.header_name: bad header name 'a\r\nb: c'"),
        SchemaCase(#"{"header_name":"ä"}"#, "config.header_name: bad header name 'ä'"),
        SchemaCase(#"{"echo_downstream":1}"#, "config.echo_downstream: expected a boolean"),
        SchemaCase(#"{"header":"x"}"#, "config.header: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("correlation-id") }

    // MARK: - Ids

    @Test("a UUID each")
    func uuid() throws {
        let client = try Self.gateway(#"{"generator":"uuid","header_name":"X-Id"}"#).client()
        var ids: Set<String> = []
        for _ in 0..<20 {
            let id = try #require(try Self.seen(client.ask("GET /"), "x-id")?.stringValue)
            #expect(UUID(uuidString: id) != nil, "\(id)")
            ids.insert(id)
        }
        #expect(ids.count == 20)
    }

    @Test("one UUID and a count, over all connections")
    func counter() async throws {
        let gateway = try Self.gateway("{}")
        var prefixes: Set<String> = []
        for number in 1...5 {
            let id = try #require(try await Self.seen(gateway.ask("GET /"), "kong-request-id")?.stringValue)
            let parts = id.split(separator: "#").map(String.init)
            #expect(parts.count == 2 && parts.last == String(number), "\(id)")
            #expect(UUID(uuidString: parts[0]) != nil, "\(id)")
            prefixes.insert(parts[0])
        }
        #expect(prefixes.count == 1)
    }

    @Test("address, port, process, loop, count and time")
    func tracker() async throws {
        let gateway = try Self.gateway(#"{"generator":"tracker"}"#)
        for number in 1...3 {
            let id = try #require(try await Self.seen(gateway.ask("GET /"), "kong-request-id")?.stringValue)
            let parts = id.split(separator: "-").map(String.init)
            let process = String(ProcessInfo.processInfo.processIdentifier)
            #expect(parts.dropLast() == ["127.0.0.1", String(gateway.port), process, "0", String(number)], "\(id)")
            #expect(parts.last.flatMap(Int.init) ?? 0 > 1_600_000_000_000)
        }
    }

    @Test("the client's own id is kept, an empty one is none")
    func own() async throws {
        let gateway = try Self.gateway(#"{"header_name":"X-Id","echo_downstream":true}"#)
        let kept = try await gateway.ask("GET /\nx-ID: mine")
        #expect(try Self.seen(kept, "x-id") == "mine")
        #expect(kept["X-Id"] == "mine")
        let several = try await gateway.ask("GET /\nX-Id: one\nX-Id: two")
        #expect(try Self.seen(several, "x-id") == ["one", "two"])
        let empty = try await gateway.ask("GET /\nX-Id:")
        let id = try #require(try Self.seen(empty, "x-id")?.stringValue)
        #expect(id.hasSuffix("#1"))
        #expect(empty["X-Id"] == id)
    }

    // MARK: - Echo

    @Test("the answer carries it where that is asked for, once")
    func echo() async throws {
        let answer = try await Self.gateway(#"{"echo_downstream":true,"header_name":"X-Id"}"#).ask("GET /")
        let id = try #require(try Self.seen(answer, "x-id")?.stringValue)
        #expect(answer.values("X-Id") == [id])
        let silent = try await Self.gateway(#"{"header_name":"X-Id"}"#).ask("GET /")
        #expect(silent["X-Id"] == nil)
    }

    @Test("refusals of later plugins carry it too")
    func refusal() async throws {
        let gateway = try GatewayHarness.gateway(
            #"{"name":"correlation-id","config":{"echo_downstream":true}}"#,
            #"{"name":"request-size-limiting","config":{"allowed_payload_size":0}}"#)
        let answer = try await gateway.ask("POST /", body: "x")
        #expect(answer.status == 413)
        #expect(answer["Kong-Request-ID"]?.hasSuffix("#1") == true)
    }

    @Test("where no route is met the client's own id is echoed, and none is made")
    func unmatched() async throws {
        let gateway = try TestGateway(
            #"{"plugins":[{"name":"correlation-id","config":{"echo_downstream":true}}]}"#, plugins: GatewayHarness.plain
        )
        #expect(try await gateway.ask("GET /\nKong-Request-ID: mine")["Kong-Request-ID"] == "mine")
        #expect(try await gateway.ask("GET /")["Kong-Request-ID"] == nil)
    }

    @Test("the count goes on when another configuration is installed")
    func reload() async throws {
        let plugins =
            #""plugins":[{"id":"00000000-0000-4000-8000-000000000001","name":"correlation-id","created_at":1,"updated_at":1,"config":{"echo_downstream":true}}]"#
        let gateway = try TestGateway(
            #"{"routes":[{"name":"a","paths":["/"]}],\#(plugins)}"#, plugins: GatewayHarness.plain)
        let first = try #require(try await gateway.ask("GET /")["Kong-Request-ID"])
        try gateway.install(#"{"routes":[{"name":"b","paths":["/"]}],\#(plugins)}"#)
        let second = try #require(try await gateway.ask("GET /")["Kong-Request-ID"])
        #expect(first.hasSuffix("#1") && second.hasSuffix("#2"))
        #expect(first.dropLast(2) == second.dropLast(2))
    }
}
