package import Counting

/// What one loop of the proxy has answered since the start: counted at each request, whatever plugins are configured.
/// The loop writes, any thread reads.
package final class TrafficCounters: Sendable {
    /// Milliseconds.
    package static let latencyBounds = Histogram.Bounds([
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000,
    ])

    private let classes = InlineArray<6, OwnedCounter> { _ in OwnedCounter() }
    private let bytesReceived = OwnedCounter()
    private let bytesSent = OwnedCounter()
    private let clientsGone = OwnedCounter()
    private let upstreamConnections = OwnedCounter()
    private let duration = Histogram(latencyBounds)
    private let upstreamLatency = Histogram(latencyBounds)

    package init() {}

    /// A request is over.
    ///
    /// - Parameters:
    ///   - status: Of the answer, 499 where there was none.
    ///   - isClientGone: Whether the client did not wait for the end.
    package func finished(
        status: Int, bytesReceived received: Int, bytesSent sent: Int, milliseconds: Int, isClientGone: Bool
    ) {
        let place = status / 100
        classes[place >= 1 && place <= 5 ? place : 0].add()
        bytesReceived.add(received)
        bytesSent.add(sent)
        duration.observe(milliseconds)
        if isClientGone { clientsGone.add() }
    }

    /// A service's answer has begun that many milliseconds after the request was sent.
    package func upstreamAnswered(after milliseconds: Int) { upstreamLatency.observe(milliseconds) }

    /// Connections of the loop to services that are open.
    package func setUpstreamConnections(_ count: Int) { upstreamConnections.set(count) }

    package var reading: TrafficReading {
        var reading = TrafficReading()
        for place in 0..<6 { reading.byClass[place] = classes[place].value }
        reading.bytesReceived = bytesReceived.value
        reading.bytesSent = bytesSent.value
        reading.clientsGone = clientsGone.value
        reading.upstreamConnections = upstreamConnections.value
        reading.duration = duration.reading
        reading.upstreamLatency = upstreamLatency.reading
        return reading
    }
}

/// What was answered until a moment, of one loop or of all.
package struct TrafficReading: Sendable {
    /// Requests by the first digit of their status; at 0 those whose status has none of 1 to 5.
    package fileprivate(set) var byClass = Array(repeating: 0, count: 6)
    package fileprivate(set) var bytesReceived = 0
    package fileprivate(set) var bytesSent = 0
    /// Requests whose client did not wait for the end.
    package fileprivate(set) var clientsGone = 0
    /// Open connections to services, as of the last half second.
    package fileprivate(set) var upstreamConnections = 0
    /// Milliseconds from a request's head to its end.
    package fileprivate(set) var duration = HistogramReading(empty: TrafficCounters.latencyBounds)
    /// Milliseconds from the request sent to a service to the head of its answer.
    package fileprivate(set) var upstreamLatency = HistogramReading(empty: TrafficCounters.latencyBounds)

    package init() {}

    package var requests: Int { byClass.reduce(0, +) }

    package mutating func add(_ other: TrafficReading) {
        for place in byClass.indices { byClass[place] += other.byClass[place] }
        bytesReceived += other.bytesReceived
        bytesSent += other.bytesSent
        clientsGone += other.clientsGone
        upstreamConnections += other.upstreamConnections
        duration.add(other.duration)
        upstreamLatency.add(other.upstreamLatency)
    }
}
