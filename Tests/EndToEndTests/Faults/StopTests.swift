import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// A way in which a broker takes nothing while the node stops.
enum Outage: CaseIterable {
    /// Nobody listens.
    case down
    /// It takes requests and does not answer.
    case silent

    func begin(_ broker: TansuBroker) async throws {
        switch self {
        case .down: await broker.stop()
        case .silent: try await broker.pause()
        }
    }
}

/// A signal that comes under load, and what a 200 promises there.
struct Stop: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let signal: Int32
    let acknowledgement: Int
    let isAsynchronous: Bool

    /// With all replicas' acknowledgement a record is stored once; with the leader's a retry may store it again.
    var isOnce: Bool { acknowledgement == -1 }

    static let all = [
        Stop(testDescription: "SIGTERM, queued", signal: SIGTERM, acknowledgement: -1, isAsynchronous: true),
        Stop(
            testDescription: "SIGINT, queued, the leader's word", signal: SIGINT, acknowledgement: 1,
            isAsynchronous: true),
        Stop(testDescription: "SIGTERM, acknowledged", signal: SIGTERM, acknowledgement: -1, isAsynchronous: false),
    ]
}

@Suite("A node that stops with records in its queue")
struct StopTests {
    @Test(
        "all that was answered 200 is delivered",
        .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)), arguments: Stop.all)
    func underLoad(_ stop: Stop) async throws {
        let rig = try await KafkaRig.shared()
        let topic = "e2e-stop-\(UUID().uuidString.prefix(8).lowercased())"
        try await rig.createTopic(topic, partitions: 3)
        var document = GatewayDocument()
        document.produce(
            "/orders", to: rig.servers(), topic: topic,
            [
                "producer_request_acks": .integer(stop.acknowledgement),
                "producer_async": .bool(stop.isAsynchronous),
            ])
        let node = try await RunningSluice(document)

        let sent = try await Load.run(on: node, "POST /orders", pause: 0, endsWhenRefused: true) { load in
            try await load.waitForMore(2_000)
            node.send(stop.signal)
            #expect(await node.end() == 0)
        }

        #expect(node.log.last?.message == "stopped" && node.log.last?.number("undelivered") == 0)
        let stored = try await RecordReader.counts(rig.servers(), topic: topic)
        for request in sent {
            switch request.outcome {
            case .answered(let status, _):
                let count = stored[request.id] ?? 0
                #expect(status == 200 && count >= 1, "\(request) is stored \(count) times")
                if stop.isOnce { #expect(count == 1, "\(request) is stored \(count) times") }
            case .refused: break
            // A kept connection may end while a request is on its way; nothing was promised for that one.
            case .unanswered(let text):
                #expect(text == "the connection ended after: " || text.hasPrefix("cannot send"), "\(text)")
            }
        }
    }

    @Test(
        "without a broker it ends in time, and tells exactly what was not delivered",
        .enabled(if: TestEnvironment.hasTansu, Comment(rawValue: TestEnvironment.needsTansu)),
        arguments: Outage.allCases)
    func outage(_ outage: Outage) async throws {
        let broker = try await TansuBroker()
        let counts = ["orders": 7, "payments": 5]
        var document = GatewayDocument()
        for topic in counts.keys {
            try await broker.createTopic(topic, partitions: 2)
            document.produce("/\(topic)", to: [broker.server], topic: topic, ["cluster_name": "down"])
        }
        let node = try await RunningSluice(document, settings: ["flush_timeout": "1000"])
        // Delivered, so that the connection is there.
        for topic in counts.keys { #expect(try await node.ask("POST /\(topic)", body: "first").status == 200) }
        try await Eventually.holds("the first records are delivered") {
            try await RecordReader.read([broker.server], topics: Array(counts.keys)).count == counts.count
        }

        try await outage.begin(broker)
        for (topic, count) in counts {
            for number in 0..<count {
                #expect(try await node.ask("POST /\(topic)", body: "\(number)").status == 200)
            }
        }
        node.send(SIGTERM)
        try await Eventually.holds("the node has ended long before the records' time", seconds: 20) { !node.isRunning }

        #expect(await node.end() == 1)
        let lines = node.lines("records not delivered at stop")
        #expect(lines.count == counts.count && lines.allSatisfy { $0["cluster"] == "down" && $0.level == "error" })
        for line in lines {
            #expect(line.number("undelivered") == counts[line["topic"]])
            #expect(line.number("in_doubt") == (outage == .silent ? counts[line["topic"]] : 0))
        }
        #expect(node.log.last?.message == "stopped" && node.log.last?.number("undelivered") == 12)
        if outage == .silent { broker.resume() }
        await broker.stop()
    }
}
