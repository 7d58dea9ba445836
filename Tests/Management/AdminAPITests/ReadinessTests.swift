import JSON
import Kafka
import Testing

@testable import AdminAPI

@Suite("/status/ready and Kafka clusters")
struct ReadinessTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        let required: NodeFacts.RequiredClusters
        let isUp: Bool
        var fault: String?
        let status: Int
        let message: String

        var testDescription: String { "\(required), \(isUp ? "up" : "away")" }
    }

    private static let cases = [
        Case(required: .named([]), isUp: false, status: 200, message: "ready"),
        Case(required: .all, isUp: true, status: 200, message: "ready"),
        Case(required: .named(["other"]), isUp: true, status: 200, message: "ready"),
        Case(
            required: .all, isUp: false, status: 503,
            message: "not ready for proxying: the Kafka cluster 'orders' has no broker up: no broker is connected"),
        Case(
            required: .named(["other"]), isUp: false, fault: "no way", status: 503,
            message: "not ready for proxying: the Kafka cluster 'other' has no broker up: no way"),
        Case(
            required: .named(["orders", "missing", "lost"]), isUp: true, status: 503,
            message:
                "not ready for proxying: the Kafka cluster 'missing' has no broker up: no plugin uses it (and 1 more)"),
    ]

    @Test("clusters count that are required", arguments: cases)
    private func required(_ given: Case) async throws {
        // A node without entities is not ready when it has no database either.
        let server = try await AdminServer(
            .sqlite, requiredClusters: given.required,
            clusters: [.scripted(isUp: given.isUp, fault: given.fault)])
        let request = AdminRequest(method: "GET", target: "/status/ready")
        let answer = try await server.ask(request, port: server.statusPort)
        #expect(answer.status == given.status)
        #expect(try answer.json()["message"] == .string(given.message))
        #expect(try answer.json()["clusters"] == [["name": "orders", "up": .bool(given.isUp)]])
        let metrics = try await server.ask(AdminRequest(method: "GET", target: "/metrics"))
        #expect(MetricSeries(metrics.body)["sluice_ready"] == (given.status == 200 ? 1 : 0))
    }

    @Test("a node that drains says so, whatever its clusters")
    func draining() async throws {
        let server = try await AdminServer(
            .sqlite, requiredClusters: .all, clusters: [.scripted(isUp: false)])
        server.facts.readiness = .draining
        let answer = try await server.ask(
            AdminRequest(method: "GET", target: "/status/ready"), port: server.statusPort)
        #expect(answer.status == 503)
        #expect(try answer.json()["message"] == "draining")
    }
}
