import Counting
import JSON
import Kafka
import Observability
import Testing

@testable import Console

@Suite("What the console shows of a second")
struct ConsolePointTests {
    private func reading(_ time: Int64, _ counters: TrafficCounters, _ records: ConsoleReading.Records = .init())
        -> ConsoleReading
    {
        ConsoleReading(time: time, traffic: counters.reading, records: records)
    }

    @Test("differences between two readings")
    func differences() {
        let counters = TrafficCounters()
        counters.finished(status: 200, bytesReceived: 10, bytesSent: 20, milliseconds: 1, isClientGone: false)
        let first = reading(1_000, counters)
        for _ in 0..<98 {
            counters.finished(status: 204, bytesReceived: 1, bytesSent: 2, milliseconds: 2, isClientGone: false)
        }
        counters.finished(status: 502, bytesReceived: 1, bytesSent: 2, milliseconds: 300, isClientGone: false)
        counters.finished(status: 499, bytesReceived: 1, bytesSent: 0, milliseconds: 3, isClientGone: true)
        let point = ConsolePoint(reading(2_050, counters), since: first)
        #expect(point.time == 2_050 && point.span == 1_050)
        #expect(point.byClass == [0, 0, 98, 0, 1, 1] && point.clientsGone == 1)
        #expect(point.bytesReceived == 100 && point.bytesSent == 198)
        #expect((1...2).contains(point.median ?? -1) && (1...2).contains(point.percentile95 ?? -1))
        #expect((2...5).contains(point.percentile99 ?? -1))
        #expect(point.document.arrayValue?.count == ConsolePoint.names.count)
    }

    @Test("a quiet second has no latency, and the first reading tells nothing")
    func quiet() {
        let counters = TrafficCounters()
        counters.finished(status: 200, bytesReceived: 1, bytesSent: 1, milliseconds: 1, isClientGone: false)
        let one = reading(1_000, counters)
        for point in [ConsolePoint(one, since: nil), ConsolePoint(reading(2_000, counters), since: one)] {
            #expect(point.byClass == [0, 0, 0, 0, 0, 0])
            #expect(point.median == nil && point.percentile95 == nil && point.percentile99 == nil)
        }
    }

    @Test("records, and counters that begin anew with another producer")
    func records() {
        var before = ClusterStatus()
        (before.delivered, before.failed, before.queueDepth) = (10, 1, 5)
        var after = before
        (after.delivered, after.failed, after.queueDepth) = (15, 1, 7)
        let counters = TrafficCounters()
        let one = reading(1_000, counters, .init([before]))
        let two = reading(2_000, counters, .init([after, after]))
        #expect(ConsolePoint(two, since: one).kafka.delivered == 20)
        #expect(ConsolePoint(two, since: one).kafka.queued == 14)
        let anew = ConsolePoint(reading(3_000, counters, .init([])), since: two)
        #expect(anew.kafka.delivered == 0 && anew.kafka.failed == 0 && anew.kafka.queued == 0)
    }
}
