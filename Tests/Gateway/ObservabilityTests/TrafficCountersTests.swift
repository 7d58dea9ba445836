import Counting
import Testing

@testable import Observability

@Suite("Traffic counters")
struct TrafficCountersTests {
    @Test("requests are counted by their status's first digit; others apart")
    func classes() {
        let counters = TrafficCounters()
        for status in [100, 199, 200, 204, 301, 404, 499, 418, 500, 0, 600, -5] {
            counters.finished(
                status: status, bytesReceived: 10, bytesSent: 3, milliseconds: 2, isClientGone: status == 499)
        }
        let reading = counters.reading
        #expect(reading.byClass == [3, 2, 2, 1, 3, 1])
        #expect(reading.requests == 12)
        #expect(reading.bytesReceived == 120)
        #expect(reading.bytesSent == 36)
        #expect(reading.clientsGone == 1)
        #expect(reading.duration.count == 12)
        #expect(reading.duration.sum == 24)
        #expect(reading.upstreamLatency.count == 0)
    }

    @Test("readings of loops add up")
    func adding() {
        var sum = TrafficReading()
        for number in 1...3 {
            let counters = TrafficCounters()
            for _ in 0..<number {
                counters.finished(
                    status: 200, bytesReceived: 1, bytesSent: 2, milliseconds: number, isClientGone: number == 3)
                counters.upstreamAnswered(after: 7)
            }
            sum.add(counters.reading)
        }
        #expect(sum.requests == 6)
        #expect(sum.bytesReceived == 6)
        #expect(sum.bytesSent == 12)
        #expect(sum.clientsGone == 3)
        #expect(sum.duration.sum == 1 + 4 + 9)
        #expect(sum.upstreamLatency.count == 6)
        #expect(sum.upstreamLatency.sum == 42)
    }
}
