import Testing

@testable import DataPlane

@Suite("a peer's health")
struct PeerHealthTests {
    private static let limits = HealthChecks.Limits(successes: 2, httpFailures: 3, tcpFailures: 2, timeouts: 2)

    /// s: success, h: HTTP failure, t: time-out, c: TCP failure.
    private static func finding(_ letter: Character) -> PeerHealth.Finding {
        switch letter {
        case "s": .success
        case "h": .httpFailure
        case "t": .timeout
        default: .tcpFailure
        }
    }

    @Test(
        "findings of one kind add up, a success makes failures count anew and a failure successes",
        arguments: [
            ("", true), ("h", true), ("hh", true), ("hhh", false), ("cc", false), ("tt", false), ("hct", true),
            ("hctc", false), ("hhsh", true), ("hhshh", true), ("hhshhh", false), ("hhhs", false), ("hhhss", true),
            ("hhhshs", false), ("hhhsss", true), ("hhhsshh", true), ("hhhsshhh", false), ("ssssssc", true),
            ("ccssc", true), ("ccsscc", false), ("hhshsshs", true),
        ])
    func counts(findings: String, isAvailable: Bool) {
        let health = PeerHealth()
        for letter in findings {
            let finding = Self.finding(letter)
            let before = health.isAvailable
            let change = health.note(finding, limit: Self.limits[finding])
            #expect(change == (before == health.isAvailable ? nil : health.isAvailable))
        }
        #expect(health.isAvailable == isAvailable)
    }

    @Test("what has the limit 0 does not count")
    func off() {
        let health = PeerHealth()
        for _ in 0..<1000 { #expect(health.note(.tcpFailure, limit: 0) == nil) }
        #expect(health.isAvailable)
        health.set(isHealthy: false)
        for _ in 0..<1000 { #expect(health.note(.success, limit: 0) == nil) }
        #expect(!health.isAvailable)
        // Nor does a success that does not count clear failures.
        let other = PeerHealth()
        #expect(other.note(.timeout, limit: 2) == nil)
        #expect(other.note(.success, limit: 0) == nil)
        #expect(other.note(.timeout, limit: 2) == false)
    }

    @Test("the greatest limit is reached")
    func greatest() {
        let health = PeerHealth()
        for _ in 0..<254 { #expect(health.note(.httpFailure, limit: 255) == nil) }
        #expect(health.note(.httpFailure, limit: 255) == false)
    }

    @Test("a mark sets the state and lets everything count from the start")
    func marks() {
        let health = PeerHealth()
        _ = health.note(.tcpFailure, limit: 2)
        #expect(!health.set(isHealthy: true))
        #expect(health.note(.tcpFailure, limit: 2) == nil)
        #expect(health.set(isHealthy: false) && !health.isAvailable)
        #expect(!health.set(isHealthy: false))
        #expect(health.set(isHealthy: true) && health.isAvailable)
    }

    @Test("many report at once: none is lost")
    func parallel() async {
        let health = PeerHealth()
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<50).count { _ in health.note(.httpFailure, limit: 200) != nil }
                }
            }
            var changes = 0
            for await count in group { changes += count }
            #expect(changes == 1 && !health.isAvailable)
        }
    }

    @Test("latency: the newer counts more, and age makes it count less")
    func latency() throws {
        let health = PeerHealth()
        #expect(health.latency(at: 5) == nil)
        health.noteLatency(100, at: 1000)
        #expect(health.latency(at: 1000) == 100)
        #expect(try #require(health.latency(at: 11_000)) == 50)
        // A loop's clock may be behind.
        #expect(health.latency(at: 990) == 100)
        health.noteLatency(20, at: 11_000)
        #expect(try #require(health.latency(at: 11_000)) == 60)
        for _ in 0..<1000 { health.noteLatency(20, at: 11_000) }
        #expect(try #require(health.latency(at: 11_000)) < 21)
        let fast = PeerHealth()
        fast.noteLatency(0, at: 1)
        #expect(fast.latency(at: 1) != nil)
    }
}
