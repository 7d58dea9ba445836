import JSON
import Synchronization
import TestBrokers
import TestClient
import Testing

@Suite("upstreams that have as many requests as they may")
struct BusyUpstreamTests {
    private static let settings = [
        "event_loops": "1", "upstream_connections_per_loop": "2", "upstream_waiting_per_loop": "3",
    ]

    private static func upstream(_ gate: ConditionGate) throws -> ScriptedUpstream {
        try ScriptedUpstream { connection, _ in
            while try connection.request() != nil {
                gate.wait()
                try connection.answer("done")
            }
        }
    }

    /// Sends so many requests at once; opens the gate when all but `held` have been answered.
    private static func ask(
        _ node: RunningSluice, _ count: Int, _ gate: ConditionGate, held: Int
    ) async throws -> [HTTPAnswer] {
        let answers = Answered()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask { answers.add(try await node.ask("POST /busy", body: "x")) }
            }
            group.addTask {
                defer { gate.open() }
                try await Eventually.holds("all but \(held) of \(count) are answered", seconds: 20) {
                    answers.all.count == count - held
                }
            }
            try await group.waitForAll()
        }
        return answers.all
    }

    private final class Answered: Sendable {
        private let state = Mutex<[HTTPAnswer]>([])

        var all: [HTTPAnswer] { state.withLock { $0 } }
        func add(_ answer: HTTPAnswer) { state.withLock { $0.append(answer) } }
    }

    @Test("two are sent, three wait, and the others are 503 with Retry-After at once")
    func full() async throws {
        let gate = ConditionGate()
        let upstream = try Self.upstream(gate)
        var document = GatewayDocument()
        document.proxy("/busy", to: upstream.port)
        let node = try await RunningSluice(document, settings: Self.settings)

        let answers = try await Self.ask(node, 20, gate, held: 5)

        #expect(answers.count { $0.status == 200 && $0.body == "done" } == 5)
        #expect(answers.count { $0.status == 503 && $0["retry-after"] == "1" } == 15)
        #expect(upstream.requests.count == 5 && upstream.connections == 2)
        #expect(try await node.line("upstream failed")["detail"].contains("too many requests wait"))
        #expect(await node.stop() == 0)
    }

    @Test("those that wait for longer than connect_timeout are 503 too, and were never sent")
    func late() async throws {
        let gate = ConditionGate()
        let upstream = try Self.upstream(gate)
        var document = GatewayDocument()
        document.proxy("/busy", to: upstream.port, ["connect_timeout": 300])
        let node = try await RunningSluice(document, settings: Self.settings)

        let answers = try await Self.ask(node, 5, gate, held: 2)

        #expect(answers.count { $0.status == 200 } == 2)
        #expect(answers.count { $0.status == 503 && $0["retry-after"] == "1" } == 3)
        #expect(upstream.requests.count == 2)
        #expect(await node.stop() == 0)
    }
}
