import DataPlane
import EventLoop
import HTTPServer

/// Opens the proxy's ports on every loop.
enum ProxyPorts {
    struct Bound {
        let loops: [LoopBound<ProxyLoop>]
        let addresses: [SocketAddress]
        let statistics: [ServerStatistics]
    }

    /// Before the loops run.
    static func bind(_ loops: [EventLoop], runtime: GatewayRuntime, settings: Settings) throws -> Bound {
        var wanted = try settings.listeners("proxy_listen")
        for listen in wanted { try requireFree(listen.address, on: loops[0]) }
        let limits = settings.serverLimits
        var bound: [LoopBound<ProxyLoop>] = []
        var statistics: [ServerStatistics] = []
        for loop in loops {
            let made = try ProxyLoop(loop: loop, runtime: runtime, addresses: wanted, limits: limits)
            // Of port 0 the first loop has made a port that the others share.
            wanted = zip(wanted, made.localAddresses).map { ListenAddress(address: $1, backlog: $0.backlog) }
            statistics += made.statistics
            bound.append(LoopBound(loop, made))
        }
        return Bound(loops: bound, addresses: wanted.map(\.address), statistics: statistics)
    }

    /// Loops share a port, and so would another node that runs as the same user: a socket that shares with nobody tells
    /// whether the port is taken.
    static func requireFree(_ address: SocketAddress, on loop: EventLoop) throws(EventLoopError) {
        guard address.port != 0 else { return }
        try TCPListener(loop: loop, address: address, reusePort: false) { $0.close() }.close()
    }
}
