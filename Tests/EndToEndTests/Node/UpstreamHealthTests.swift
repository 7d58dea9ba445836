import Foundation
import JSON
import TestClient
import Testing

@Suite("A node that tells how its upstreams are")
struct UpstreamHealthTests {
    private static func node() async throws -> RunningSluice {
        // Nobody answers there: only numbers and the hosts file lead anywhere.
        try await RunningSluice(
            database: try TestFiles.shared.get().makeFolder(), settings: ["dns_resolver": "127.0.0.1:1"])
    }

    private static func made(_ node: RunningSluice, _ path: String, _ form: String) async throws {
        let answer = try await node.edit("POST \(path)", form)
        try #require(answer.status == 201, "\(path): \(answer.body)")
    }

    /// The health of each target.
    private static func health(_ node: RunningSluice, _ upstream: String) async throws -> [String: String] {
        let answer = try JSONValue.parse(text: try await node.edit("GET /upstreams/\(upstream)/health").body)
        var states: [String: String] = [:]
        for target in answer["data"]?.arrayValue ?? [] {
            states[target["target"]?.stringValue ?? ""] = target["health"]?.stringValue
        }
        return states
    }

    @Test("targets are told of as requests and marks leave them, whatever else changes")
    func health() async throws {
        let bad = try ScriptedUpstream { connection, _ in
            while try connection.request() != nil { try connection.answer("bad", status: "500 Bad") }
        }
        let good = try ScriptedUpstream { connection, _ in try connection.answerAll("good") }
        let node = try await Self.node()
        try await Self.made(node, "/upstreams", "name=orders&healthchecks.passive.unhealthy.http_failures=1")
        let (first, second, third) = ("127.0.0.1:\(bad.port)", "localhost:\(good.port)", "nobody.invalid:80")
        for target in [first, second, third] {
            try await Self.made(node, "/upstreams/orders/targets", "target=\(target)")
        }
        try await Self.made(node, "/services", "name=orders&host=orders")
        try await Self.made(node, "/services/orders/routes", "paths[]=/")
        #expect(try await Self.health(node, "orders") == [first: "HEALTHY", second: "HEALTHY", third: "DNS_ERROR"])

        // Each loop has turns of its own.
        for _ in 0..<8 { _ = try await node.ask("GET /") }
        #expect(bad.requests.count == 1)
        #expect(try await Self.health(node, "orders")[first] == "UNHEALTHY")
        #expect(try await node.edit("PATCH /services/orders", "retries=2").status == 200)
        #expect(try await node.edit("PATCH /upstreams/orders", "tags[]=x").status == 200)
        #expect(try await Self.health(node, "orders")[first] == "UNHEALTHY")

        #expect(try await node.edit("PUT /upstreams/orders/targets/\(first)/healthy", "").status == 204)
        let one = "PUT /upstreams/orders/targets/\(second)/127.0.0.1:\(good.port)/unhealthy"
        #expect(try await node.edit(one, "").status == 204)
        #expect(try await Self.health(node, "orders") == [first: "HEALTHY", second: "UNHEALTHY", third: "DNS_ERROR"])
        let whole = try JSONValue.parse(
            text: try await node.edit("GET /upstreams/orders/health?balancer_health=1").body)
        #expect(whole["data"]?["health"] == "HEALTHY")
        #expect(whole["data"]?["details"]?["weight"] == ["total": 200, "unavailable": 100, "available": 100])
        #expect(try await node.edit("PUT /upstreams/orders/targets/\(third)/healthy", "").status == 400)
        let all = try JSONValue.parse(text: try await node.edit("GET /upstreams/orders/targets/all").body)
        #expect(all["data"]?.arrayValue?.count == 3)
        #expect(await node.stop() == 0)
    }

    @Test("without checks there is nothing to tell, and nothing to mark")
    func unchecked() async throws {
        let node = try await Self.node()
        try await Self.made(node, "/upstreams", "name=plain")
        try await Self.made(node, "/upstreams/plain/targets", "target=127.0.0.1:1")
        #expect(try await Self.health(node, "plain") == ["127.0.0.1:1": "HEALTHCHECKS_OFF"])
        let mark = try await node.edit("PUT /upstreams/plain/targets/127.0.0.1:1/healthy", "")
        #expect(mark.status == 400 && mark.body.contains("no healthchecker found for plain"))
        #expect(await node.stop() == 0)
    }
}
