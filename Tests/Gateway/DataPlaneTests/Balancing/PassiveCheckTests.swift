import Foundation
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("passive health checks")
struct PassiveCheckTests {
    /// The first target fails as told, the others answer with their numbers.
    private static func failing(
        _ unhealthy: String, service: String = "", successes: Int = 0, threshold: Double = 0, targets: Int = 2,
        _ fail: @escaping @Sendable (ScriptedUpstream.Connection) throws -> Void
    ) throws -> BalancedGateway {
        try BalancedGateway(
            targets, upstream: Balanced.passive(unhealthy, successes: successes, threshold: threshold),
            service: service
        ) { number, connection in
            if number == 0 { try fail(connection) } else { try connection.answerAll("\(number)") }
        }
    }

    @Test("statuses that say so")
    func statuses() async throws {
        let balanced = try Self.failing(#""http_failures":2,"http_statuses":[418,500]"#) { connection in
            while try connection.request() != nil { try connection.answer("bad", status: "418 No") }
        }
        var bad = 0
        for _ in 0..<10 { bad += try await balanced.gateway.ask("GET /").status == 418 ? 1 : 0 }
        #expect(bad == 2 && balanced.health == "-+")
        try await balanced.log.waitFor("target is unhealthy")
    }

    @Test("a status that no list has says nothing")
    func otherStatus() async throws {
        let balanced = try Self.failing(#""http_failures":1,"timeouts":1"#) { connection in
            while try connection.request() != nil { try connection.answer("?", status: "404 Not Found") }
        }
        for _ in 0..<6 { _ = try await balanced.gateway.ask("GET /") }
        #expect(balanced.health == "++")
    }

    @Test("connections that are refused: the client sees nothing of it, and the target is left out")
    func refused() async throws {
        let balanced = try Self.failing(#""tcp_failures":2"#) { _ in }
        balanced.targets[0].stop()
        for _ in 0..<8 { #expect(try await balanced.gateway.ask("GET /").body == "1") }
        #expect(balanced.health == "-+")
    }

    @Test("connections that break, and answers that are none")
    func broken() async throws {
        let balanced = try Self.failing(#""tcp_failures":1"#) { connection in
            _ = try connection.request()
            connection.reset()
        }
        for _ in 0..<4 { #expect(try await balanced.gateway.ask("GET /").body == "1") }
        #expect(balanced.health == "-+")
        let garbage = try Self.failing(#""http_failures":1"#) { connection in
            _ = try connection.request()
            try connection.send("nonsense\r\n\r\n")
        }
        for _ in 0..<4 { _ = try await garbage.gateway.ask("GET /") }
        #expect(garbage.health == "-+")
    }

    @Test("silence, and a 504 of somebody behind it")
    func timeouts() async throws {
        let silent = try Self.failing(#""timeouts":1"#, service: #","read_timeout":100"#) { connection in
            _ = try connection.request()
            _ = try connection.read()
        }
        let statuses = try await OwnThread.run {
            try (0..<4).map { _ in try silent.gateway.client().ask("GET /").status }
        }
        #expect(statuses.count { $0 == 504 } == 1 && silent.health == "-+")
        let late = try Self.failing(#""timeouts":1"#) { connection in
            while try connection.request() != nil { try connection.answer("late", status: "504 Late") }
        }
        for _ in 0..<4 { _ = try await late.gateway.ask("GET /") }
        #expect(late.health == "-+")
    }

    @Test("a kept connection that its target has closed says nothing against it")
    func stale() async throws {
        let balanced = try Self.failing(#""tcp_failures":1"#, targets: 1) { connection in
            _ = try connection.request()
            try connection.answer("once")
        }
        let client = try balanced.gateway.client()
        for _ in 0..<5 {
            let answer = try await OwnThread.run { try client.ask("GET /") }
            #expect(answer.status == 200)
        }
        #expect(balanced.health == "+")
    }

    @Test("all are down: 503; one that is marked as healthy gets requests again")
    func allDown() async throws {
        let balanced = try Self.failing(#""http_failures":1"#, targets: 1) { connection in
            while try connection.request() != nil { try connection.answer("bad", status: "500 Bad") }
        }
        #expect(try await balanced.gateway.ask("GET /").status == 500)
        let answer = try await balanced.gateway.ask("GET /")
        #expect(answer.status == 503 && answer.body.contains("failure to get a peer from the ring-balancer"))
        let upstream = try #require(balanced.upstream)
        let target = try #require(upstream.plan.targets.first).address
        #expect(upstream.mark(target, address: nil, isHealthy: true) == 1)
        #expect(try await balanced.gateway.ask("GET /").status == 500)
    }

    @Test("not more than the threshold is left: nobody gets requests, though some are healthy")
    func threshold() async throws {
        let balanced = try Self.failing(#""http_failures":1"#, threshold: 50) { connection in
            while try connection.request() != nil { try connection.answer("bad", status: "500 Bad") }
        }
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await balanced.gateway.ask("GET /").status) }
        #expect(statuses.last == 503 && balanced.health == "-+")
    }

    @Test("successes bring a target back that its last requests have reached")
    func successes() async throws {
        let gate = ConditionGate()
        let balanced = try Self.failing(#""http_failures":1"#, successes: 1) { connection in
            while let request = try connection.request() {
                if request.contains("/bad") {
                    try connection.answer("bad", status: "500 Bad")
                } else {
                    gate.wait()
                    try connection.answer("good")
                }
            }
        }
        let held = Task {
            while true {
                let body = try await balanced.gateway.ask("GET /good").body
                if body == "good" { return body }
            }
        }
        try await Journal.wait("a held request") { !balanced.targets[0].requests.isEmpty }
        for _ in 0..<2 { _ = try await balanced.gateway.ask("GET /bad") }
        #expect(balanced.health == "-+")
        gate.open()
        #expect(try await held.value == "good")
        try await balanced.waitFor(health: "++")
    }

    @Test("health survives other changes, and goes with the checks")
    func reload() async throws {
        let checks = Balanced.passive(#""http_failures":1"#)
        let balanced = try Self.failing(#""http_failures":1"#) { connection in
            while try connection.request() != nil { try connection.answer("bad", status: "500 Bad") }
        }
        for _ in 0..<2 { _ = try await balanced.gateway.ask("GET /") }
        #expect(balanced.health == "-+")
        let ports = balanced.targets.map(\.port)
        // A service's change, an upstream's other field, a target more.
        for (upstream, service, targets) in [
            (checks, #","retries":1"#, ports), (checks + #","host_header":"x.test""#, "", ports),
            (checks, "", ports + [1]),
        ] {
            try balanced.gateway.install(BalancedGateway.document(targets, upstream, service))
            #expect(balanced.health == "-+")
        }
        try balanced.gateway.install(BalancedGateway.document(ports, Balanced.passive(#""http_failures":2"#)))
        #expect(balanced.health == "++")
    }
}
