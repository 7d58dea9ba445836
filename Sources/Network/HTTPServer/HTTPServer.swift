package import EventLoop
internal import System
internal import TLS

/// HTTP on one address of one loop: accepts connections and hands their requests to a handler.
///
/// Belongs to its loop: made before the loop runs or on its thread, and used there; `statistics` may be read anywhere.
package final class HTTPServer {
    package let statistics = ServerStatistics()
    package let loop: EventLoop
    let limits: HTTPServerLimits
    let options: HTTPListenerOptions
    /// Shared by all connections of the loop that speak TLS here.
    private(set) lazy var tlsBuffers = TLSBuffers(loop: loop)
    let handler: any RequestHandler
    private let hold = Hold()
    private var listener: TCPListener?
    private var connections: [ObjectIdentifier: any ServedConnection] = [:]
    private var sweep: LoopTimer?
    private var drained: (() -> Void)?
    private var drainDeadline: LoopTimer?
    private(set) var isDraining = false
    private var dateField = DateField()
    /// The address that it listens on, with the port the system chose if it was asked for port 0.
    package let localAddress: SocketAddress

    /// - Parameters:
    ///   - backlog: Connections that may wait to be accepted.
    ///   - reusePort: Whether servers of other loops listen on the same port.
    ///   - options: What connections begin with.
    package init(
        loop: EventLoop, address: SocketAddress, backlog: Int = 1024, reusePort: Bool = true,
        options: HTTPListenerOptions = HTTPListenerOptions(), limits: HTTPServerLimits = HTTPServerLimits(),
        handler: any RequestHandler
    ) throws(EventLoopError) {
        self.loop = loop
        self.options = options
        self.limits = limits
        self.handler = handler
        let hold = hold
        let listener = try TCPListener(loop: loop, address: address, backlog: backlog, reusePort: reusePort) {
            hold.server?.accept($0)
        }
        self.listener = listener
        localAddress = listener.localAddress
        hold.server = self
        // Often enough for the shortest limit, and at least once a second.
        let shortest = min(
            limits.headerTimeout, limits.bodyTimeout, limits.idleTimeout, limits.writeTimeout, limits.lingerTimeout)
        let interval = min(1000, max(10, shortest / 4))
        sweep = loop.schedule(after: interval, repeating: interval) { hold.server?.sweepConnections() }
    }

    deinit {
        hold.server = nil
        sweep?.cancel()
        drainDeadline?.cancel()
    }

    /// The way from what calls back to the server. A weak reference would make every use of the server slower: its
    /// counts would move out of the object.
    private final class Hold {
        unowned var server: HTTPServer?
    }

    package var connectionCount: Int { connections.count }

    func date(at milliseconds: Int64) -> [UInt8] {
        dateField.update(milliseconds)
        return dateField.bytes
    }

    private func accept(_ connection: TCPConnection) {
        guard let remote = connection.remoteAddress, !isDraining else { return connection.close() }
        statistics.countAccepted()
        let facts = ConnectionFacts(
            remoteAddress: remote, localAddress: connection.localAddress ?? localAddress)
        if options.isPlain {
            let served = HTTP1Connection(
                .plain(connection), server: self, exchange: Exchange(loop: loop, connection: facts))
            connection.owner = served
            register(served)
            connection.start()
        } else {
            let opening = OpeningConnection(connection, server: self, facts: facts)
            register(opening)
            opening.start()
        }
    }

    private func register(_ connection: any ServedConnection) {
        connections[ObjectIdentifier(connection)] = connection
        statistics.setActive(connections.count)
        if connections.count >= limits.connections { listener?.pause() }
    }

    /// Serves a connection that has been opened, in the place of `opening`.
    ///
    /// - Parameter rest: What came already.
    func serve(
        _ transport: Transport, isHTTP2: Bool, _ exchange: consuming Exchange, after opening: OpeningConnection,
        rest: [UInt8]
    ) {
        connections[ObjectIdentifier(opening)] = nil
        if isHTTP2 {
            let served = HTTP2Connection(transport, server: self, exchange: exchange)
            transport.setOwner(served)
            register(served)
            served.start()
            if !rest.isEmpty { served.received(rest.span) }
        } else {
            let served = HTTP1Connection(transport, server: self, exchange: exchange)
            transport.setOwner(served)
            register(served)
            if !rest.isEmpty { served.received(rest.span) }
        }
    }

    func closed(_ connection: any ServedConnection) {
        connections[ObjectIdentifier(connection)] = nil
        statistics.setActive(connections.count)
        if connections.count < limits.connections { listener?.resume() }
        finishDrainIfEmpty()
    }

    private func sweepConnections() {
        let now = loop.now
        var (idle, writing) = (0, 0)
        for connection in connections.values {
            connection.sweep(now)
            if connection.isIdle { idle += 1 } else if connection.isAnswering { writing += 1 }
        }
        statistics.setPhases(idle: idle, writing: writing)
    }

    /// No new connections; those that are open go on.
    package func stopAccepting() {
        listener?.close()
        listener = nil
    }

    /// Stops accepting, lets requests under way finish, and closes what is idle at once and the rest after the time.
    ///
    /// - Parameter done: Called on the loop when the last connection is gone.
    package func drain(within milliseconds: UInt64, _ done: @escaping () -> Void) {
        stopAccepting()
        isDraining = true
        drained = done
        for connection in connections.values { connection.drain() }
        drainDeadline = loop.schedule(after: milliseconds) { [hold] in hold.server?.cutConnections() }
        finishDrainIfEmpty()
    }

    private func cutConnections() {
        for connection in connections.values { connection.cut() }
        finishDrainIfEmpty()
    }

    private func finishDrainIfEmpty() {
        guard connections.isEmpty, let done = drained else { return }
        drained = nil
        drainDeadline?.cancel()
        sweep?.cancel()
        done()
    }
}

/// A connection as its server sees it.
protocol ServedConnection: AnyObject {
    /// Whether no request is under way, nor a part of one read.
    var isIdle: Bool { get }
    /// Whether a request was read and is not yet answered.
    var isAnswering: Bool { get }
    /// Called about once a second: acts on what took too long.
    func sweep(_ now: UInt64)
    /// The server stops: closes what is idle.
    func drain()
    /// Ends the connection at once.
    func cut()
}
