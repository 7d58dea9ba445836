import Synchronization
import TestBrokers
import Testing

@testable import Kafka

@Suite("Records that are announced", .timeLimit(.minutes(2)))
struct AnnouncedRecordsTests {
    private let cluster: DevelopmentCluster
    private let harness: ProducerHarness
    private let producer: Producer
    private let topic: ProducerTopic

    init() throws {
        cluster = try DevelopmentCluster()
        try cluster.createTopic("announced", partitions: 1)
        harness = try ProducerHarness()
        // Nothing is sent before a shutdown, which does not linger.
        producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.linger = 600_000
                $0.deliveryTimeout = 900_000
                $0.queueMessages = 3
            })
        topic = try producer.topic("announced")
    }

    private func produce(_ value: String) async -> ProduceResult? {
        await harness.onLoop { [producer, topic] loop in
            let value = Array(value.utf8)
            return producer.produceAnnounced(topic, key: nil, value: value.span, on: loop)
        }
    }

    private func produceOther() async -> ProduceResult {
        await harness.onLoop { [producer, topic] in
            TestRecord("other").produce(with: producer, to: topic, on: $0, target: nil)
        }
    }

    /// A shutdown that has begun: nothing else is taken.
    private func beginShutdown(within milliseconds: Int) async throws -> Task<ShutdownReport, Never> {
        let shutdown = Task { [harness] in await harness.pool.shutdown(within: milliseconds) }
        try await Eventually.holds("the producer stops") { producer.core.phase.load(ordering: .acquiring) != .open }
        return shutdown
    }

    private func isQueued(_ result: ProduceResult?) -> Bool { if case .queued = result { true } else { false } }

    @Test("a shutdown waits for them, takes them and sends them, and takes no others")
    func waits() async throws {
        for _ in 0..<3 { #expect(producer.announce(topic)) }
        #expect(isQueued(await produce("before")))
        let shutdown = try await beginShutdown(within: 60_000)
        #expect(!producer.announce(topic))
        #expect(!isQueued(await produceOther()))
        #expect(isQueued(await produce("first")))
        try await Eventually.holds("what came is sent") { producer.status.delivered == 2 }
        #expect(producer.core.phase.load(ordering: .acquiring) == .stopping)
        #expect(isQueued(await produce("last")))

        #expect(await shutdown.value.topics.isEmpty)
        #expect(producer.status.delivered == 3)
    }

    @Test("what does not come in time is counted as undelivered, once")
    func never() async throws {
        for _ in 0..<3 { #expect(producer.announce(topic)) }
        let report = await harness.pool.shutdown(within: 300)
        #expect(report.topics == [.init(cluster: "test", topic: "announced", undelivered: 3, inDoubt: 0)])
        #expect(topic.handle.counters.drops.withLock { $0 } == ["Stopped": 3])

        #expect(await produce("late") == nil)
        #expect(!producer.dropAnnounced(topic, "Unfit"))
        #expect(topic.handle.counters.drops.withLock { $0 } == ["Stopped": 3])
    }

    @Test("the end comes when all have come, and none is announced after it")
    func end() {
        let announced = AnnouncedRecords()
        #expect(announced.add("a"))
        #expect(!announced.endIfEmpty())
        #expect(announced.add("b"))
        for topic in ["a", "b"] { #expect(announced.remove(topic) { true } == true) }
        #expect(announced.endIfEmpty())
        #expect(!announced.add("a"))
        #expect(announced.remove("a") { true } == nil)
        #expect(announced.giveUp().values.allSatisfy { $0 == 0 })
    }

    @Test("those that are dropped or refused while it stops are undelivered; those before are not")
    func dropped() async throws {
        for _ in 0..<7 { #expect(producer.announce(topic)) }
        #expect(producer.dropAnnounced(topic, "Unfit"))
        try cluster.takeDown(1)
        let shutdown = try await beginShutdown(within: 1_000)
        #expect(producer.dropAnnounced(topic, "Unfit"))
        for _ in 0..<3 { #expect(isQueued(await produce("queued"))) }
        guard case .full = await produce("too many") else {
            Issue.record("the queue holds three")
            return
        }
        let report = await shutdown.value
        #expect(report.topics == [.init(cluster: "test", topic: "announced", undelivered: 6, inDoubt: 0)])
        #expect(topic.handle.counters.drops.withLock { $0 } == ["Unfit": 2, "Stopped": 1])
        #expect(producer.status.topics.first?.refusedByFullQueue == 1)
    }
}
