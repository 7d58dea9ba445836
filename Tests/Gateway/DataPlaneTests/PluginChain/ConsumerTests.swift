import Bytes
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("Plugins of the consumer that was found out midway")
struct ConsumerTests {
    /// How an authentication plugin comes to its result.
    enum Way: String, CaseIterable, Sendable { case atOnce, suspend, wait }

    private static let known = "00000000-0000-4000-8000-000000000001"
    private static let unbound = "00000000-0000-4000-8000-000000000002"

    private static let document = #"""
        {"routes":[{"name":"r","paths":["/"]}],
        "consumers":[{"username":"known","id":"\#(known)"},{"username":"unbound","id":"\#(unbound)"}],
        "plugins":[{"name":"authentication"},{"name":"second"},
        {"name":"early","config":{"label":"all"}},{"name":"early","consumer":"known","config":{"label":"known"}},
        {"name":"late","config":{"label":"all"}},{"name":"late","consumer":"known","config":{"label":"known"}},
        {"name":"only","consumer":"known"}]}
        """#

    /// Takes the consumer's id from that field, if there is one.
    private static func authentication(
        _ name: String, priority: Int, field: String, way: Way, held: Held
    ) -> PluginDefinition {
        let work: Held.Work = { exchange, context in
            if let index = exchange.request.index(of: Array(field.utf8).span) {
                let id = exchange.request.value(index).array
                context.consumer = ConsumerInfo(id: String(decoding: id, as: UTF8.self), username: nil, customID: nil)
            }
            return .next
        }
        return .scripted(
            name, priority: priority,
            Script(access: { exchange, context, _ in
                switch way {
                case .atOnce: work(&exchange, context)
                case .suspend: held.suspend(exchange, context, work)
                case .wait: held.wait(work)
                }
            }))
    }

    private static func answer(_ request: String, _ way: Way) async throws -> HTTPAnswer {
        let held = Held()
        let gateway = try TestGateway(
            document,
            plugins: [
                .marker("early", priority: 90),
                authentication("authentication", priority: 50, field: "x-first", way: way, held: held),
                authentication("second", priority: 40, field: "x-second", way: .atOnce, held: held),
                .marker("late", priority: 30), .marker("only", priority: 95),
            ])
        let client = try gateway.client()
        try client.send(request)
        if way != .atOnce {
            try await held.journal.waitFor(way == .suspend ? "suspended" : "waiting")
            held.release()
        }
        return try client.answer()
    }

    @Test("later plugins are the consumer's, earlier ones do not run again", arguments: Way.allCases)
    func switching(way: Way) async throws {
        let answer = try await Self.answer("GET /\nX-First: \(Self.known)", way)
        #expect(answer.values("X-Trace") == ["early:all", "late:known"])
        #expect(answer.values("X-Filtered") == ["only:-", "early:known", "late:known"])
    }

    @Test("a consumer without plugins gets everybody's", arguments: Way.allCases)
    func unbound(way: Way) async throws {
        let answer = try await Self.answer("GET /\nX-First: \(Self.unbound)", way)
        #expect(answer.values("X-Trace") == ["early:all", "late:all"])
        #expect(answer.values("X-Filtered") == ["early:all", "late:all"])
    }

    @Test("nobody gets everybody's", arguments: Way.allCases)
    func nobody(way: Way) async throws {
        let answer = try await Self.answer("GET /", way)
        #expect(answer.values("X-Trace") == ["early:all", "late:all"])
    }

    @Test("the last consumer counts, be it one without plugins", arguments: Way.allCases)
    func replaced(way: Way) async throws {
        let answer = try await Self.answer("GET /\nX-First: \(Self.known)\nX-Second: \(Self.unbound)", way)
        #expect(answer.values("X-Trace") == ["early:all", "late:all"])
        #expect(answer.values("X-Filtered") == ["early:all", "late:all"])
        let back = try await Self.answer("GET /\nX-First: \(Self.unbound)\nX-Second: \(Self.known)", way)
        #expect(back.values("X-Trace") == ["early:all", "late:known"])
    }

    @Test("a consumer who is known before the route gets their plugins")
    func beforeRouting() async throws {
        let gateway = try TestGateway(
            Self.document,
            plugins: [
                .marker("early", priority: 90), .marker("late", priority: 30), .marker("only", priority: 95),
                .scripted("second", priority: 1, Script()),
                .scripted(
                    "authentication", priority: 50,
                    Script(rewrite: { exchange, context, _ in
                        context.consumer = PluginDefinition.consumer(of: exchange, context)
                        return .next
                    })),
            ])
        let answer = try await gateway.ask("GET /\nX-Consumer: \(Self.known)")
        #expect(answer.values("X-Trace") == ["only:-", "early:known", "late:known"])
        #expect(try await gateway.ask("GET /").values("X-Trace") == ["early:all", "late:all"])
    }

    @Test("the log is the consumer's, even when the client goes while a task finds it out")
    func logging() async throws {
        let (held, journal) = (Held(), Journal())
        let gateway = try TestGateway(
            Self.document,
            plugins: [
                .marker("early", priority: 90), .marker("late", priority: 30, journal: journal),
                .marker("only", priority: 95), .scripted("second", priority: 1, Script()),
                Self.authentication("authentication", priority: 50, field: "x-first", way: .wait, held: held),
            ])
        let client = try gateway.client()
        try client.send("GET /\nX-First: \(Self.known)")
        try await held.journal.waitFor("waiting")
        client.connection.reset()
        try await Journal.wait("the connection to close") { gateway.activeConnections == 0 }
        held.release()
        try await journal.waitFor("log late known clientGone")
    }
}
