import DataPlane
import EventLoop
import HTTPServer
import HTTPUpstream
import Names
import Observability

/// What one event loop serves of the proxy: its gateway and a server for each address. Belongs to the loop.
final class ProxyLoop {
    private let gateway: Gateway
    private let proxy: LoopProxy
    private let servers: [HTTPServer]
    private var refresh: LoopTimer?

    /// To be made before the loop runs.
    ///
    /// - Parameter addresses: With ports that are known: all loops listen on the same.
    init(
        loop: EventLoop, runtime: GatewayRuntime, addresses: [ListenAddress], tls: ListenerTLS, settings: Settings
    ) throws {
        let proxy = LoopProxy(
            pool: UpstreamPool(loop: loop, limits: settings.upstreamPoolLimits),
            resolver: try NameResolver(loop: loop, configuration: try settings.nameResolverConfiguration()))
        let gateway = Gateway(loop: loop, runtime: runtime, proxy: proxy)
        var servers: [HTTPServer] = []
        for address in addresses {
            servers.append(
                try HTTPServer(
                    loop: loop, address: address.address, backlog: address.backlog, options: tls.options(address),
                    limits: settings.serverLimits, handler: gateway))
        }
        self.gateway = gateway
        self.proxy = proxy
        self.servers = servers
        // An idle loop lets go of an old snapshot, and so of producers that nobody needs any more.
        refresh = loop.schedule(after: 500, repeating: 500) { [gateway] in
            gateway.refresh()
            gateway.traffic.setUpstreamConnections(gateway.upstreamConnections)
        }
    }

    var localAddresses: [SocketAddress] { servers.map(\.localAddress) }
    var statistics: [ServerStatistics] { servers.map(\.statistics) }
    var traffic: TrafficCounters { gateway.traffic }

    /// Finishes what is under way; `done` is called on the loop.
    func drain(within milliseconds: UInt64, _ done: @escaping () -> Void) {
        ServerDrain.run(servers, within: milliseconds) { [self] in
            refresh?.cancel()
            proxy.close()
            done()
        }
    }
}

/// Drains several servers of one loop.
enum ServerDrain {
    /// - Parameter done: Called once, when the last one has finished.
    static func run(_ servers: [HTTPServer], within milliseconds: UInt64, _ done: @escaping () -> Void) {
        final class Count {
            var left: Int
            init(_ left: Int) { self.left = left }
        }
        let count = Count(servers.count)
        if servers.isEmpty { return done() }
        for server in servers {
            server.drain(within: milliseconds) {
                count.left -= 1
                if count.left == 0 { done() }
            }
        }
    }
}
