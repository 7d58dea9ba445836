import Counting
import Testing

@testable import Kafka

@Suite("Latencies by topic and broker")
struct LatencyTableTests {
    @Test("are told apart, in their order")
    func apart() {
        let table = LatencyTable()
        table.histogram(topic: "b", node: 1).observe(500)
        table.histogram(topic: "a", node: 2).observe(1_500)
        table.histogram(topic: "a", node: 1).observe(3_000_000_000)
        table.histogram(topic: "a", node: 2).observe(1)
        let statuses = table.statuses
        #expect(statuses.map { "\($0.topic)/\($0.nodeID ?? -2)" } == ["a/1", "a/2", "b/1"])
        #expect(statuses.map(\.reading.count) == [1, 2, 1])
        #expect(statuses[0].reading.counts.last == 1)
    }

    @Test("beyond a bound are told as one")
    func bound() {
        let table = LatencyTable()
        for number in 0..<1_500 { table.histogram(topic: "t\(number)", node: 1).observe(number) }
        let statuses = table.statuses
        #expect(statuses.count == 1_001)
        #expect(statuses.last?.topic == "" && statuses.last?.nodeID == nil)
        #expect(statuses.last?.reading.count == 500)
        #expect(statuses.reduce(0) { $0 + $1.reading.count } == 1_500)
    }
}
