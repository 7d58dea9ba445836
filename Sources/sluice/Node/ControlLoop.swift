import AdminAPI
import EventLoop
import HTTPServer
import Observability

/// The loop of what is not proxy traffic: Admin API, status and signals. Belongs to its loop.
final class ControlLoop {
    private let servers: [HTTPServer]
    private let loop: EventLoop
    private var watches: [SignalWatch] = []
    let adminAddresses: [SocketAddress]
    let statusAddresses: [SocketAddress]

    /// To be made before the loop runs.
    init(loop: EventLoop, settings: Settings, api: AdminAPI) throws {
        self.loop = loop
        var limits = settings.serverLimits
        // Whoever manages the node is few.
        limits.connections = min(limits.connections, 1024)
        func listen(_ name: String, _ handler: any RequestHandler) throws -> [HTTPServer] {
            var servers: [HTTPServer] = []
            for listen in try settings.listeners(name) {
                servers.append(
                    try HTTPServer(
                        loop: loop, address: listen.address, backlog: listen.backlog, reusePort: false,
                        limits: limits, handler: handler))
            }
            return servers
        }
        let admin = try listen("admin_listen", api.application())
        let status = try listen("status_listen", api.statusApplication())
        adminAddresses = admin.map(\.localAddress)
        statusAddresses = status.map(\.localAddress)
        servers = admin + status
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
