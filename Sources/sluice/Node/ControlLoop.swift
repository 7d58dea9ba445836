import AdminAPI
import Console
import EventLoop
import HTTPServer
import Observability
import RegistryAPI
import TLS
import WebApplication

/// The loop of what is not proxy traffic: Admin API, status, schema registry and signals. Belongs to its loop.
final class ControlLoop: SignalWatching {
    private let servers: [HTTPServer]
    private let loop: EventLoop
    private var watches: [SignalWatch] = []
    let adminAddresses: [ListenAddress]
    let statusAddresses: [ListenAddress]
    let registryAddresses: [ListenAddress]
    let consoleAddresses: [ListenAddress]
    private let consolePage: WebApplication
    private var consoleTimer: LoopTimer?

    /// To be made before the loop runs.
    init(
        loop: EventLoop, settings: Settings, api: AdminAPI, registry: RegistryAPI?, console: Console,
        identities: NodeIdentities,
        logger: Logger
    ) throws {
        self.loop = loop
        func listen(
            _ name: String, _ handler: any RequestHandler, _ select: @escaping TLSContext.SelectIdentity
        ) throws -> LoopListeners {
            try LoopListeners(
                name, on: loop, settings: settings, handler: handler, identities: select, logger: logger)
        }
        let admin = try listen("admin", api.application()) { _ in identities.current.admin }
        let status = try listen("status", api.statusApplication()) { _ in identities.current.status }
        let schemas = try registry.map { try listen("registry", $0.application()) { _ in identities.current.admin } }
        consolePage = console.application()
        let page = try listen("admin_gui", consolePage) { _ in identities.current.admin }
        adminAddresses = admin.addresses
        consoleAddresses = page.addresses
        statusAddresses = status.addresses
        registryAddresses = schemas?.addresses ?? []
        servers = admin.servers + status.servers + page.servers + (schemas?.servers ?? [])
        if !page.servers.isEmpty {
            consoleTimer = loop.schedule(after: 0, repeating: 1_000) { console.tick() }
        }
    }

    /// Calls `action` at each of the process's signals of that number.
    func watch(_ signal: Int32, _ action: @escaping () -> Void) {
        watches.append(SignalWatch.required(on: loop, signal, action))
    }

    /// Finishes what is under way; `done` is called on the loop.
    func drain(within milliseconds: UInt64, _ done: @escaping () -> Void) {
        for watch in watches { watch.cancel() }
        consoleTimer?.cancel()
        consolePage.endFeeds()
        ServerDrain.run(servers, within: milliseconds, done)
    }
}
