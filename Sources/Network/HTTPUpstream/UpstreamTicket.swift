internal import EventLoop

/// A request's place: while it waits for a connection, and on it. Belongs to its loop.
final class UpstreamTicket: UpstreamExchange {
    let number: Int
    let timeouts: UpstreamTimeouts
    private(set) weak var server: UpstreamServer?
    /// Nil once the answer is complete or not wanted any more.
    var owner: (any UpstreamExchangeOwner)?
    /// Nil while it waits.
    var connection: HTTP1UpstreamConnection?
    /// While a connection is made for it.
    var attempt: TCPConnectAttempt?
    private(set) var isReused = false

    init(_ number: Int, server: UpstreamServer, timeouts: UpstreamTimeouts, owner: any UpstreamExchangeOwner) {
        self.number = number
        self.server = server
        self.timeouts = timeouts
        self.owner = owner
    }

    /// The connection is the request's from now on.
    func begin(on connection: HTTP1UpstreamConnection, isReused: Bool) {
        self.connection = connection
        self.isReused = isReused
        owner?.upstreamReady(self)
    }

    func fail(_ error: UpstreamError) {
        guard let owner else { return }
        self.owner = nil
        connection = nil
        owner.upstreamFailed(error)
    }

    // MARK: - UpstreamExchange

    func send(_ request: borrowing UpstreamRequest, body: Span<UInt8>) { connection?.send(request, body: body) }

    func send(_ bytes: Span<UInt8>) -> Bool { connection?.send(bytes) ?? true }

    func endBody() { connection?.endBody() }

    func resume() { connection?.resume() }

    func cancel() {
        guard owner != nil else { return }
        owner = nil
        if let connection {
            self.connection = nil
            connection.cut()
        } else {
            server?.forget(self)
        }
    }
}
