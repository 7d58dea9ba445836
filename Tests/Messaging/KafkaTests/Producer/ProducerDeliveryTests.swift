import EventLoop
import Synchronization
import TestBrokers
import Testing

@testable import Kafka

@Suite("Delivering records")
struct ProducerDeliveryTests {
    @Test("a record is reported on its loop with partition, offset and time")
    func delivered() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("orders", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers))
        let topic = try producer.topic("orders")

        let reports = try await harness.sendAll(producer, topic, (0..<10).map { TestRecord("value \($0)") })

        #expect(reports.allSatisfy { $0.error == nil && $0.partition == 0 })
        #expect(reports.map(\.offset) == (0..<10).map { Int64($0) })
        // The mock answers a time of its own, always 1234.
        #expect(reports.allSatisfy { $0.timestamp == 1234 })
        let status = producer.status
        #expect(status.delivered == 10 && status.failed == 0 && status.queueDepth == 0)
        #expect(status.topics.map(\.name) == ["orders"] && status.topics[0].queued == 10)
        #expect(status.deliveredBytes == 70)
        #expect(producer.health.consecutiveSuccesses == 10)
    }

    /// From Kafka's own UtilsTest.testMurmur2, masked to positive and taken modulo the partitions.
    @Test(
        "keys land where Java producers put them",
        arguments: [
            ("21", Int32(-973_932_308)), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ])
    func murmur2(key: String, hash: Int32) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("keyed", partitions: 37)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers))

        let report = try await harness.send(producer, try producer.topic("keyed"), TestRecord("v", key: key))

        #expect(report.partition == (hash & 0x7fff_ffff) % 37)
    }

    /// CRC-32 (IEEE) of the key modulo the partitions, as lua-resty-kafka does it.
    @Test(
        "keys land by their CRC-32 on demand",
        arguments: [("foobar", UInt32(0x9ef6_1f95)), ("123456789", 0xcbf4_3926), ("a", 0xe8b7_be43)])
    func crc32(key: String, checksum: UInt32) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("keyed", partitions: 37)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers) { $0.partitioner = .consistentRandom })

        let report = try await harness.send(producer, try producer.topic("keyed"), TestRecord("v", key: key))

        #expect(report.partition == Int32(checksum % 37))
    }

    @Test("every partitioner is one that the library knows", arguments: ProducerConfiguration.Partitioner.allCases)
    func partitioners(_ partitioner: ProducerConfiguration.Partitioner) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("keyed", partitions: 4)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers) { $0.partitioner = partitioner })
        let topic = try producer.topic("keyed")

        let reports = try await harness.sendAll(producer, topic, (0..<20).map { _ in TestRecord("v", key: "same") })

        #expect(reports.allSatisfy { $0.error == nil })
        if partitioner != .random { #expect(Set(reports.map(\.partition)).count == 1) }
    }

    @Test("a record goes to the partition that is named, and to none that is not there")
    func namedPartition() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("four", partitions: 4)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers))
        let topic = try producer.topic("four")
        var record = TestRecord("v", key: "ignored")
        record.partition = 3
        #expect(try await harness.send(producer, topic, record).partition == 3)

        record.partition = 4
        let stray = record
        let result = await harness.onLoop { stray.produce(with: producer, to: topic, on: $0, target: nil) }

        guard case .refused(let error) = result else {
            Issue.record("expected a refusal, not \(result)")
            return
        }
        #expect(error.name == "UnknownPartition" && error.kind == .refused)
    }

    @Test("each acknowledgement is reported", arguments: [ProducerConfiguration.Acknowledgement.all, .leader, .none])
    func acknowledgements(_ acknowledgement: ProducerConfiguration.Acknowledgement) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("acknowledged", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.acknowledgement = acknowledgement
                $0.isIdempotent = acknowledgement == .all
            })

        let report = try await harness.send(producer, try producer.topic("acknowledged"), TestRecord("v"))

        #expect(report.error == nil)
        #expect(report.offset == (acknowledgement == .none ? -1 : 0))
    }

    @Test("many loops each get their own reports, once and on their own thread")
    func manyLoops() async throws {
        let cluster = try DevelopmentCluster(brokers: 3)
        try cluster.createTopic("busy", partitions: 6)
        let harness = try ProducerHarness(loops: 4)
        let producer = try harness.producer(.test(cluster.bootstrapServers))
        let topic = try producer.topic("busy")

        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for loop in 0..<4 {
                group.addTask {
                    let records = (0..<1_000).map { TestRecord("\(loop)-\($0)", key: "\($0)") }
                    let reports = try await harness.sendAll(producer, topic, records, loop: loop)
                    return reports.count { $0.error == nil }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(counts == [1_000, 1_000, 1_000, 1_000])
        #expect(producer.status.delivered == 4_000)
        for loop in 0..<4 {
            let used = await harness.onLoop(loop) { producer.core.slots[$0.index].usedCount }
            #expect(used == 0)
        }
    }

    @Test("records that nobody waits for are counted, and take no slot")
    func fireAndForget() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("log", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers))
        let topic = try producer.topic("log")

        let used = await harness.onLoop { loop in
            for index in 0..<100 {
                guard case .queued = TestRecord("\(index)").produce(with: producer, to: topic, on: loop, target: nil)
                else {
                    return -1
                }
            }
            return producer.core.slots[0].usedCount
        }
        #expect(used == 0)
        let report = await harness.pool.shutdown(within: 20_000)

        #expect(report.undelivered == 0)
        #expect(producer.status.delivered == 100)
    }
}
