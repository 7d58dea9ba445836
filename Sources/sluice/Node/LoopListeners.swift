import EventLoop
import HTTPServer
import Observability
import TLS

/// The servers of one kind that share a loop which carries no proxy traffic.
struct LoopListeners {
    let servers: [HTTPServer]
    /// With the ports that the system chose.
    let addresses: [ListenAddress]

    /// To be made before the loop runs.
    ///
    /// - Parameter name: As logs and the setting `<name>_listen` have it.
    init(
        _ name: String, on loop: EventLoop, settings: Settings, handler: any RequestHandler,
        identities: @escaping TLSContext.SelectIdentity, logger: Logger
    ) throws {
        var limits = settings.serverLimits
        // Whoever manages the node is few.
        limits.connections = min(limits.connections, 1024)
        var addresses = try settings.listeners("\(name)_listen")
        let tls = try ListenerTLS(name, addresses, settings: settings, logger: logger, identities: identities)
        var servers: [HTTPServer] = []
        for listen in addresses {
            servers.append(
                try HTTPServer(
                    loop: loop, address: listen.address, backlog: listen.backlog, reusePort: false,
                    options: tls.options(listen), limits: limits, handler: handler))
        }
        for (index, server) in servers.enumerated() { addresses[index].address = server.localAddress }
        self.servers = servers
        self.addresses = addresses
    }
}
