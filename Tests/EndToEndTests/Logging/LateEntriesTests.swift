import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// A node some of whose entries wait for a registry that has not answered yet.
private struct WaitingNode {
    enum Answer: CaseIterable {
        case schema, notFound
    }

    static let waiting = ["0", "1", "2", "3", "4"]
    /// Entries whose registry answers at once.
    static let known = ["5", "6", "7"]

    private let target: ProduceTarget
    private let gate = ConditionGate()
    private let registries: [ScriptedRegistry]
    let node: RunningSluice

    init(_ answer: Answer = .schema, settings: [String: String] = [:]) async throws {
        target = try ProduceTarget.developmentCluster()
        try await target.createTopics(["log"])
        let fits = ["fits": ScriptedRegistry.Schema(id: 1, version: 1, type: "JSON", text: #"{"type":"object"}"#)]
        registries = [try ScriptedRegistry(fits), try ScriptedRegistry(answer == .schema ? fits : [:], gate: gate)]
        let server = target.servers[0].split(separator: ":").map(String.init)
        var document = GatewayDocument()
        for (path, registry) in zip(["/known", "/late"], registries) {
            document.route(
                path, "kafka-log",
                [
                    "bootstrap_servers": [["host": .string(server[0]), "port": .integer(Int(server[1]) ?? 0)]],
                    "topic": "log", "key_query_arg": "number", "cluster_name": "logs",
                    "schema_registry": [
                        "confluent": [
                            "url": .string(registry.url), "timeout": 60_000, "value_schema": ["subject_name": "fits"],
                        ]
                    ],
                ])
        }
        node = try await RunningSluice(document, settings: ["flush_timeout": "30000"].merging(settings) { $1 })
        for number in Self.waiting { #expect(try await node.ask("GET /late?number=\(number)").status == 503) }
        for number in Self.known { #expect(try await node.ask("GET /known?number=\(number)").status == 503) }
    }

    func openRegistry() { gate.open() }

    /// Asks it to stop; returns when its listeners have closed.
    func beginStop() async throws {
        node.send(SIGTERM)
        try await node.line("stopping")
        try await Eventually.holds("nobody is let in") {
            do { _ = try node.client() } catch { return true }
            return false
        }
    }

    func delivered() async throws -> [String] {
        try await RecordReader.read(target.servers, topic: "log").map { String(decoding: $0.key ?? [], as: UTF8.self) }
            .sorted()
    }
}

@Suite(
    "Entries that wait for a registry",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct LateEntriesTests {
    @Test(
        "a node that stops waits for the registry, and delivers or tells what was lost",
        arguments: WaitingNode.Answer.allCases)
    private func stop(_ answer: WaitingNode.Answer) async throws {
        let waiting = try await WaitingNode(answer)
        try await waiting.beginStop()
        #expect(waiting.node.isRunning)
        waiting.openRegistry()
        let lost = answer == .schema ? 0 : WaitingNode.waiting.count
        #expect(await waiting.node.end() == (lost == 0 ? 0 : 1))
        #expect(waiting.node.lines("stopped").map { $0.number("undelivered") } == [lost])
        let told = waiting.node.lines("records not delivered at stop")
        #expect(told.map { $0.number("undelivered") } == (lost == 0 ? [] : [lost]))
        #expect(told.allSatisfy { $0["cluster"] == "logs" && $0["topic"] == "log" && $0.number("in_doubt") == 0 })
        #expect(waiting.node.lines("log entries dropped").isEmpty == (lost == 0))
        #expect(try await waiting.delivered() == (lost == 0 ? WaitingNode.waiting : []) + WaitingNode.known)
    }

    @Test("a registry that does not answer in time: what waits is counted, once")
    func never() async throws {
        let waiting = try await WaitingNode(settings: ["flush_timeout": "1000"])
        try await waiting.beginStop()
        #expect(await waiting.node.end() == 1)
        waiting.openRegistry()
        let told = waiting.node.lines("records not delivered at stop")
        #expect(told.map { $0.number("undelivered") } == [WaitingNode.waiting.count])
        #expect(told.map { $0.number("in_doubt") } == [0])
        #expect(waiting.node.lines("stopped").map { $0.number("undelivered") } == [WaitingNode.waiting.count])
        #expect(waiting.node.lines("log entries dropped").isEmpty)
        #expect(try await waiting.delivered() == WaitingNode.known)
    }

    @Test(
        "a configuration that is gone delivers what waits, or counts all of it", arguments: WaitingNode.Answer.allCases)
    private func gone(_ answer: WaitingNode.Answer) async throws {
        let waiting = try await WaitingNode(answer)
        var other = GatewayDocument()
        other.answer("/other", "here")
        try await waiting.node.reload(other)
        waiting.openRegistry()
        switch answer {
        case .schema:
            try await Eventually.holds("all is delivered") {
                try await waiting.delivered() == WaitingNode.waiting + WaitingNode.known
            }
            #expect(waiting.node.lines("log entries dropped").isEmpty)
        case .notFound:
            try await Eventually.holds("all is counted") {
                // A loop lets the former configuration go with its next request.
                _ = try await waiting.node.ask("GET /other")
                return waiting.node.lines("log entries dropped").last?.number("dropped") == WaitingNode.waiting.count
            }
            #expect(try await waiting.delivered() == WaitingNode.known)
        }
        #expect(await waiting.node.stop() == 0)
    }
}
