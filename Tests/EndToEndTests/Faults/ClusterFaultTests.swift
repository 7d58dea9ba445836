import Foundation
import JSON
import TestBrokers
import Testing

/// What happens to the node that leads the first partition of the topic.
struct NodeFault: Sendable, CustomTestStringConvertible {
    enum Kind: Sendable { case crash, hang }

    let testDescription: String
    /// With one, every request waits for another leader.
    let partitions: Int
    let kind: Kind

    static let all = [
        NodeFault(testDescription: "the only leader crashes", partitions: 1, kind: .crash),
        NodeFault(testDescription: "one of the leaders hangs", partitions: 6, kind: .hang),
    ]

    func strike(_ rig: KafkaRig, _ node: Int) async throws {
        switch kind {
        case .crash: try await rig.crash(node)
        case .hang: try await rig.pause(node)
        }
    }

    func heal(_ rig: KafkaRig, _ node: Int) async throws {
        switch kind {
        case .crash: try await rig.restart(node)
        case .hang: try await rig.resume(node)
        }
    }
}

@Suite(
    "Nodes that fail under load", .serialized,
    .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct ClusterFaultTests {
    /// Waits for two of three replicas, and for each record's whole time.
    private static func config(deliveryTimeout: Int) -> JSONObject {
        [
            "producer_async": false, "producer_request_acks": -1, "delivery_timeout": .integer(deliveryTimeout),
            "cluster_name": "three",
        ]
    }

    private static func topic(_ rig: KafkaRig, _ partitions: Int) async throws -> String {
        let name = "e2e-faults-\(UUID().uuidString.prefix(8).lowercased())"
        try await rig.createTopic(name, partitions: partitions, settings: ["min.insync.replicas": "2"])
        return name
    }

    /// Every request was answered, by 200 or by 503 and when to try again. What was answered 200 is stored, and once.
    ///
    /// Only when a record's time runs out is "once" no longer promised: the client library then begins a new sequence,
    /// and what was under way on other connections may be stored by the old and by the new one.
    private func expectTruth(_ sent: [Load.Sent], _ stored: [String: Int]) {
        let isOnce = !sent.contains { $0.status == 503 }
        for request in sent {
            switch request.outcome {
            case .answered(status: 200, _):
                let count = stored[request.id] ?? 0
                #expect(isOnce ? count == 1 : count >= 1, "\(request.id) is stored \(count) times")
            case .answered(status: 503, let retryAfter): #expect(retryAfter == "5")
            default: Issue.record("\(request)")
            }
        }
        #expect(Set(stored.keys).isSubset(of: sent.map(\.id)))
    }

    @Test("requests go on, and what was answered 200 is stored once", arguments: NodeFault.all)
    func one(_ fault: NodeFault) async throws {
        let rig = try await KafkaRig.sharedCluster()
        let topic = try await Self.topic(rig, fault.partitions)
        var document = GatewayDocument()
        document.produce("/orders", to: rig.servers(), topic: topic, Self.config(deliveryTimeout: 30_000))
        let node = try await RunningSluice(document)
        let victim = try await KafkaTopics.leader(of: topic, on: rig.servers())
        let others = rig.servers().enumerated().filter { $0.offset != victim - 1 }.map(\.element)

        let sent = try await Load.run(on: node, "POST /orders") { load in
            try await load.waitForMore(200)
            try await fault.strike(rig, victim)
            try await load.waitForMore(500)
            #expect(try await KafkaTopics.leader(of: topic, on: others) != victim)
            try await fault.heal(rig, victim)
            try await load.waitForMore(500)
        }

        #expect(await node.stop() == 0)
        #expect(node.log.last?.number("undelivered") == 0)
        expectTruth(sent, try await RecordReader.counts(rig.servers(), topic: topic))
    }

    @Test("without enough replicas requests are 503 in time, and 200 again when there are")
    func two() async throws {
        let rig = try await KafkaRig.sharedCluster()
        let topic = try await Self.topic(rig, 3)
        var document = GatewayDocument()
        document.produce("/orders", to: rig.servers(), topic: topic, Self.config(deliveryTimeout: 3_000))
        let node = try await RunningSluice(document)

        let sent = try await Load.run(on: node, "POST /orders") { load in
            try await load.waitForMore(200)
            try await rig.pause(1)
            try await rig.pause(2)
            try await load.waitForMore(16, status: 503)
            try await rig.resume(1)
            try await rig.resume(2)
            try await load.waitForMore(500)
        }

        #expect(await node.stop() == 0)
        #expect(node.lines("record not sent").allSatisfy { $0.number("status") == 503 && !$0["detail"].isEmpty })
        expectTruth(sent, try await RecordReader.counts(rig.servers(), topic: topic))
    }
}
