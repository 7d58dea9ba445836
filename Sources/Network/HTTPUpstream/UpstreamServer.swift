internal import EventLoop
internal import TLS

/// The connections of one loop to one target.
final class UpstreamServer {
    let target: UpstreamTarget
    let pool: UpstreamPool
    private var state: PoolState
    private var connections: [Int: HTTP1UpstreamConnection] = [:]
    private var waiting: [Int: UpstreamTicket] = [:]
    private var connecting: [Int: UpstreamTicket] = [:]
    private var nextNumber = 0

    init(_ target: UpstreamTarget, pool: UpstreamPool) {
        self.target = target
        self.pool = pool
        state = PoolState(
            PoolState.Limits(
                connections: pool.limits.connections, idle: pool.limits.idle, waiting: pool.limits.waiting,
                requests: pool.limits.requests))
    }

    /// Whether nobody needs it: it can be made again.
    var isUnused: Bool { state.open == 0 && waiting.isEmpty }
    var openCount: Int { state.open }
    var idleCount: Int { state.idle.count }

    private func number() -> Int {
        nextNumber += 1
        return nextNumber
    }

    func open(_ timeouts: UpstreamTimeouts, _ owner: any UpstreamExchangeOwner) -> UpstreamTicket {
        let ticket = UpstreamTicket(number(), server: self, timeouts: timeouts, owner: owner)
        switch state.acquire(ticket.number) {
        case .reuse(let number):
            guard let connection = connections[number] else { preconditionFailure("an idle connection is known") }
            connection.begin(ticket, isReused: true)
        case .connect: connect(ticket)
        case .wait: waiting[ticket.number] = ticket
        case .refuse:
            let error = UpstreamError(.poolFull, "too many requests wait for a connection to \(target.address)")
            pool.loop.execute { [held = Held(ticket)] in held.ticket.fail(error) }
        }
        return ticket
    }

    /// Told later, so that the caller has the ticket. Safe to send: it stays on the loop.
    private struct Held: @unchecked Sendable {
        let ticket: UpstreamTicket
        init(_ ticket: UpstreamTicket) { self.ticket = ticket }
    }

    // MARK: - Connecting

    private func connect(_ ticket: UpstreamTicket) {
        connecting[ticket.number] = ticket
        let started = pool.loop.now
        ticket.attempt = TCPConnection.connect(
            loop: pool.loop, to: target.address, timeout: ticket.timeouts.connect
        ) { [self] result in
            ticket.attempt = nil
            switch result {
            case .success(let tcp):
                let spent = pool.loop.now - started
                let left = ticket.timeouts.connect > spent ? ticket.timeouts.connect - spent : 1
                secure(tcp, ticket, within: left)
            case .failure(let error):
                connecting[ticket.number] = nil
                let kind: UpstreamError.Kind = error.isTimeout ? .connectTimeout : .connect
                giveUp(ticket, UpstreamError(kind, error.description))
            }
        }
    }

    private func secure(_ tcp: TCPConnection, _ ticket: UpstreamTicket, within milliseconds: UInt64) {
        guard let security = target.security else { return ready(.plain(tcp), ticket) }
        let session: TLSSession
        do throws(TLSError) {
            session = try TLSSession(
                security.context, buffers: pool.tlsBuffers, serverName: security.serverName)
        } catch {
            tcp.close()
            connecting[ticket.number] = nil
            return giveUp(ticket, UpstreamError(.tls, "TLS with \(target.address): \(error.message)"))
        }
        var isOver = false
        let timer = pool.loop.schedule(after: milliseconds) { [self] in
            guard !isOver else { return }
            isOver = true
            tcp.close()
            connecting[ticket.number] = nil
            giveUp(ticket, UpstreamError(.connectTimeout, "TLS with \(target.address) took too long"))
        }
        let connection = TLSConnection(tcp, session, buffers: pool.tlsBuffers) { [self] connection, error in
            timer.cancel()
            guard !isOver else { return }
            isOver = true
            guard let error else { return ready(.secure(connection), ticket) }
            connecting[ticket.number] = nil
            giveUp(ticket, UpstreamError(.tls, "TLS with \(target.address): \(error.message)"))
        }
        connection.start(asClient: true)
    }

    private func ready(_ transport: UpstreamTransport, _ ticket: UpstreamTicket) {
        connecting[ticket.number] = nil
        let connection = HTTP1UpstreamConnection(transport, number: number(), server: self)
        connections[connection.number] = connection
        connection.start()
        if ticket.owner != nil { return connection.begin(ticket, isReused: false) }
        // Nobody wants it any more, but somebody may.
        released(connection)
    }

    private func giveUp(_ ticket: UpstreamTicket, _ error: UpstreamError) {
        if let request = state.closed(nil), let next = waiting.removeValue(forKey: request) { connect(next) }
        ticket.fail(error)
        pool.forgetIfUnused(self)
    }

    /// A request that has no connection yet is not wanted any more.
    func forget(_ ticket: UpstreamTicket) {
        if waiting.removeValue(forKey: ticket.number) != nil { return state.forget(ticket.number) }
        // Its connection serves the next one.
    }

    // MARK: - What connections tell

    /// The answer is complete, and the connection may carry another.
    func released(_ connection: HTTP1UpstreamConnection) {
        switch state.release(connection.number, served: connection.served) {
        case .serve(let request):
            guard let ticket = waiting.removeValue(forKey: request) else { return released(connection) }
            connection.begin(ticket, isReused: true)
        case .keep: connection.rest(until: pool.loop.now + pool.limits.idleTimeout)
        case .close: connection.cut()
        }
    }

    func closed(_ connection: HTTP1UpstreamConnection) {
        guard connections.removeValue(forKey: connection.number) != nil else { return }
        if let request = state.closed(connection.number), let next = waiting.removeValue(forKey: request) {
            connect(next)
        }
        pool.forgetIfUnused(self)
    }

    func sweep(_ now: UInt64) { for connection in connections.values { connection.sweep(now) } }

    /// Closes connections without a request; those that have one close after it.
    func drain() { for connection in connections.values { connection.drain() } }
}
