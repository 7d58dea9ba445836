import GatewayModel
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("Limits of bodies")
struct BodyLimitTests {
    /// Tells how many bytes it was given, in a field.
    private static func reader(_ name: String, priority: Int, limit: Int) -> PluginDefinition {
        .scripted(
            name, priority: priority,
            Script(
                bodyLimit: limit,
                access: { exchange, _, _ in
                    exchange.response.addField("X-Read", "\(name) \(exchange.body.count)")
                    return .next
                }))
    }

    /// Lowers the limit to so many bytes.
    private static func limiter(priority: Int, _ bytes: Int) -> PluginDefinition {
        .scripted(
            "limiter", priority: priority,
            Script(access: { _, context, _ in
                context.limitBody(to: bytes, message: "too much for the limiter")
                return .next
            }))
    }

    private static func gateway(_ plugins: PluginDefinition...) throws -> TestGateway {
        let names = (plugins.map(\.schema.name) + ["answer"]).map { #"{"name":"\#($0)"}"# }
        return try TestGateway(
            #"{"routes":[{"name":"r","paths":["/"]}],"plugins":[\#(names.joined(separator: ","))]}"#,
            plugins: plugins + [.answering()])
    }

    /// The answer to a body of so many bytes, told by its length or in chunks.
    private static func answer(_ gateway: TestGateway, bytes: Int, chunked: Bool) throws -> HTTPAnswer {
        let client = try gateway.client()
        guard chunked else { return try client.ask("POST /", body: String(repeating: "x", count: bytes)) }
        let half = String(repeating: "x", count: bytes / 2)
        try client.sendChunked("POST /", [half, half + (bytes % 2 == 1 ? "x" : "")])
        return try client.answer()
    }

    private func expectTooLarge(_ answer: HTTPAnswer, _ message: String) {
        #expect(answer.status == 413)
        #expect(answer.body.hasPrefix(#"{"message":"\#(message)","request_id":""#), "\(answer.body)")
        #expect(answer.values("X-Read") == [])
    }

    @Test("a body of the limit is read, a larger one refused by name of the limit", arguments: [false, true])
    func limit(chunked: Bool) throws {
        let gateway = try Self.gateway(Self.reader("reader", priority: 10, limit: 10))
        let fitting = try Self.answer(gateway, bytes: 10, chunked: chunked)
        #expect(fitting.status == 200)
        #expect(fitting.values("X-Read") == ["reader 10"])
        expectTooLarge(
            try Self.answer(gateway, bytes: 11, chunked: chunked), "the request body is larger than 10 bytes")
    }

    @Test("a plugin that reads nothing lets any body pass", arguments: [false, true])
    func unread(chunked: Bool) throws {
        let gateway = try Self.gateway(.marker("marker", priority: 10))
        #expect(try Self.answer(gateway, bytes: 5000, chunked: chunked).status == 200)
    }

    @Test("without a body there is nothing to wait for")
    func noBody() async throws {
        let gateway = try Self.gateway(Self.reader("reader", priority: 10, limit: 10))
        #expect(try await gateway.ask("GET /").values("X-Read") == ["reader 0"])
        #expect(try await gateway.ask("POST /", body: "").values("X-Read") == ["reader 0"])
    }

    @Test("each reader has its own limit, whichever comes first", arguments: [false, true])
    func readers(chunked: Bool) throws {
        for (first, second) in [(10, 20), (20, 10)] {
            let gateway = try Self.gateway(
                Self.reader("one", priority: 20, limit: first), Self.reader("two", priority: 10, limit: second))
            let fitting = try Self.answer(gateway, bytes: 10, chunked: chunked)
            #expect(fitting.values("X-Read") == ["one 10", "two 10"])
            let large = try Self.answer(gateway, bytes: 11, chunked: chunked)
            #expect(large.status == 413)
            #expect(large.body.contains("the request body is larger than 10 bytes"))
            #expect(large.values("X-Read") == (first == 20 ? ["one 11"] : []))
        }
    }

    @Test("a plugin lowers the limit of those after it, with its message", arguments: [false, true])
    func lowered(chunked: Bool) throws {
        let gateway = try Self.gateway(
            Self.limiter(priority: 20, 5), Self.reader("reader", priority: 10, limit: 10))
        #expect(try Self.answer(gateway, bytes: 5, chunked: chunked).values("X-Read") == ["reader 5"])
        expectTooLarge(try Self.answer(gateway, bytes: 6, chunked: chunked), "too much for the limiter")
    }

    @Test("a plugin does not raise the limit", arguments: [false, true])
    func raised(chunked: Bool) throws {
        let gateway = try Self.gateway(
            Self.limiter(priority: 20, 50), Self.reader("reader", priority: 10, limit: 10))
        expectTooLarge(
            try Self.answer(gateway, bytes: 11, chunked: chunked), "the request body is larger than 10 bytes")
    }

    @Test("a limit that comes after the body was read holds for it too", arguments: [false, true])
    func afterReading(chunked: Bool) throws {
        let gateway = try Self.gateway(
            Self.reader("reader", priority: 20, limit: 10), Self.limiter(priority: 10, 5))
        #expect(try Self.answer(gateway, bytes: 5, chunked: chunked).status == 200)
        let large = try Self.answer(gateway, bytes: 6, chunked: chunked)
        #expect(large.status == 413)
        #expect(large.body.contains("too much for the limiter"))
    }

    @Test("the limit of one request is not the next one's")
    func nextRequest() throws {
        let gateway = try TestGateway(
            #"""
            {"routes":[{"name":"a","paths":["/a"]},{"name":"b","paths":["/b"]}],
            "plugins":[{"name":"limiter","route":"a"},{"name":"answer"}]}
            """#, plugins: [Self.limiter(priority: 20, 5), .answering(bodyLimit: 10)])
        let client = try gateway.client()
        #expect(try client.ask("POST /a", body: "12345").body == "12345")
        #expect(try client.ask("POST /b", body: "1234567890").body == "1234567890")
    }
}
