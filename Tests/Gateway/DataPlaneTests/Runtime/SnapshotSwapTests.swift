import EventLoop
import HTTPServer
import Observability
import PluginKit
import Synchronization
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("Another configuration while requests run")
struct SnapshotSwapTests {
    private static func document(_ label: Int, _ rest: String = "") -> String {
        #"""
        {"routes":[{"name":"r","paths":["/r"]},{"name":"r\#(label)","paths":["/only/\#(label)$"]}\#(rest)],
        "plugins":[{"name":"marker","config":{"label":"\#(label)"}},
        {"name":"answer","config":{"label":"\#(label)"}}]}
        """#
    }

    @Test("no request is lost or gets parts of two configurations, and each connection moves forward only")
    func underLoad() async throws {
        let gateway = try TestGateway(
            Self.document(0), plugins: [.marker("marker", priority: 9), .answering()], loops: 2)
        let last = 60
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let client = try gateway.client()
                    var (count, newest) = (0, 0)
                    while true {
                        let ends = isDone.isSet
                        let answer = try client.ask("GET /r")
                        let label = try #require(Int(answer.body))
                        try #require(answer.status == 200)
                        try #require(answer.values("X-Trace") == ["marker:\(label)"])
                        try #require(answer.values("X-Filtered") == ["marker:\(label)"])
                        try #require(label >= newest)
                        newest = label
                        count += 1
                        if ends {
                            try #require(label == last)
                            return count
                        }
                        await Task.yield()
                    }
                }
            }
            for label in 1...last {
                try gateway.install(Self.document(label))
                // A request that begins after a change sees it.
                let answer = try await gateway.ask("GET /r")
                #expect(answer.body == String(label))
            }
            isDone.set()
            for try await count in group { #expect(count > 0) }
        }
    }

    @Test("a request under way ends by the configuration that it began with, the next has the new one")
    func underWay() async throws {
        let held = Held()
        let holding = PluginDefinition.scripted(
            "holding", priority: 20,
            Script(access: { exchange, context, _ in held.suspend(exchange, context) { _, _ in .next } }))
        let gateway = try TestGateway(
            #"{"routes":[{"name":"r","paths":["/"]}],"plugins":[{"name":"holding"},{"name":"marker"},{"name":"answer"}]}"#,
            plugins: [holding, .marker("marker", priority: 9), .answering()])
        let client = try gateway.client()
        try client.send("GET /")
        try await held.journal.waitFor("suspended")
        try gateway.install("{}")
        #expect(try await gateway.ask("GET /").status == 404)
        held.release()
        let answer = try client.answer()
        #expect(answer.status == 200)
        #expect(answer.values("X-Trace") == ["marker:-"])
        #expect(answer.values("X-Filtered") == ["marker:-"])
        #expect(try client.ask("GET /").status == 404)
    }

    @Test("an old configuration and its plugins go with its last request")
    func release() async throws {
        let held = Held()
        let counted = PluginCount()
        let definition = PluginDefinition.scripted("other", priority: 30, Script())
        let gateway = try TestGateway(
            #"{"routes":[{"name":"r","paths":["/"]}],"plugins":[{"name":"counted"},{"name":"other"},{"name":"answer"}]}"#,
            plugins: [Self.counted(counted, held), definition, .answering()], loops: 2)
        let (busy, idle) = (try gateway.client(), try gateway.client())
        try busy.send("GET /")
        try await held.journal.waitFor("suspended")
        try idle.send("GET /")
        try await held.journal.waitFor("suspended", times: 2)
        weak let old = gateway.runtime.snapshot
        try gateway.install("{}")
        await gateway.refresh()
        #expect(old != nil && counted.prepared == 1 && counted.made >= 1)
        held.release()
        #expect(try busy.answer().status == 200)
        #expect(try idle.answer().status == 200)
        // Both connections stay open; that one had a request holds nothing.
        try await Journal.wait("the old snapshot to go") { old == nil }
        try await Journal.wait("its plugins to go") { counted.prepared == 0 && counted.made == 0 }
        #expect(gateway.activeConnections == 2)
    }

    @Test("a connection that closed in the middle of a request holds nothing either")
    func releaseAfterClose() async throws {
        let held = Held()
        let counted = PluginCount()
        let gateway = try TestGateway(
            #"{"routes":[{"name":"r","paths":["/"]}],"plugins":[{"name":"counted"}]}"#,
            plugins: [Self.counted(counted, held)])
        let client = try gateway.client()
        try client.send("GET /")
        try await held.journal.waitFor("suspended")
        try gateway.install("{}")
        await gateway.refresh()
        client.connection.reset()
        try await Journal.wait("the connection to close") { gateway.activeConnections == 0 }
        held.release()
        try await held.journal.waitFor("resumed false false")
        try await Journal.wait("the plugins to go") { counted.prepared == 0 && counted.made == 0 }
    }

    @Test("an unchanged plugin is taken over: what its loops share goes on")
    func takenOver() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            plugins: [.marker("marker", priority: 9, journal: journal), .answering()])
        let plugins =
            #""plugins":[{"id":"00000000-0000-4000-8000-000000000001","name":"marker","created_at":1,"updated_at":1}]"#
        try gateway.install(#"{"routes":[{"name":"a","paths":["/a"]}],\#(plugins)}"#)
        #expect(try await gateway.ask("GET /a").values("X-Trace") == ["marker:-"])
        try gateway.install(#"{"routes":[{"name":"b","paths":["/b"]}],\#(plugins)}"#)
        #expect(try await gateway.ask("GET /b").values("X-Trace") == ["marker:-"])
        #expect(try await gateway.ask("GET /a").status == 404)
        #expect(journal.all.filter { $0.hasPrefix("prepare") } == ["prepare marker -"])
    }

    @Test("after changes from several threads loops see the version of what runs")
    func installers() async throws {
        let snapshot = try Snapshot.empty()
        let runtime = GatewayRuntime(snapshot: snapshot, logger: .silent)
        for round in 1...5000 {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { runtime.install(snapshot) } }
            }
            // A loop that saw another one would make its plugins again with each request.
            try #require(runtime.version == runtime.versionedSnapshot.version)
            #expect(runtime.version == round * 4)
        }
    }

    // MARK: - Counting

    private final class Flag: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    final class PluginCount: Sendable {
        private let counts = Mutex((prepared: 0, made: 0))

        var prepared: Int { counts.withLock { $0.prepared } }
        var made: Int { counts.withLock { $0.made } }

        func countPrepared(_ change: Int) { counts.withLock { $0.prepared += change } }

        func countMade(_ change: Int) { counts.withLock { $0.made += change } }
    }

    private static func counted(_ count: PluginCount, _ held: Held) -> PluginDefinition {
        let scripted = PluginDefinition.scripted("counted", priority: 20, Script())
        return PluginDefinition(schema: scripted.schema, phases: .access) { _, _ in
            CountedPreparation(count: count, held: held)
        }
    }

    private final class CountedPreparation: PreparedPlugin {
        let count: PluginCount
        let held: Held

        init(count: PluginCount, held: Held) {
            self.count = count
            self.held = held
            count.countPrepared(1)
        }

        deinit { count.countPrepared(-1) }

        func plugin(on loop: EventLoop) -> any Plugin { CountedPlugin(count, held) }
    }

    private final class CountedPlugin: Plugin {
        private let count: PluginCount
        private let held: Held

        init(_ count: PluginCount, _ held: Held) {
            self.count = count
            self.held = held
            count.countMade(1)
        }

        deinit { count.countMade(-1) }

        func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
            held.suspend(exchange, context) { _, _ in .next }
        }
    }
}
