import HTTPUpstream
import TestClient
import TestGateway
import Testing

@testable import DataPlane

/// One connection to a target at a time, and so many places to wait for it.
@Suite("targets whose connections are all in use")
struct FullPoolTests {
    private static func limits(waiting: Int) -> UpstreamPoolLimits {
        var limits = UpstreamPoolLimits()
        limits.connections = 1
        limits.waiting = waiting
        return limits
    }

    /// Every target answers with its number; what asks for `/held` waits until the gate is opened.
    private static func gateway(
        _ count: Int, waiting: Int = 0, service: String = "", until gate: ConditionGate
    ) throws -> BalancedGateway {
        try BalancedGateway(count, service: service, pool: limits(waiting: waiting)) { number, connection in
            while let request = try connection.request() {
                if request.contains("/held") { gate.wait() }
                try connection.answer("\(number)")
            }
        }
    }

    @Test("a request goes to another target while there is one, whatever its method, and else is 503")
    func another() async throws {
        let gate = ConditionGate()
        let balanced = try Self.gateway(3, until: gate)
        let gateway = balanced.gateway

        // Turns lead to a busy target every other time.
        var held: [Task<HTTPAnswer, any Error>] = []
        for count in 1...2 {
            held.append(Task { try await gateway.ask("POST /held", body: "x") })
            try await Journal.wait("held requests") { balanced.targets.count { !$0.requests.isEmpty } == count }
        }
        let free = try #require(balanced.targets.firstIndex { $0.requests.isEmpty })
        for _ in 0..<6 { #expect(try await gateway.ask("POST /", body: "x").body == "\(free)") }

        held.append(Task { try await gateway.ask("POST /held", body: "x") })
        try await Journal.wait("all held") {
            balanced.targets.allSatisfy { $0.requests.last?.contains("/held") == true }
        }
        let refused = try await gateway.ask("POST /", body: "x")
        #expect(refused.status == 503 && refused["Retry-After"] == "1")
        #expect(refused.body.contains("The upstream server is overloaded"))

        gate.open()
        for task in held { #expect(try await task.value.status == 200) }
        #expect(try await gateway.ask("POST /", body: "x").status == 200)
        #expect(balanced.targets.allSatisfy { $0.connections == 1 })
    }

    @Test("a service without retries is not tried elsewhere")
    func noRetries() async throws {
        let gate = ConditionGate()
        let balanced = try Self.gateway(2, service: #","retries":0"#, until: gate)
        let gateway = balanced.gateway
        let held = Task { try await gateway.ask("GET /held").status }
        try await Journal.wait("a held request") { balanced.targets.contains { !$0.requests.isEmpty } }
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await gateway.ask("GET /").status) }
        #expect(statuses.sorted() == [200, 200, 503, 503])
        gate.open()
        #expect(try await held.value == 200)
    }

    @Test("a request that has waited for its time is 503 with when to try again; the others go on waiting")
    func waited() async throws {
        let gate = ConditionGate()
        let target = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                if request.contains("/held") { gate.wait() }
                try connection.answer("x")
            }
        }
        let services = ["short": 200, "long": 60_000].map { name, timeout in
            #"{"name":"\#(name)","host":"127.0.0.1","port":\#(target.port),"connect_timeout":\#(timeout)}"#
        }
        let routes = ["short", "long"].map { #"{"paths":["/\#($0)"],"strip_path":true,"service":{"name":"\#($0)"}}"# }
        let gateway = try TestGateway(
            #"{"services":[\#(services.joined(separator: ","))],"routes":[\#(routes.joined(separator: ","))]}"#,
            plugins: [], pool: Self.limits(waiting: 2))
        let held = Task { try await gateway.ask("GET /long/held").status }
        try await Journal.wait("a held request") { !target.requests.isEmpty }

        let patient = Task { try await gateway.ask("GET /long").status }
        let refused = try await gateway.ask("GET /short")

        #expect(refused.status == 503 && refused["Retry-After"] == "1")
        gate.open()
        #expect(try await held.value == 200)
        #expect(try await patient.value == 200)
        #expect(target.connections == 1)
    }
}
