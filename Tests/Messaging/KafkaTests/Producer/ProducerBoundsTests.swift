import Counting
import EventLoop
import TestBrokers
import Testing

@testable import Kafka

/// A target that counts, and shows when it is let go.
private final class CountingTarget: DeliveryTarget {
    private(set) var count = 0
    func delivered(_ report: DeliveryReport, tag: UInt64) { count += 1 }
}

@Suite("Bounds of a producer")
struct ProducerBoundsTests {
    /// A producer of a cluster whose broker is down, so that what is queued stays.
    private func stuckProducer(
        _ harness: ProducerHarness, _ change: (inout ProducerConfiguration) -> Void = { _ in }
    ) throws -> (Producer, ProducerTopic, DevelopmentCluster) {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("stuck", partitions: 1)
        try cluster.takeDown(1)
        let producer = try harness.producer(.test(cluster.bootstrapServers, change))
        return (producer, try producer.topic("stuck"), cluster)
    }

    @Test("a full queue answers at once, and takes records again when there is room", arguments: [true, false])
    func full(isWaitedFor: Bool) async throws {
        let harness = try ProducerHarness()
        let (producer, topic, cluster) = try stuckProducer(harness) { $0.queueMessages = 10 }

        let (queued, full) = await harness.onLoop { loop in
            let target = isWaitedFor ? CountingTarget() : nil
            var (queued, full) = (0, 0)
            for index in 0..<25 {
                switch TestRecord("\(index)").produce(with: producer, to: topic, on: loop, target: target) {
                case .queued: queued += 1
                case .full: full += 1
                case .refused(let error): Issue.record("\(error)")
                }
            }
            return (queued, full)
        }

        #expect(queued == 10 && full == 15)
        let status = producer.status
        #expect(status.queueDepth == 10 && status.queueLimit == 10 && status.queueBytes == 10)
        #expect(status.topics.first?.refused == 15 && status.topics.first?.refusedByFullQueue == 15)
        #expect(status.topics.first?.outstandingBytes == 10)
        try cluster.brokerUp(1)
        try await Eventually.holds("the queue empties") { producer.status.queueDepth == 0 }
        #expect(producer.status.delivered == 10 && producer.status.queueBytes == 0)
        #expect(producer.status.latencies.reduce(0) { $0 + $1.reading.count } == 10)
        #expect(producer.status.latencies.first?.topic == "stuck" && producer.status.latencies.first?.nodeID == 1)
        #expect(try await harness.send(producer, topic, TestRecord("again")).error == nil)
    }

    @Test("the queue is bounded in bytes too")
    func fullOfBytes() async throws {
        let harness = try ProducerHarness()
        let (producer, topic, _) = try stuckProducer(harness) { $0.queueBytes = 1 << 20 }

        let queued = await harness.onLoop { loop in
            (0..<30).count { _ in
                let record = TestRecord(bytes: [UInt8](repeating: 1, count: 100_000), isOwned: true)
                if case .queued = record.produce(with: producer, to: topic, on: loop, target: nil) { return true }
                return false
            }
        }

        #expect((10...11).contains(queued))
    }

    @Test("a record that is too large is refused at once and leaves no trace")
    func tooLarge() async throws {
        let harness = try ProducerHarness()
        let (producer, topic, _) = try stuckProducer(harness) { $0.maximumMessageBytes = 20_000 }

        let (result, used) = await harness.onLoop { loop in
            let record = TestRecord(bytes: [UInt8](repeating: 1, count: 20_001), isOwned: true)
            let result = record.produce(with: producer, to: topic, on: loop, target: CountingTarget())
            return (result, producer.core.slots[0].usedCount)
        }

        guard case .refused(let error) = result else {
            Issue.record("expected a refusal, not \(result)")
            return
        }
        #expect(error.name == "MessageSizeTooLarge" && error.kind == .refused && !error.isRetriable)
        #expect(used == 0)
        #expect(producer.status.queueDepth == 0 && producer.status.topics[0].queued == 0)
    }

    @Test("a forgotten record lets its target go at once, and its late report reaches nobody")
    func forgotten() async throws {
        let harness = try ProducerHarness()
        let (producer, topic, cluster) = try stuckProducer(harness)

        let isGone = await harness.onLoop { loop in
            var target: CountingTarget? = CountingTarget()
            weak let watched = target
            guard
                case .queued(let ticket) = TestRecord("late").produce(
                    with: producer, to: topic, on: loop, target: target)
            else { return false }
            producer.forget(ticket, on: loop)
            target = nil
            return watched == nil && producer.core.slots[0].usedCount == 0
        }
        #expect(isGone)

        // The slot has a new owner when the old report comes.
        async let report = harness.send(producer, topic, TestRecord("next"))
        try cluster.brokerUp(1)
        let offset = try await report.offset
        #expect(offset == 1)
        #expect(producer.status.delivered == 2)
    }

    @Test("the bytes of a forgotten large record are kept until its report, and no longer")
    func pinned() async throws {
        let harness = try ProducerHarness()
        let (producer, topic, cluster) = try stuckProducer(harness)
        let record = TestRecord(bytes: [UInt8](repeating: 7, count: 50_000), isOwned: true)

        let used = await harness.onLoop { loop in
            guard
                case .queued(let ticket) = record.produce(
                    with: producer, to: topic, on: loop, target: CountingTarget())
            else { return -1 }
            producer.forget(ticket, on: loop)
            return producer.core.slots[0].usedCount
        }
        #expect(used == 1)

        try cluster.brokerUp(1)
        try await Eventually.holds("the report frees the slot") {
            await harness.onLoop { _ in producer.core.slots[0].usedCount == 0 }
        }
        #expect(producer.status.delivered == 1)
    }
}
