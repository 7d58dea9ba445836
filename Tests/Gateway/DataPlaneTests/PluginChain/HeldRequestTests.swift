import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("Requests that wait for a plugin")
struct HeldRequestTests {
    enum Way: String, CaseIterable, Sendable {
        case suspend, wait

        var started: String { self == .suspend ? "suspended" : "waiting" }
        /// What is noted once a request that nobody waits for any more was let go.
        var tooLate: String { self == .suspend ? "resumed false false" : "woken" }
    }

    enum Phase: String, CaseIterable, Sendable { case rewrite, access }

    private static func gateway(
        _ way: Way, _ phase: Phase = .access, held: Held, _ work: @escaping Held.Work
    ) throws -> TestGateway {
        let verdict: Script.Phase = { exchange, context, _ in
            way == .suspend ? held.suspend(exchange, context, work) : held.wait(work)
        }
        let script = Script(
            rewrite: phase == .rewrite ? verdict : nil, access: phase == .access ? verdict : nil,
            log: { _, _, _, outcome in held.journal.note("log \(outcome)") })
        return try TestGateway(
            #"""
            {"routes":[{"name":"r","paths":["/"]}],
            "plugins":[{"name":"before"},{"name":"holding"},{"name":"after"},{"name":"answer"}]}
            """#,
            plugins: [
                .marker("before", priority: 30), .scripted("holding", priority: 20, script),
                .marker("after", priority: 10), .answering(),
            ])
    }

    @Test("goes on with the next plugin", arguments: Way.allCases, Phase.allCases)
    func next(way: Way, phase: Phase) async throws {
        let held = Held()
        let gateway = try Self.gateway(way, phase, held: held) { exchange, _ in
            exchange.response.addField("X-Trace", "held")
            return .next
        }
        let client = try gateway.client()
        for _ in 0..<3 {
            try client.send("GET /")
            try await held.journal.waitFor(way.started)
            held.release()
            let answer = try client.answer()
            #expect(answer.status == 200)
            let order = phase == .rewrite ? ["held", "before:-", "after:-"] : ["before:-", "held", "after:-"]
            #expect(answer.values("X-Trace") == order)
            try await held.journal.waitFor("log sent")
            held.journal.clear()
        }
    }

    @Test("answers, and later plugins do not run", arguments: Way.allCases, Phase.allCases)
    func answer(way: Way, phase: Phase) async throws {
        let held = Held()
        let gateway = try Self.gateway(way, phase, held: held) { exchange, _ in
            exchange.response.status = 202
            exchange.response.body = Array("held".utf8)
            return .answer
        }
        let client = try gateway.client()
        try client.send("GET /")
        try await held.journal.waitFor(way.started)
        held.release()
        let answer = try client.answer()
        #expect(answer.status == 202)
        #expect(answer.body == "held")
        #expect(answer.values("X-Trace") == (phase == .rewrite ? [] : ["before:-"]))
        #expect(answer.values("X-Filtered") == ["before:-", "after:-"])
    }

    @Test("may be held up again", arguments: Way.allCases, Way.allCases)
    func again(first: Way, second: Way) async throws {
        let (held, heldAgain) = (Held(), Held())
        let gateway = try Self.gateway(first, held: held) { exchange, context in
            let work: Held.Work = { exchange, _ in
                exchange.response.addField("X-Trace", "twice")
                return .next
            }
            return second == .suspend ? heldAgain.suspend(exchange, context, work) : heldAgain.wait(work)
        }
        let client = try gateway.client()
        try client.send("GET /")
        try await held.journal.waitFor(first.started)
        held.release()
        try await heldAgain.journal.waitFor(second.started)
        heldAgain.release()
        #expect(try client.answer().values("X-Trace") == ["before:-", "twice", "after:-"])
    }

    @Test("whose client has gone is logged once, and nothing resumes it", arguments: Way.allCases, Phase.allCases)
    func clientGone(way: Way, phase: Phase) async throws {
        let held = Held()
        let gateway = try Self.gateway(way, phase, held: held) { _, _ in .next }
        let client = try gateway.client()
        try client.send("GET /")
        try await held.journal.waitFor(way.started)
        client.connection.reset()
        try await Journal.wait("the connection to close") { gateway.activeConnections == 0 }
        // A suspended request ends when its client goes; one with a task when the task ends, which owns the exchange.
        if way == .suspend { try await held.journal.waitFor("log clientGone") }
        held.release()
        try await held.journal.waitFor(way.tooLate)
        try await held.journal.waitFor("log clientGone")
        // The loop is as good as before.
        let other = try gateway.client()
        try other.send("GET /")
        try await held.journal.waitFor(way.started, times: 2)
        held.release()
        #expect(try other.answer().status == 200)
        try await held.journal.waitFor("log sent")
        #expect(held.journal.all.filter { $0.hasPrefix("log") } == ["log clientGone", "log sent"])
    }
}
