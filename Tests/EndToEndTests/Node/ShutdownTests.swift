import Foundation
import JSON
import Kafka
import TestBrokers
import TestClient
import Testing

@Suite(
    "A node that stops with requests under way",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct ShutdownTests {
    /// A node whose broker takes that long, once it has delivered a record.
    private static func node(
        roundTrip milliseconds: Int, settings: [String: String] = [:]
    ) async throws -> (node: RunningSluice, cluster: DevelopmentCluster) {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("orders", partitions: 1)
        var document = GatewayDocument()
        document.produce(
            "/orders", to: cluster.bootstrapServers, topic: "orders",
            ProduceCase.acknowledged.with(["timeout": 60_000, "producer_request_timeout": 60_000]))
        document.answer("/here", "here")
        let node = try await RunningSluice(document, settings: settings.merging(["log_level": "debug"]) { $1 })
        #expect(try await node.ask("POST /orders", body: "first").status == 200)
        try cluster.setRoundTrip(1, milliseconds: milliseconds)
        return (node, cluster)
    }

    /// Clients whose requests wait for their answers.
    private static func waitingClients(_ count: Int, of node: RunningSluice) async throws -> [HTTPClient] {
        try await OwnThread.run {
            try (0..<count).map { number in
                let client = try node.client()
                try client.send("POST /orders\nContent-Length: 2\nExpect: 100-continue")
                _ = try client.connection.readUntil("100 Continue\r\n\r\n")
                try client.connection.send("\(10 + number)")
                return client
            }
        }
    }

    @Test("requests finish, idle connections end, new ones are refused", arguments: [SIGTERM, SIGINT])
    func graceful(_ signal: Int32) async throws {
        // Time enough to see what happens meanwhile.
        let (node, cluster) = try await Self.node(
            roundTrip: Int(3_000 * TestEnvironment.patience), settings: ["stop_timeout": "60000"])
        let idle = try node.client()
        #expect(try await OwnThread.run { try idle.ask("GET /here").status } == 200)
        let clients = try await Self.waitingClients(4, of: node)

        node.send(signal)

        // The idle connection ends while the others still wait.
        let end = try await OwnThread.run { try idle.connection.readBytes(within: RunningSluice.answerLimit) }
        #expect(end == [] && node.lines("request").count == 2)
        try await Eventually.holds("connections are refused") {
            do { _ = try node.client() } catch let failure as RawClient.Failure { return failure.code == ECONNREFUSED }
            return false
        }
        let answers = try await OwnThread.run { try clients.map { try $0.answer() } }
        for answer in answers { #expect(answer.status == 200 && answer["connection"] == "close") }
        #expect(await node.end() == 0)
        #expect(node.log.suffix(1).map(\.message) == ["stopped"] && node.log.last?.number("undelivered") == 0)
        try cluster.setRoundTrip(1, milliseconds: 0)
        let stored = try await RecordReader.counts(cluster.bootstrapServers, topic: "orders")
        #expect(stored == ["first": 1, "10": 1, "11": 1, "12": 1, "13": 1])
    }

    @Test("a request that takes longer than stop_timeout is cut off, and its record is counted")
    func cut() async throws {
        let (node, cluster) = try await Self.node(
            roundTrip: 600_000, settings: ["stop_timeout": "500", "flush_timeout": "500"])

        let clients = try await Self.waitingClients(3, of: node)

        node.send(SIGTERM)

        let ends = try await OwnThread.run {
            try clients.map { try $0.connection.readBytes(within: RunningSluice.answerLimit) }
        }
        #expect(ends == [[], [], []])
        #expect(await node.end() == 1)
        let line = try #require(node.lines("records not delivered at stop").first)
        #expect(line["topic"] == "orders" && line.number("undelivered") == 3)
        #expect(node.lines("request").filter { $0["outcome"] == "client gone" }.count == 3)
        withExtendedLifetime(cluster) {}
    }
}
