import Bytes
import EventLoop
import GatewayModel
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("requests that plugins change")
struct ChangedRequestTests {
    private static func changing(
        bodyLimit: Int? = nil, _ change: @escaping @Sendable (inout Exchange, RequestContext) -> Void
    ) -> [PluginDefinition] {
        [
            .scripted(
                "changing", priority: 9,
                Script(
                    bodyLimit: bodyLimit,
                    access: { exchange, context, _ in
                        change(&exchange, context)
                        return .next
                    }))
        ]
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func proxied(
        bodyLimit: Int? = nil, _ change: @escaping @Sendable (inout Exchange, RequestContext) -> Void
    ) throws -> Proxied {
        try Proxied(
            service: #","path":"/base""#, plugins: changing(bodyLimit: bodyLimit, change)
        ) { connection, _ in
            while let request = try connection.request() {
                if request.hasPrefix("HEAD") {
                    try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
                } else {
                    try connection.answer("hello")
                }
            }
        }
    }

    @Test("method, path, query, host and fields")
    func head() async throws {
        let proxied = try Self.proxied { exchange, context in
            exchange.request.setMethod(Self.bytes("PATCH").span)
            exchange.request.setQuery(Self.bytes("x=1").span)
            exchange.request.removeField(Self.bytes("X-Old").span)
            exchange.request.addField(Self.bytes("X-New").span, Self.bytes("v").span)
            context.upstreamPath = Self.bytes("/else/where")
            context.upstreamHost = Self.bytes("other.test")
        }
        let answer = try await proxied.gateway.ask("GET /a?b=c\nHost: own.test\nX-Old: 1")
        #expect(answer.body == "hello")
        #expect(proxied.requestLine == "PATCH /else/where?x=1 HTTP/1.1")
        #expect(proxied.sent("Host") == "other.test")
        #expect(proxied.sent("X-Old") == nil && proxied.sent("X-New") == "v")
        // What the client asked for is told as it was.
        #expect(proxied.sent("X-Forwarded-Path") == "/a" && proxied.sent("X-Forwarded-Host") == "own.test")
    }

    @Test("a client cannot take away what a plugin tells the service")
    func namedByConnection() async throws {
        let proxied = try Self.proxied { exchange, _ in
            exchange.request.addField(Self.bytes("X-Consumer").span, Self.bytes("anna").span)
            exchange.request.setField(Self.bytes("X-Set").span, Self.bytes("own").span)
        }
        _ = try await proxied.gateway.ask("GET /\nConnection: X-Consumer, X-Set, X-Own\nX-Set: 1\nX-Own: 1")
        #expect(proxied.sent("X-Consumer") == "anna" && proxied.sent("X-Set") == "own" && proxied.sent("X-Own") == nil)
    }

    @Test("the host holds for every target of an upstream")
    func balancedHost() async throws {
        let upstream = try ScriptedUpstream { connection, _ in try connection.answerAll("hello") }
        let gateway = try TestGateway(
            #"""
            {"upstreams":[{"name":"u"}],"targets":[{"upstream":"u","target":"127.0.0.1:\#(upstream.port)"}],
             "services":[{"name":"s","host":"u"}],"routes":[{"paths":["/"],"service":{"name":"s"}}],
             "plugins":[{"name":"changing"}]}
            """#,
            plugins: Self.changing { _, context in context.upstreamHost = Self.bytes("other.test") })
        #expect(try await gateway.ask("GET /").body == "hello")
        #expect(upstream.requests.last?.contains("\r\nHost: other.test\r\n") == true)
    }

    @Test("a query that is taken away leaves no mark")
    func noQuery() async throws {
        let proxied = try Self.proxied { exchange, _ in exchange.request.setQuery([UInt8]().span) }
        _ = try await proxied.gateway.ask("GET /a?b=c")
        #expect(proxied.requestLine == "GET /base/a HTTP/1.1")
    }

    @Test(
        "a path cannot end its line, begins with a slash, and may bring a query",
        arguments: [
            ("/a b", "/a%20b?b=c"), ("/a\r\nX: y", "/a%0D%0AX:%20y?b=c"), ("x", "/x?b=c"), ("", "/?b=c"),
            ("/ä#f", "/%C3%A4%23f?b=c"), ("/a%20b", "/a%20b?b=c"), ("/a?z=1", "/a?z=1&b=c"),
        ])
    func path(given: String, sent: String) async throws {
        let proxied = try Self.proxied { _, context in context.upstreamPath = Self.bytes(given) }
        _ = try await proxied.gateway.ask("GET /x?b=c")
        #expect(proxied.requestLine == "GET \(sent) HTTP/1.1")
    }

    @Test("the body, also of a request that had none")
    func body() throws {
        let proxied = try Self.proxied(bodyLimit: 100) { exchange, _ in exchange.body += Self.bytes("+more") }
        let client = try proxied.gateway.client()
        #expect(try client.ask("POST /", body: "some").body == "hello")
        #expect(proxied.sent("Content-Length") == "9")
        #expect(proxied.upstream.requests.last?.hasSuffix("\r\n\r\nsome+more") == true)
        #expect(try client.ask("GET /").body == "hello")
        #expect(proxied.upstream.requests.last?.hasSuffix("\r\n\r\n+more") == true)
    }

    @Test("the client is answered for the method that it sent")
    func headAndGet() throws {
        let toHead = try Self.proxied { exchange, _ in exchange.request.setMethod(Self.bytes("HEAD").span) }
        let client = try toHead.gateway.client()
        for _ in 0..<2 {
            let answer = try client.ask("GET /")
            #expect(answer.status == 200 && answer.body == "" && answer["Content-Length"] == "0")
        }
        #expect(toHead.requestLine == "HEAD /base HTTP/1.1")
        let toGet = try Self.proxied { exchange, _ in exchange.request.setMethod(Self.bytes("GET").span) }
        let other = try toGet.gateway.client()
        for _ in 0..<2 {
            let answer = try other.ask("HEAD /")
            #expect(answer.status == 200 && answer.body == "")
        }
        #expect(toGet.requestLine == "GET /base HTTP/1.1")
    }

    @Test("changes do not last to the connection's next request")
    func next() throws {
        let proxied = try Self.proxied { exchange, context in
            guard exchange.request.index(of: "x-change") != nil else { return }
            exchange.request.setMethod(Self.bytes("PUT").span)
            exchange.request.setQuery(Self.bytes("x=1").span)
            context.upstreamPath = Self.bytes("/y")
            context.upstreamHost = Self.bytes("other.test")
        }
        let client = try proxied.gateway.client()
        _ = try client.ask("GET /a\nX-Change: 1")
        #expect(proxied.requestLine == "PUT /y?x=1 HTTP/1.1")
        _ = try client.ask("GET /a?b=c")
        #expect(proxied.requestLine == "GET /base/a?b=c HTTP/1.1")
        #expect(proxied.sent("Host") == "127.0.0.1:\(proxied.upstream.port)")
    }

    @Test("a plugin finds its note on the same request, and none on the next")
    func notes() throws {
        let journal = Journal()
        let definition = PluginDefinition(
            schema: PluginSchema(name: "noting", priority: 1, config: RecordSchema(fields: [])),
            phases: [.access, .headerFilter]
        ) { _, _ in Prepared(journal: journal) }
        let gateway = try TestGateway(
            #"{"routes":[{"paths":["/"]}],"plugins":[{"name":"noting"}]}"#, plugins: [definition])
        let client = try gateway.client()
        for path in ["/note", "/", "/note"] { _ = try client.ask("GET \(path)") }
        #expect(journal.all == ["true", "false", "true"])
    }

    private struct Prepared: PreparedPlugin {
        let journal: Journal
        func plugin(on loop: EventLoop) -> any Plugin { Noting(journal) }
    }

    private final class Noting: Plugin {
        private final class Note {}
        private let journal: Journal

        init(_ journal: Journal) { self.journal = journal }

        func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
            if exchange.request.pathBytes().equals("/note") { context.setNote(Note(), of: self) }
            return .answer
        }

        func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
            journal.note("\(context.note(of: self) is Note)")
            context.setNote(nil, of: self)
        }
    }
}
