internal import Counting
internal import Synchronization

/// What one loop has counted. It alone adds; any thread reads.
final class LoopSeries: Sendable {
    /// Of one loop, histograms included: beyond it observations are not recorded.
    static let maximum = 10_000

    private struct Name: Hashable {
        let service: String
        let route: String
    }

    private let known = Mutex<[Name: RouteSeries]>([:])
    private let made = OwnedCounter()
    private let leftOut = OwnedCounter()
    private let maximum: Int

    init(maximum: Int = LoopSeries.maximum) { self.maximum = maximum }

    var routes: [RouteSeries] { known.withLock { Array($0.values) } }
    /// Observations for which there was no room.
    var observationsLeftOut: Int { leftOut.value }

    /// The series of a route, whichever configuration of it asks.
    func route(service: String, route: String) -> RouteSeries {
        known.withLock { known in
            let name = Name(service: service, route: route)
            if let series = known[name] { return series }
            let series = RouteSeries(service: service, route: route, of: self)
            // It takes no room but in the lists of who counts something.
            if made.value < maximum { known[name] = series }
            return series
        }
    }

    /// Whether there is room for so many series more, which are then taken.
    fileprivate func take(_ count: Int) -> Bool {
        guard made.value + count <= maximum else { return false }
        made.add(count)
        return true
    }

    func leaveOut() { leftOut.add() }
}

/// What one loop has counted of one route.
final class RouteSeries: Sendable {
    /// Requests that were answered with one status.
    final class Status: Sendable {
        let code: Int
        /// Whether the service has answered.
        let isOfService: Bool
        let consumer: String
        let requests = OwnedCounter()

        fileprivate init(_ key: StatusKey) {
            code = key.code
            isOfService = key.isOfService
            consumer = key.consumer
        }
    }

    struct StatusKey: Hashable {
        let code: Int
        let isOfService: Bool
        let consumer: String
    }

    final class Bandwidth: Sendable {
        let consumer: String
        let ingress = OwnedCounter()
        let egress = OwnedCounter()

        fileprivate init(consumer: String) { self.consumer = consumer }
    }

    /// Milliseconds, with Kong's bounds.
    final class Latencies: Sendable {
        static let kongBounds = Histogram.Bounds([
            1, 2, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 750, 1_000, 3_000, 6_000,
        ])
        static let upstreamBounds = Histogram.Bounds([
            25, 50, 80, 100, 250, 400, 700, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000,
        ])

        let kong = Histogram(kongBounds)
        let upstream = Histogram(upstreamBounds)
        let request = Histogram(upstreamBounds)
    }

    private struct State {
        var statuses: [StatusKey: Status] = [:]
        var bandwidths: [String: Bandwidth] = [:]
        var latencies: Latencies?
    }

    let service: String
    let route: String
    private unowned let owner: LoopSeries
    private let state = Mutex(State())

    fileprivate init(service: String, route: String, of owner: LoopSeries) {
        self.service = service
        self.route = route
        self.owner = owner
    }

    // MARK: - What is read

    var statuses: [Status] { state.withLock { Array($0.statuses.values) } }
    var bandwidths: [Bandwidth] { state.withLock { Array($0.bandwidths.values) } }
    var latencies: Latencies? { state.withLock { $0.latencies } }

    // MARK: - What is added to, on the loop; nil: there is no room for more

    func status(_ key: StatusKey) -> Status? {
        state.withLock { state in
            if let known = state.statuses[key] { return known }
            guard owner.take(1) else { return nil }
            let made = Status(key)
            state.statuses[key] = made
            return made
        }
    }

    func bandwidth(consumer: String) -> Bandwidth? {
        state.withLock { state in
            if let known = state.bandwidths[consumer] { return known }
            guard owner.take(2) else { return nil }
            let made = Bandwidth(consumer: consumer)
            state.bandwidths[consumer] = made
            return made
        }
    }

    func observedLatencies() -> Latencies? {
        state.withLock { state in
            if let known = state.latencies { return known }
            guard owner.take(3) else { return nil }
            let made = Latencies()
            state.latencies = made
            return made
        }
    }
}
