import EventLoop
import Foundation
import HTTPUpstream
import Synchronization
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("active health checks")
struct ActiveCheckTests {
    private static func checks(_ active: String, healthy: String = "", unhealthy: String = "") -> String {
        """
        ,"healthchecks":{"active":{"timeout":60\(active),\
        "healthy":{"interval":0.02,"successes":1\(healthy)},\
        "unhealthy":{"interval":0.02,"http_failures":1,"tcp_failures":1,"timeouts":1\(unhealthy)}}}
        """
    }

    /// Whether targets are well, told by the test.
    private final class Wellness: Sendable {
        private let state = Mutex(true)
        var isWell: Bool {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    @Test("a target that answers badly is left out, and comes back when it answers well")
    func fallAndRise() async throws {
        let wellness = Wellness()
        let balanced = try BalancedGateway(
            2, upstream: Self.checks(#","http_path":"/health/x","headers":{"X-Probe":["a","b"]}"#)
        ) { number, connection in
            while let request = try connection.request() {
                let isBad = number == 0 && !wellness.isWell && request.contains("/health")
                try connection.answer("\(number)", status: isBad ? "503 Bad" : "200 OK")
            }
        }
        let first = balanced.targets[0]
        try await Journal.wait("a check") { !first.requests.isEmpty }
        let request = try #require(first.requests.first)
        #expect(request.hasPrefix("GET /health/x HTTP/1.1\r\nHost: 127.0.0.1:\(first.port)\r\n"))
        #expect(request.contains("X-Probe: a\r\nX-Probe: b\r\n") && request.contains("Connection: close\r\n"))
        #expect(balanced.health == "++")
        wellness.isWell = false
        try await balanced.waitFor(health: "-+")
        for _ in 0..<4 { #expect(try await balanced.gateway.ask("GET /").body == "1") }
        try await balanced.log.waitFor("target is unhealthy")
        wellness.isWell = true
        try await balanced.waitFor(health: "++")
        try await balanced.log.waitFor("target is healthy")
    }

    @Test("several failures are needed where the counters say so")
    func counters() async throws {
        let wellness = Wellness()
        let balanced = try BalancedGateway(1, upstream: Self.checks("", unhealthy: #","http_failures":3"#)) {
            _, connection in
            while try connection.request() != nil {
                try connection.answer("", status: wellness.isWell ? "200 OK" : "500 Bad")
            }
        }
        let target = balanced.targets[0]
        try await Journal.wait("a check") { !target.requests.isEmpty }
        let before = target.connections
        wellness.isWell = false
        try await balanced.waitFor(health: "-")
        #expect(target.connections - before >= 3)
    }

    @Test("statuses of no list say nothing")
    func otherStatus() async throws {
        let balanced = try BalancedGateway(1, upstream: Self.checks("")) { _, connection in
            while try connection.request() != nil { try connection.answer("", status: "401 Who") }
        }
        try await Journal.wait("checks") { balanced.targets[0].requests.count > 3 }
        #expect(balanced.health == "+")
    }

    @Test("tcp: a connection is enough, none is a failure")
    func tcp() async throws {
        let balanced = try BalancedGateway(2, upstream: Self.checks(#","type":"tcp""#)) { _, connection in
            _ = try connection.request()
        }
        try await Journal.wait("checks") { balanced.targets.allSatisfy { $0.connections > 1 } }
        #expect(balanced.health == "++" && balanced.targets.allSatisfy(\.requests.isEmpty))
        balanced.targets[1].stop()
        try await balanced.waitFor(health: "+-")
    }

    @Test("a target that does not answer in time")
    func silent() async throws {
        let balanced = try BalancedGateway(
            1,
            upstream: Self.checks("", unhealthy: #","tcp_failures":0"#).replacingOccurrences(
                of: #""timeout":60"#, with: #""timeout":0.1"#)
        ) { _, connection in
            _ = try connection.request()
            _ = try connection.read()
        }
        try await balanced.waitFor(health: "-")
        try await balanced.log.waitFor(#""cause":"timeout""#)
    }

    @Test("an answer that is no HTTP is an HTTP failure")
    func garbage() async throws {
        let balanced = try BalancedGateway(1, upstream: Self.checks("")) { _, connection in
            _ = try connection.request()
            try connection.send("nonsense\r\n\r\n")
        }
        try await balanced.waitFor(health: "-")
        try await balanced.log.waitFor(#""cause":"httpFailure""#)
    }

    @Test("what weighs nothing is not checked")
    func unused() async throws {
        let idle = try ScriptedUpstream { _, _ in }
        let used = try ScriptedUpstream { connection, _ in try connection.answerAll("") }
        let gateway = try TestGateway(
            """
            {"upstreams":[{"name":"u"\(Self.checks(""))}],
             "targets":[{"target":"127.0.0.1:\(idle.port)","weight":0,"upstream":{"name":"u"}},
                        {"target":"127.0.0.1:\(used.port)","upstream":{"name":"u"}}]}
            """, plugins: [])
        try await Journal.wait("checks") { used.connections > 3 }
        #expect(idle.connections == 0 && gateway.runtime.snapshot.routeCount == 0)
    }

    @Test("no more at a time than may be")
    func concurrency() async throws {
        let (now, most) = (Counter(), Counter())
        let balanced = try BalancedGateway(6, upstream: Self.checks(#","concurrency":2"#)) { _, connection in
            guard try connection.request() != nil else { return }
            most.raise(to: now.add(1))
            // The next check may begin once this one is answered.
            _ = now.add(-1)
            try connection.answer("")
        }
        try await Journal.wait("checks") { balanced.targets.allSatisfy { $0.requests.count > 2 } }
        #expect(most.value <= 2 && most.value > 0)
    }

    @Test("checks end with the upstream, and go on whatever else changes")
    func ends() async throws {
        let balanced = try BalancedGateway(2, upstream: Self.checks("")) { _, connection in
            try connection.answerAll("")
        }
        let targets = balanced.targets
        try await Journal.wait("checks") { targets.allSatisfy { $0.requests.count > 1 } }
        // The second target goes.
        try balanced.gateway.install(BalancedGateway.document([targets[0].port], Self.checks("")))
        await balanced.gateway.controlled()
        let (first, second) = (targets[0].connections, targets[1].connections)
        try await Journal.wait("more checks") { targets[0].connections > first + 5 }
        // One may have been on its way.
        #expect(targets[1].connections <= second + 1)
        try balanced.gateway.install("{}")
        await balanced.gateway.controlled()
        let watched = try TestGateway(BalancedGateway.document([targets[1].port], Self.checks("")), plugins: [])
        let (last, other) = (targets[0].connections, targets[1].connections)
        try await Journal.wait("checks of another gateway") { targets[1].connections > other + 5 }
        #expect(targets[0].connections <= last + 1 && watched.runtime.snapshot.routeCount == 1)
    }

    @Test("however often targets change, checks have their turns")
    func restless() async throws {
        let slow = Self.checks("").replacingOccurrences(of: "0.02", with: "0.2")
        let balanced = try BalancedGateway(1, upstream: slow) { _, connection in try connection.answerAll("") }
        let target = balanced.targets[0]
        var other = 2
        try await Journal.wait("a check") {
            other += 1
            try balanced.gateway.install(BalancedGateway.document([target.port, 1 + other % 2], slow))
            return target.connections > 0
        }
    }
}

/// A number of several threads.
private final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add(_ amount: Int) -> Int {
        number.withLock { number in
            number += amount
            return number
        }
    }

    func raise(to value: Int) { number.withLock { $0 = max($0, value) } }
}
