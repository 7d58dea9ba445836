import DataPlane
import EventLoop
import HTTPServer
import Observability

/// Opens the proxy's ports on every loop.
enum ProxyPorts {
    struct Bound {
        let loops: [LoopBound<ProxyLoop>]
        let addresses: [ListenAddress]
        let statistics: [ServerStatistics]
        let traffic: [TrafficCounters]
    }

    /// Before the loops run.
    static func bind(_ loops: [EventLoop], logger: Logger, runtime: GatewayRuntime, settings: Settings) throws -> Bound
    {
        var wanted = try settings.listeners("proxy_listen")
        let tls = try ListenerTLS("proxy", wanted, settings: settings, logger: logger) { runtime.identities(for: $0) }
        for listen in wanted { try requireFree(listen.address, on: loops[0]) }
        var bound: [LoopBound<ProxyLoop>] = []
        var statistics: [ServerStatistics] = []
        var traffic: [TrafficCounters] = []
        for loop in loops {
            let made = try ProxyLoop(loop: loop, runtime: runtime, addresses: wanted, tls: tls, settings: settings)
            // Of port 0 the first loop has made a port that the others share.
            for (index, address) in made.localAddresses.enumerated() { wanted[index].address = address }
            statistics += made.statistics
            traffic.append(made.traffic)
            bound.append(LoopBound(loop, made))
        }
        return Bound(loops: bound, addresses: wanted, statistics: statistics, traffic: traffic)
    }

    /// Loops share a port, and so would another node that runs as the same user: a socket that shares with nobody tells
    /// whether the port is taken.
    static func requireFree(_ address: SocketAddress, on loop: EventLoop) throws(EventLoopError) {
        guard address.port != 0 else { return }
        try TCPListener(loop: loop, address: address, reusePort: false) { $0.close() }.close()
    }
}
