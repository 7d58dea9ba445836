import EventLoop
import GatewayModel
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

/// Begins a trace with the request's `X-Sampled`, and tells its spans to the journal.
private final class Tracer: Plugin, PreparedPlugin {
    static func definition(_ journal: Journal) -> PluginDefinition {
        PluginDefinition(
            schema: PluginSchema(name: "tracer", priority: 14, config: RecordSchema(fields: [])),
            phases: [.trace, .log]
        ) { _, _ in Tracer(journal) }
    }

    private let journal: Journal

    init(_ journal: Journal) { self.journal = journal }

    func plugin(on loop: EventLoop) -> any Plugin { Tracer(journal) }

    func beginTrace(_ exchange: inout Exchange, _ context: RequestContext, start: Int64) {
        journal.note("begin route \(context.route?.name ?? "-") consumer \(context.consumer?.id ?? "-")")
        guard let id = TraceID(high: 1, low: 2) else { return }
        var next: UInt64 = 0
        context.trace = RequestTrace(
            RequestTrace.Context(id: id, parent: nil, isSampled: exchange.request.index(of: "x-sampled") != nil),
            startedAt: start
        ) {
            next += 1
            return SpanID(next) ?? { preconditionFailure("it is not zero") }()
        }
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        guard let trace = context.trace else { return journal.note("no trace") }
        let spans = trace.spans.map { "\($0.name)\($0.end >= $0.start ? "" : " (open)")" }
        journal.note("spans \(spans.joined(separator: ", "))")
    }
}

@Suite("traces of requests through the chain")
struct TraceTests {
    private static func gateway(_ journal: Journal, _ plugins: String) throws -> TestGateway {
        try TestGateway(
            #"""
            {"routes":[{"name":"r","paths":["/r"]}],"consumers":[{"id":"00000000-0000-4000-8000-000000000001","username":"c"}],
             "plugins":[\#(plugins)]}
            """#,
            plugins: [
                Tracer.definition(journal), .marker("first", priority: 100), .marker("last", priority: 5),
                .answering("answer", priority: 2, bodyLimit: 1_000), .authentication,
                .scripted(
                    "reading", priority: 50,
                    Script(access: { _, context, _ in context.hasWholeBody ? .next : .readBody(maximum: 100) })),
                .scripted(
                    "waiting", priority: 40, Script(access: { _, _, _ in .wait { _, _ in .next } })),
            ])
    }

    private static func names(_ names: String...) -> String {
        names.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
    }

    @Test("each plugin has one span, whatever it waits for, and every span has ended")
    func spans() async throws {
        let journal = Journal()
        let gateway = try Self.gateway(journal, Self.names("tracer", "first", "reading", "waiting", "last", "answer"))
        #expect(try await gateway.ask("POST /r\nX-Sampled: 1", body: "x").status == 200)
        try await Journal.wait("2 entries") { journal.all.count >= 2 }
        let prefix = "kong.access.plugin."
        let plugins = ["first", "reading", "waiting", "last", "answer"].map { prefix + $0 }
        #expect(
            journal.all == [
                "begin route r consumer -", "spans \((["kong.router"] + plugins).joined(separator: ", "))",
            ])
    }

    @Test("what is not sampled has no spans; requests without a route begin a trace too")
    func unsampled() async throws {
        let journal = Journal()
        let gateway = try Self.gateway(journal, Self.names("tracer", "first", "answer"))
        #expect(try await gateway.ask("GET /r").status == 200)
        try await Journal.wait("2 entries") { journal.all.count >= 2 }
        #expect(try await gateway.ask("GET /x\nX-Sampled: 1").status == 404)
        try await Journal.wait("4 entries") { journal.all.count >= 4 }
        #expect(
            journal.all == [
                "begin route r consumer -", "spans ", "begin route - consumer -", "spans kong.router",
            ])
    }

    @Test("a consumer's plugins trace where the route's do not")
    func consumer() async throws {
        let journal = Journal()
        let consumer = "00000000-0000-4000-8000-000000000001"
        let gateway = try Self.gateway(
            journal,
            Self.names("authentication", "answer")
                + #",{"name":"tracer","consumer":{"id":"\#(consumer)"}}"#)
        #expect(try await gateway.ask("GET /r\nX-Sampled: 1").status == 200)
        #expect(try await gateway.ask("GET /r\nX-Sampled: 1\nX-Consumer: \(consumer)").status == 200)
        try await Journal.wait("2 entries") { journal.all.count >= 2 }
        #expect(
            journal.all == ["begin route r consumer \(consumer)", "spans kong.access.plugin.answer"])
    }
}
