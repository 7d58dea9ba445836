internal import EventLoop

/// What carries one request: a connection by HTTP/1.1, a stream by HTTP/2.
protocol UpstreamCarrier: AnyObject {
    func send(_ request: borrowing UpstreamRequest, body: Span<UInt8>)
    func send(_ bytes: Span<UInt8>) -> Bool
    func endBody()
    func resume()
    /// The answer is not wanted any more.
    func cancel()
}

/// A request's place: while it waits for a connection, and on it. Belongs to its loop.
final class UpstreamTicket: UpstreamExchange {
    let number: Int
    let timeouts: UpstreamTimeouts
    private let server: UpstreamServer
    /// Nil once the answer is complete or not wanted any more.
    var owner: (any UpstreamExchangeOwner)?
    /// Nil while it waits.
    var carrier: (any UpstreamCarrier)?
    /// When it has waited for too long.
    let deadline: UInt64
    private(set) var isReused = false

    init(_ number: Int, server: UpstreamServer, timeouts: UpstreamTimeouts, owner: any UpstreamExchangeOwner) {
        self.number = number
        self.server = server
        self.timeouts = timeouts
        self.owner = owner
        deadline = server.pool.loop.now + timeouts.connect
    }

    /// It has a place from now on.
    func begin(on carrier: any UpstreamCarrier, isReused: Bool) {
        self.carrier = carrier
        self.isReused = isReused
        owner?.upstreamReady(self)
    }

    func fail(_ error: UpstreamError) {
        guard let owner else { return }
        self.owner = nil
        carrier = nil
        owner.upstreamFailed(error)
    }

    // MARK: - UpstreamExchange

    func send(_ request: borrowing UpstreamRequest, body: Span<UInt8>) { carrier?.send(request, body: body) }

    func send(_ bytes: Span<UInt8>) -> Bool { carrier?.send(bytes) ?? true }

    func endBody() { carrier?.endBody() }

    func resume() { carrier?.resume() }

    func cancel() {
        guard owner != nil else { return }
        owner = nil
        if let carrier {
            self.carrier = nil
            carrier.cancel()
        } else {
            server.forget(self)
        }
    }
}
