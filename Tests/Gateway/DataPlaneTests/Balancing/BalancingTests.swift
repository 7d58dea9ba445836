import Foundation
import JSON
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("requests to an upstream's targets")
struct BalancingTests {
    private static func message(_ answer: HTTPAnswer) throws -> String? {
        try JSONValue.parse(text: answer.body)["message"]?.stringValue
    }

    /// Every target answers with its number.
    private static func numbered(
        _ count: Int, _ upstream: String = "", service: String = "", routes: String = BalancedGateway.allRoutes
    ) throws -> BalancedGateway {
        try BalancedGateway(count, upstream: upstream, service: service, routes: routes) { number, connection in
            try connection.answerAll("\(number)")
        }
    }

    /// What a field of the last request to any target was.
    private static func sent(_ name: String, _ balanced: BalancedGateway) -> String? {
        let lines = balanced.targets.flatMap(\.requests).last?.components(separatedBy: "\r\n") ?? []
        return lines.first { $0.lowercased().hasPrefix("\(name):") }.map { String($0.dropFirst(name.count + 2)) }
    }

    @Test("requests take turns; the service's port is of no account")
    func turns() async throws {
        let balanced = try Self.numbered(3)
        let bodies = try await OwnThread.run {
            let client = try balanced.gateway.client()
            return try (0..<9).map { _ in try client.ask("GET /").body }
        }
        #expect(
            Set(bodies[0..<3]) == ["0", "1", "2"] && bodies[0..<3] == bodies[3..<6] && bodies[3..<6] == bodies[6..<9])
        #expect(Self.sent("host", balanced)?.hasPrefix("127.0.0.1:") == true)
    }

    @Test("without a target, or with none that weighs anything: 503 in Kong's words")
    func nobody() async throws {
        let balanced = try Self.numbered(0)
        let answer = try await balanced.gateway.ask("GET /")
        #expect(answer.status == 503 && answer["Retry-After"] == "1")
        #expect(try Self.message(answer) == "failure to get a peer from the ring-balancer")
    }

    // MARK: - Host

    @Test(
        "Host: the upstream's, else the target's; the client's where the route keeps it",
        arguments: [
            ("", "", "127.0.0.1:PORT"), (#","host_header":"own.test""#, "", "own.test:PORT"),
            (#","host_header":"own.test:99""#, "", "own.test:99"), ("", #","preserve_host":true"#, "mine.test"),
            (#","host_header":"own.test""#, #","preserve_host":true"#, "mine.test"),
        ])
    func host(upstream: String, route: String, wanted: String) async throws {
        let balanced = try Self.numbered(
            1, upstream, routes: #"{"name":"all","paths":["/"],"service":{"name":"s"}\#(route)}"#)
        #expect(try await balanced.gateway.ask("GET /\nHost: mine.test").status == 200)
        let port = try #require(balanced.targets.first).port
        #expect(Self.sent("host", balanced) == wanted.replacingOccurrences(of: "PORT", with: "\(port)"))
    }

    // MARK: - Tries

    @Test("a target that refuses is left for another within the same request")
    func refused() async throws {
        let balanced = try Self.numbered(3)
        balanced.targets[0].stop()
        balanced.targets[2].stop()
        for _ in 0..<6 {
            let answer = try await balanced.gateway.ask("POST /", body: "x")
            #expect(answer.status == 200 && answer.body == "1")
        }
        // Each request tries a target once, and the three are enough.
        #expect(balanced.targets[1].requests.count == 6)
    }

    @Test("no more tries than the service has")
    func fewTries() async throws {
        let balanced = try Self.numbered(3, service: #","retries":0"#)
        balanced.targets[0].stop()
        balanced.targets[1].stop()
        balanced.targets[2].stop()
        #expect(try await balanced.gateway.ask("POST /", body: "x").status == 502)
    }

    @Test("a request that may be done twice is tried elsewhere when its connection ends without an answer")
    func broken() async throws {
        let balanced = try BalancedGateway(2) { number, connection in
            if number == 0 {
                _ = try connection.request()
            } else {
                try connection.answerAll("1")
            }
        }
        for _ in 0..<4 { #expect(try await balanced.gateway.ask("GET /").body == "1") }
        #expect(!balanced.targets[0].requests.isEmpty)
    }

    @Test("that a kept connection has ended moves no key to another target")
    func stale() async throws {
        let hashing = #","algorithm":"consistent-hashing","hash_on":"header","hash_on_header":"X-Key""#
        let balanced = try BalancedGateway(4, upstream: hashing) { number, connection in
            var isKept = false
            while let request = try connection.request() {
                if isKept, request.contains("/again") { return }
                try connection.answer("\(number)")
                isKept = true
            }
        }
        for key in 0..<12 {
            let first = try await balanced.gateway.ask("GET /\nX-Key: \(key)").body
            #expect(try await balanced.gateway.ask("GET /again\nX-Key: \(key)").body == first)
        }
    }

    // MARK: - Least connections

    @Test("least connections: a target that is busy gets no more")
    func leastConnections() async throws {
        let held = ConditionGate()
        let balanced = try BalancedGateway(2, upstream: #","algorithm":"least-connections""#) { number, connection in
            while let request = try connection.request() {
                if request.contains("/held") { held.wait() }
                try connection.answer("\(number)")
            }
        }
        let first = Task { try await balanced.gateway.ask("GET /held").body }
        try await Journal.wait("a held request") { balanced.targets.contains { !$0.requests.isEmpty } }
        let free = balanced.targets[0].requests.isEmpty ? "0" : "1"
        let loads = { balanced.upstream?.table.peers.map(\.health.load) }
        for _ in 0..<6 {
            #expect(try await balanced.gateway.ask("GET /").body == free)
            // An answer may be read before the gateway has seen its end.
            try await Journal.wait("the load of the held request alone") { loads()?.reduce(0, +) == 1 }
        }
        held.open()
        #expect(try await first.value != free)
        try await Journal.wait("no load") { loads() == [0, 0] }
    }

    @Test("a client that goes away takes its load along")
    func abandoned() async throws {
        let balanced = try BalancedGateway(1, upstream: #","algorithm":"least-connections""#) { _, connection in
            _ = try connection.request()
            _ = try connection.read()
        }
        let client = try balanced.gateway.client()
        try client.send("GET /")
        let peer = try #require(balanced.upstream?.table.peers.first)
        try await Journal.wait("the request") { peer.health.load == 1 }
        client.connection.reset()
        try await Journal.wait("no load") { peer.health.load == 0 }
    }

    @Test("latency: answers are measured")
    func latency() async throws {
        let balanced = try Self.numbered(2, #","algorithm":"latency""#)
        for _ in 0..<4 { #expect(try await balanced.gateway.ask("GET /").status == 200) }
        let peers = try #require(balanced.upstream?.table.peers)
        #expect(peers.allSatisfy { $0.health.latency(at: 0) != nil && $0.health.load == 0 })
    }

    // MARK: - Names

    @Test("targets may be names; a request that comes before they are known waits")
    func names() async throws {
        let target = try ScriptedUpstream { connection, _ in try connection.answerAll("named") }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("hosts-\(UUID().uuidString)")
        try "127.0.0.1 one.balanced.test\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let gateway = try TestGateway(
            """
            {"upstreams":[{"name":"u"}],
             "targets":[{"target":"one.balanced.test:\(target.port)","upstream":{"name":"u"}},
                        {"target":"nobody.test:1","upstream":{"name":"u"}}],
             "services":[{"name":"s","host":"u"}],"routes":[{"paths":["/"],"service":{"name":"s"}}]}
            """, plugins: [], names: TestGateway.noServers(hostsFile: file.path))
        for _ in 0..<3 { #expect(try await gateway.ask("GET /").body == "named") }
        #expect(target.requests.last?.contains("Host: one.balanced.test:\(target.port)\r\n") == true)
    }

    @Test("a service whose host is no upstream's name goes where it went; one that becomes one changes over")
    func becomes() async throws {
        let balanced = try Self.numbered(2)
        let ports = balanced.targets.map(\.port)
        try balanced.gateway.install(
            #"{"services":[{"name":"s","host":"127.0.0.1","port":\#(ports[1])}],"routes":[{"paths":["/"],"service":{"name":"s"}}]}"#
        )
        #expect(try await balanced.gateway.ask("GET /").body == "1")
        try balanced.gateway.install(BalancedGateway.document([ports[0]]))
        #expect(try await balanced.gateway.ask("GET /").body == "0")
        try balanced.gateway.install(BalancedGateway.document([ports[1]]))
        #expect(try await balanced.gateway.ask("GET /").body == "1")
    }

    @Test("what another entity's change does not touch goes on with its turns")
    func untouched() throws {
        let balanced = try Self.numbered(2)
        let before = try #require(balanced.upstream)
        let ports = balanced.targets.map(\.port)
        let routes = BalancedGateway.allRoutes.replacingOccurrences(of: "all", with: "other")
        try balanced.gateway.install(BalancedGateway.document(ports, "", "", routes))
        // The same entities, but made anew by the test: they are equal, so what runs is kept.
        #expect(balanced.upstream === before)
    }
}
