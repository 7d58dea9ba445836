import Foundation
import TestBrokers
import TestClient

/// All cases against one broker: one node with a route for each, stopped before the topics are read, so that what it
/// had only queued is there too.
struct ProduceRun: Sendable {
    let answers: [String: Result<HTTPAnswer, any Error>]
    let records: [String: [StoredRecord]]
    let exitStatus: Int32
    let log: [LogLine]

    init(_ target: ProduceTarget, _ cases: [ProduceCase]) async throws {
        let prefix = "e2e-\(UUID().uuidString.prefix(8).lowercased())-"
        try await target.createTopics(cases.map { prefix + $0.name })
        var document = GatewayDocument()
        for produce in cases {
            document.produce(produce.path, to: target.servers, topic: prefix + produce.name, produce.config)
        }
        let node = try await RunningSluice(document)
        var answers: [String: Result<HTTPAnswer, any Error>] = [:]
        for produce in cases {
            do { answers[produce.name] = .success(try await Self.send(produce, to: node)) } catch {
                answers[produce.name] = .failure(error)
            }
        }
        self.answers = answers
        exitStatus = await node.stop()
        log = node.log
        var records: [String: [StoredRecord]] = [:]
        let expected = Dictionary(uniqueKeysWithValues: cases.map { (prefix + $0.name, $0.records.count) })
        let topics = cases.map { prefix + $0.name }
        for (topic, found) in try await RecordReader.read(target.servers, topics: topics, expected: expected) {
            records[String(topic.dropFirst(prefix.count))] = found
        }
        self.records = records
    }

    private static func send(_ produce: ProduceCase, to node: RunningSluice) async throws -> HTTPAnswer {
        let head = (["POST \(produce.path)\(produce.target)"] + produce.fields).joined(separator: "\n")
        guard produce.isChunked else { return try await node.ask(head, body: produce.body) }
        return try await OwnThread.run {
            let client = try node.client()
            let third = produce.body.count / 3
            let pieces = [produce.body[..<third], produce.body[third..<2 * third], produce.body[(2 * third)...]]
            try client.sendChunked(head, pieces.map { String(decoding: $0, as: UTF8.self) })
            return try client.answer()
        }
    }
}
