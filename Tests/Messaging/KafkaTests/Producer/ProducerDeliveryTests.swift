import EventLoop
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
        // The mock answers a time of its own, always 1234.
        #expect(reports.allSatisfy { $0.timestamp == 1234 })
        #expect(reports.map(\.offset) == (0..<10).map { Int64($0) })
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
}
