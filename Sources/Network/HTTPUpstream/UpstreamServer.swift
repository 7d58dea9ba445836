internal import EventLoop
internal import TLS

/// The connections of one loop to one target.
final class UpstreamServer {
    let target: UpstreamTarget
    let pool: UpstreamPool
    private var state: PoolState
    private var connections: [Int: any UpstreamConnection] = [:]
    private var attempts: [Int: UpstreamAttempt] = [:]
    /// Those that have no connection.
    private var waiting: [Int: UpstreamTicket] = [:]
    private var lastTicket = 0

    init(_ target: UpstreamTarget, pool: UpstreamPool) {
        self.target = target
        self.pool = pool
        state = PoolState(
            PoolState.Limits(
                connections: pool.limits.connections, idle: pool.limits.idle, waiting: pool.limits.waiting,
                requests: pool.limits.requests, streams: target.speaksHTTP2 ? pool.limits.streams : 1))
    }

    /// Whether nobody needs it: it can be made again.
    var isUnused: Bool { state.open == 0 && waiting.isEmpty }
    var openCount: Int { state.open }
    var idleCount: Int { state.idle }

    func open(_ timeouts: UpstreamTimeouts, _ owner: any UpstreamExchangeOwner) -> UpstreamTicket {
        lastTicket += 1
        let ticket = UpstreamTicket(lastTicket, server: self, timeouts: timeouts, owner: owner)
        switch state.acquire(ticket.number) {
        case .use(let number):
            guard let connection = connections[number] else { preconditionFailure("a connection with room is known") }
            connection.begin(ticket)
        case .connect(let number):
            waiting[ticket.number] = ticket
            connect(number, within: timeouts.connect)
        case .wait: waiting[ticket.number] = ticket
        case .refuse:
            failLater(
                ticket, UpstreamError(.poolFull, "too many requests wait for a connection to \(target.address)"))
        }
        return ticket
    }

    /// Tells a ticket when its caller has it.
    func failLater(_ ticket: UpstreamTicket, _ error: UpstreamError) {
        pool.loop.execute { [held = Held(ticket)] in held.ticket.fail(error) }
    }

    /// Safe to send: it stays on the loop.
    private struct Held: @unchecked Sendable {
        let ticket: UpstreamTicket
        init(_ ticket: UpstreamTicket) { self.ticket = ticket }
    }

    // MARK: - Connecting

    private func connect(_ number: Int, within milliseconds: UInt64) {
        let attempt = UpstreamAttempt(target, pool: pool, timeout: milliseconds)
        attempts[number] = attempt
        attempt.start { [self] result in
            attempts[number] = nil
            switch result {
            case .success(let transport): ready(transport, number, until: attempt.deadline)
            case .failure(let error): failed(number, error)
            }
        }
    }

    /// For those that wait: one of them says how long it may take.
    private func connect(_ numbers: [Int]) {
        if numbers.isEmpty { return }
        let limit = waiting.values.map(\.timeouts.connect).max() ?? UpstreamTimeouts().connect
        for number in numbers { connect(number, within: limit) }
    }

    private func ready(_ transport: UpstreamTransport, _ number: Int, until deadline: UInt64) {
        guard target.speaksHTTP2 else {
            let connection = HTTP1UpstreamConnection(transport, number: number, server: self)
            connections[number] = connection
            connection.start()
            return opened(connection, capacity: 1)
        }
        // It says itself when it is open.
        let connection = HTTP2UpstreamConnection(transport, number: number, server: self, openUntil: deadline)
        connections[number] = connection
        connection.start()
    }

    /// A connection can carry requests.
    ///
    /// - Parameter capacity: How many at a time.
    func opened(_ connection: any UpstreamConnection, capacity: Int) {
        let action = state.opened(connection.number, capacity: capacity)
        serve(action.serve, by: connection)
        for placement in action.elsewhere {
            guard let other = connections[placement.connection] else { continue }
            serve([placement.request], by: other)
        }
        switch action.rest {
        case .keep: rest(connection)
        case .close: connection.cut()
        case nil: break
        }
        connect(action.connect)
    }

    /// A connection was not made.
    func failed(_ number: Int, _ error: UpstreamError) {
        connections[number] = nil
        let (requests, next) = state.failed(number)
        connect(next)
        for request in requests { waiting.removeValue(forKey: request)?.fail(error) }
        pool.forgetIfUnused(self)
    }

    /// A request that has no connection yet is not wanted any more; what is made for it serves the next one.
    func forget(_ ticket: UpstreamTicket) {
        if waiting.removeValue(forKey: ticket.number) != nil { state.forget(ticket.number) }
    }

    // MARK: - What connections tell

    private func serve(_ requests: [Int], by connection: any UpstreamConnection) {
        for request in requests {
            if let ticket = waiting.removeValue(forKey: request) {
                connection.begin(ticket)
            } else {
                // An earlier one of them has made it give up.
                released(connection)
            }
        }
    }

    /// A request is over, and the connection goes on.
    func released(_ connection: any UpstreamConnection) {
        switch state.release(connection.number) {
        case .serve(let request): serve([request], by: connection)
        case .goOn: break
        case .rest(.keep): rest(connection)
        case .rest(.close): connection.cut()
        }
    }

    private func rest(_ connection: any UpstreamConnection) {
        if pool.isDraining { return connection.drain() }
        connection.rest(until: pool.loop.now + pool.limits.idleTimeout)
    }

    /// The connection's upstream allows so many requests at a time from now on.
    func resized(_ connection: any UpstreamConnection, capacity: Int) {
        serve(state.resize(connection.number, capacity: capacity), by: connection)
    }

    /// The connection gets no further request.
    func retire(_ connection: any UpstreamConnection) { connect(state.retire(connection.number)) }

    func closed(_ connection: any UpstreamConnection) {
        guard connections.removeValue(forKey: connection.number) != nil else { return }
        connect(state.closed(connection.number))
        pool.forgetIfUnused(self)
    }

    func sweep(_ now: UInt64) {
        for connection in connections.values { connection.sweep(now) }
        for ticket in waiting.values where now >= ticket.deadline && !state.isExpected(ticket.number) {
            forget(ticket)
            ticket.fail(UpstreamError(.poolFull, "no connection to \(target.address) became free in time"))
        }
    }

    /// Closes connections without a request; those that have one close after it.
    func drain() { for connection in connections.values { connection.drain() } }
}
