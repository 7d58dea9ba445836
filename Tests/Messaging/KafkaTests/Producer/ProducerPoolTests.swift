import Synchronization
import TestBrokers
import Testing

@testable import Kafka

@Suite("Sharing and closing producers")
struct ProducerPoolTests {
    @Test("equal configurations share a producer, others do not")
    func sharing() throws {
        let cluster = try DevelopmentCluster()
        let harness = try ProducerHarness()
        let configuration = ProducerConfiguration.test(cluster.bootstrapServers)

        let first = try harness.producer(configuration, label: "one")
        let second = try harness.producer(configuration, label: "two")
        let other = try harness.producer(.test(cluster.bootstrapServers) { $0.linger = 1 })

        #expect(first === second && first !== other)
        #expect(harness.pool.openCount == 2)
        #expect(first.status.labels == ["one", "two"])
        #expect(harness.pool.clusterStatuses().count == 2)
    }

    @Test("what the last lease leaves is delivered before the producer closes")
    func drains() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("left", partitions: 1)
        let harness = try ProducerHarness()
        // Nothing is sent before the close, which does not linger.
        let configuration = ProducerConfiguration.test(cluster.bootstrapServers) {
            $0.linger = 600_000
            $0.deliveryTimeout = 900_000
        }
        var producer: Producer? = try harness.producer(configuration)
        let topic = try #require(try producer?.topic("left"))
        let leased = try #require(producer)
        await harness.onLoop { loop in
            for index in 0..<10 { _ = TestRecord("\(index)").produce(with: leased, to: topic, on: loop, target: nil) }
        }
        _ = consume leased

        producer = nil

        let closed = await harness.events.first { if case .producerClosed = $0 { true } else { false } }
        guard case .producerClosed("test", 0) = closed else {
            Issue.record("unexpected \(closed)")
            return
        }
        #expect(topic.handle.counters.outstanding == 0)
        #expect(topic.handle.counters.failures.withLock { $0.isEmpty })
        try await Eventually.holds("the pool forgets it") { harness.pool.openCount == 0 }
        #expect(harness.pool.clusterStatuses().isEmpty)
    }

    @Test("a configuration that is asked for again while its old producer drains gets a new one")
    func again() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("again", partitions: 1)
        try cluster.takeDown(1)
        let harness = try ProducerHarness()
        let configuration = ProducerConfiguration.test(cluster.bootstrapServers)
        var old: Producer? = try harness.producer(configuration)
        let oldTopic = try #require(try old?.topic("again"))
        let leased = try #require(old)
        _ = await harness.onLoop { TestRecord("old").produce(with: leased, to: oldTopic, on: $0, target: nil) }
        _ = consume leased
        weak let given = old
        old = nil
        // The loop's thread lets go of it after it has answered.
        try await Eventually.holds("it is given back") { given == nil }

        let new = try harness.producer(configuration)
        #expect(harness.pool.openCount == 2)
        try cluster.brokerUp(1)
        let newTopic = try new.topic("again")
        #expect(try await harness.send(new, newTopic, TestRecord("new")).error == nil)
        _ = await harness.events.first { if case .producerClosed(_, 0) = $0 { true } else { false } }
        try await Eventually.holds("the old one goes") { harness.pool.openCount == 1 }
        #expect(try harness.producer(configuration) === new)
    }

    @Test("a shutdown sends what lingers, and refuses what comes after")
    func shutdown() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("last", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.linger = 600_000
                $0.deliveryTimeout = 900_000
            })
        let topic = try producer.topic("last")
        let queued = await harness.onLoop { loop in
            (0..<10).count { index in
                if case .queued = TestRecord("\(index)").produce(with: producer, to: topic, on: loop, target: nil) {
                    true
                } else {
                    false
                }
            }
        }
        #expect(queued == 10)

        let report = await harness.pool.shutdown(within: 20_000)

        #expect(report.topics.isEmpty)
        #expect(producer.status.delivered == 10)
        let after = await harness.onLoop { TestRecord("late").produce(with: producer, to: topic, on: $0, target: nil) }
        guard case .refused(let error) = after else {
            Issue.record("expected a refusal, not \(after)")
            return
        }
        #expect(error.name == "ProducerStopping")
        #expect(throws: KafkaError.self) { try harness.producer(.test(["127.0.0.1:1"])) }
    }

    @Test("a shutdown that runs out of time says what was not delivered, by topic")
    func undelivered() async throws {
        let cluster = try DevelopmentCluster()
        for topic in ["a", "b", "c"] { try cluster.createTopic(topic, partitions: 1) }
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers), label: "main")
        let topics = try ["a", "b", "c"].map { try producer.topic($0) }
        for topic in topics { #expect(try await harness.send(producer, topic, TestRecord("fine")).error == nil) }
        try cluster.takeDown(1)
        // One of them is waited for: it gets its report.
        async let waited = harness.send(producer, topics[0], TestRecord("waits"))
        await harness.onLoop { loop in
            for index in 0..<5 {
                _ = TestRecord("\(index)").produce(with: producer, to: topics[0], on: loop, target: nil)
            }
            for index in 0..<3 {
                _ = TestRecord("\(index)").produce(with: producer, to: topics[1], on: loop, target: nil)
            }
        }
        try await Eventually.holds("all are queued") { producer.status.queueDepth == 9 }

        let report = await harness.pool.shutdown(within: 300)

        #expect(report.topics.map(\.topic) == ["a", "b"])
        #expect(report.topics.map(\.undelivered) == [6, 3])
        #expect(report.topics.allSatisfy { $0.cluster == "main" })
        #expect(report.undelivered == 9)
        #expect(try await waited.error?.name.hasPrefix("Purged") == true)
    }

    @Test("a shutdown of a pool without producers, or twice, is done at once")
    func empty() async throws {
        let harness = try ProducerHarness()
        #expect(await harness.pool.shutdown(within: 1_000) == ShutdownReport())
        #expect(await harness.pool.shutdown(within: 1_000) == ShutdownReport())
    }

    @Test("a probe is answered by a broker that is there, and says why not")
    func probe() async throws {
        let cluster = try DevelopmentCluster()
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers))
        #expect(await producer.probe(timeout: 20_000) == nil)

        let lost = try harness.producer(.test(["127.0.0.1:1"]))
        let error = await lost.probe(timeout: 500)
        #expect(error != nil)
        #expect(error?.kind == .unreachable || error?.kind == .timedOut)
    }
}
