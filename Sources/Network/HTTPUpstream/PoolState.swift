/// The connections to one upstream server, as a pure state machine: who is idle, who waits, what to do next.
///
///     acquire ─▶ reuse an idle one, connect, wait, or refuse
///     release ─▶ serve who waits, keep as idle, or close
///
/// A connection is known by a number that its owner gives.
struct PoolState {
    struct Limits: Sendable, Hashable {
        /// Connections that may be open at a time.
        var connections = 10_000
        /// Connections that are kept without a request.
        var idle = 512
        /// Requests that may wait for a connection.
        var waiting = 10_000
        /// Requests that a connection may carry.
        var requests = 10_000
    }

    enum AcquireAction: Equatable {
        case reuse(Int)
        case connect
        /// Until a connection is free: `release` or `closed` names the request.
        case wait
        case refuse
    }

    enum ReleaseAction: Equatable {
        /// Give it to this request.
        case serve(request: Int)
        case keep
        case close
    }

    let limits: Limits
    /// The one used last is taken first: the others may rest and close.
    private(set) var idle: [Int] = []
    private(set) var open = 0
    private var waiting: [Int] = []
    private var firstWaiting = 0

    init(_ limits: Limits = Limits()) { self.limits = limits }

    var waitingCount: Int { waiting.count - firstWaiting }

    /// - Parameter request: The request's own number, unique among those that wait.
    mutating func acquire(_ request: Int) -> AcquireAction {
        if let connection = idle.popLast() { return .reuse(connection) }
        if open < limits.connections {
            open += 1
            return .connect
        }
        guard waitingCount < limits.waiting else { return .refuse }
        waiting.append(request)
        return .wait
    }

    /// A request is over that its connection outlives.
    ///
    /// - Parameter served: Requests that the connection has carried.
    mutating func release(_ connection: Int, served: Int) -> ReleaseAction {
        guard served < limits.requests else { return .close }
        if let request = nextWaiting() { return .serve(request: request) }
        guard idle.count < limits.idle else { return .close }
        idle.append(connection)
        return .keep
    }

    /// A connection is gone, or was not made. The request that gets a new one in its place, if one waits.
    mutating func closed(_ connection: Int?) -> Int? {
        if let connection, let place = idle.lastIndex(of: connection) { idle.remove(at: place) }
        open -= 1
        guard let request = nextWaiting() else { return nil }
        open += 1
        return request
    }

    /// A request does not wait any more.
    mutating func forget(_ request: Int) {
        guard let place = waiting[firstWaiting...].firstIndex(of: request) else { return }
        waiting.remove(at: place)
    }

    private mutating func nextWaiting() -> Int? {
        guard firstWaiting < waiting.count else { return nil }
        defer {
            firstWaiting += 1
            if firstWaiting == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                firstWaiting = 0
            }
        }
        return waiting[firstWaiting]
    }
}
