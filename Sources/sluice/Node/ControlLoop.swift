import AdminAPI
import EventLoop
import HTTPServer
import Observability
import TLS

/// The loop of what is not proxy traffic: Admin API, status and signals. Belongs to its loop.
final class ControlLoop {
    private let servers: [HTTPServer]
    private let loop: EventLoop
    private var watches: [SignalWatch] = []
    let adminAddresses: [ListenAddress]
    let statusAddresses: [ListenAddress]

    /// To be made before the loop runs.
    init(
        loop: EventLoop, settings: Settings, api: AdminAPI, identities: NodeIdentities, logger: Logger
    ) throws {
        self.loop = loop
        var limits = settings.serverLimits
        // Whoever manages the node is few.
        limits.connections = min(limits.connections, 1024)
        func listen(
            _ name: String, _ handler: any RequestHandler, _ select: @escaping TLSContext.SelectIdentity
        ) throws -> (servers: [HTTPServer], addresses: [ListenAddress]) {
            var addresses = try settings.listeners("\(name)_listen")
            let tls = try ListenerTLS(name, addresses, settings: settings, logger: logger, identities: select)
            var servers: [HTTPServer] = []
            for listen in addresses {
                servers.append(
                    try HTTPServer(
                        loop: loop, address: listen.address, backlog: listen.backlog, reusePort: false,
                        options: tls.options(listen), limits: limits, handler: handler))
            }
            // With the ports that the system chose.
            for (index, server) in servers.enumerated() { addresses[index].address = server.localAddress }
            return (servers, addresses)
        }
        let admin = try listen("admin", api.application()) { _ in identities.current.admin }
        let status = try listen("status", api.statusApplication()) { _ in identities.current.status }
        adminAddresses = admin.addresses
        statusAddresses = status.addresses
        servers = admin.servers + status.servers
    }

    /// Calls `action` at each of the process's signals of that number.
    func watch(_ signal: Int32, _ action: @escaping () -> Void) {
        do { watches.append(try SignalWatch(loop: loop, signal: signal, handler: action)) } catch {
            preconditionFailure("signal \(signal) cannot be watched: \(error)")
        }
    }

    /// Finishes what is under way; `done` is called on the loop.
    func drain(within milliseconds: UInt64, _ done: @escaping () -> Void) {
        for watch in watches { watch.cancel() }
        ServerDrain.run(servers, within: milliseconds, done)
    }
}
