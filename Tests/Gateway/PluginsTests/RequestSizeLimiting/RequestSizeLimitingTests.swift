import JSON
import PluginKit
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("request-size-limiting")
struct RequestSizeLimitingTests {
    private static let message = "Request size limit exceeded"

    /// A gateway that answers 200 with the body that it read, after the limit.
    private static func gateway(_ config: String, reads: Bool = true) throws -> TestGateway {
        try GatewayHarness.gateway(
            #"{"name":"request-size-limiting","config":\#(config)}"#,
            #"{"name":"request-termination","config":{"status_code":200,"echo":\#(reads)}}"#)
    }

    private static func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    // MARK: - Schema

    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("request-size-limiting", [:]).get()
        #expect(config == ["allowed_payload_size": 128, "size_unit": "megabytes", "require_content_length": false])
    }

    private static let cases = [
        SchemaCase(#"{"allowed_payload_size":1,"size_unit":"bytes","require_content_length":true}"#),
        SchemaCase(#"{"size_unit":"kilobytes"}"#),
        SchemaCase(
            #"{"size_unit":"gigabytes"}"#, "config.size_unit: expected one of: megabytes, kilobytes, bytes"),
        SchemaCase(#"{"allowed_payload_size":1.5}"#, "config.allowed_payload_size: expected an integer"),
        SchemaCase(#"{"allowed_payload_size":"1"}"#, "config.allowed_payload_size: expected an integer"),
        SchemaCase(#"{"require_content_length":"yes"}"#, "config.require_content_length: expected a boolean"),
        SchemaCase(#"{"size":1}"#, "config.size: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("request-size-limiting") }

    // MARK: - Limits

    @Test("a body of the limit passes, one of a byte more does not, told or in chunks", arguments: [false, true])
    func limit(chunked: Bool) throws {
        let gateway = try Self.gateway(#"{"allowed_payload_size":10,"size_unit":"bytes"}"#)
        for (count, status) in [(0, 200), (9, 200), (10, 200), (11, 413), (5000, 413)] {
            let client = try gateway.client()
            if chunked {
                try client.sendChunked("POST /", count == 0 ? [] : [Self.text(count)])
            } else {
                try client.send("POST /", body: Self.text(count))
            }
            let answer = try client.answer()
            #expect(answer.status == status, "\(count)")
            guard status == 413 else { continue }
            let body = try JSONValue.parse(text: answer.body)
            #expect(body["message"]?.stringValue == Self.message)
            #expect(body["request_id"]?.stringValue == answer["X-Kong-Request-Id"])
        }
    }

    @Test("units", arguments: [("bytes", 1), ("kilobytes", 1024), ("megabytes", 1_048_576)])
    func units(unit: String, size: Int) async throws {
        let gateway = try Self.gateway(#"{"allowed_payload_size":2,"size_unit":"\#(unit)"}"#, reads: false)
        // Only the head counts: a body this large need not be sent to be refused.
        let answer = try await gateway.ask("POST /\nContent-Length: \(2 * size + 1)")
        #expect(answer.status == 413)
        #expect(try await gateway.ask("POST /\nContent-Length: \(2 * size)").status == 200)
    }

    @Test("a limit of nothing, and one that no number holds")
    func extremes() async throws {
        for size in [0, -5] {
            let none = try Self.gateway(#"{"allowed_payload_size":\#(size)}"#)
            #expect(try await none.ask("GET /").status == 200)
            #expect(try await none.ask("POST /", body: "").status == 200)
            #expect(try await none.ask("POST /", body: "x").status == 413)
        }
        let endless = try Self.gateway(#"{"allowed_payload_size":\#(Int.max)}"#)
        #expect(try await endless.ask("POST /", body: Self.text(1000)).status == 200)
    }

    @Test("a client that waits for 100 is told that its expectation fails")
    func expectation() async throws {
        let gateway = try Self.gateway(#"{"allowed_payload_size":1,"size_unit":"bytes"}"#)
        let answer = try await gateway.ask("POST /\nExpect: 100-continue\nContent-Length: 2")
        #expect(answer.status == 417)
        #expect(answer.body.contains(Self.message))
        let client = try gateway.client()
        try client.send("POST /\nExpect: 100-continue\nContent-Length: 1")
        #expect(try client.answer().status == 100)
    }

    @Test("a request that does not tell its size is refused where that is asked for, unless it can have no body")
    func requiredLength() async throws {
        let gateway = try Self.gateway(#"{"require_content_length":true}"#)
        for (request, status) in [
            ("GET /", 200), ("HEAD /", 200), ("GET /\nTransfer-Encoding: chunked", 411), ("POST /", 411),
            ("PUT /", 411), ("DELETE /", 411), ("POST /\nTransfer-Encoding: chunked", 411),
            ("POST /\nContent-Length: 0", 200), ("DELETE /\nContent-Length: 0", 200),
        ] {
            let answer = try await gateway.ask(request)
            #expect(answer.status == status, "\(request)")
            guard status == 411 else { continue }
            #expect(answer.body.contains("A valid Content-Length header is required"))
        }
        #expect(try await gateway.ask("POST /", body: "x").status == 200)
    }

    @Test("the more specific limit counts")
    func scopes() async throws {
        let gateway = try TestGateway(
            #"""
            {"routes":[{"name":"small","paths":["/small"]},{"name":"all","paths":["/"]}],"plugins":[
            {"name":"request-size-limiting","config":{"allowed_payload_size":1}},
            {"name":"request-size-limiting","route":"small","config":{"allowed_payload_size":3,"size_unit":"bytes"}},
            {"name":"request-termination","config":{"status_code":200}}]}
            """#, plugins: GatewayHarness.plain)
        #expect(try await gateway.ask("POST /small", body: "four").status == 413)
        #expect(try await gateway.ask("POST /", body: "four").status == 200)
    }
}
