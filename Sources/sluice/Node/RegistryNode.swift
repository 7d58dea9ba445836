import EventLoop
import HTTPServer
import Observability
import RegistryAPI
import RegistryStore

/// A process that is a schema registry and nothing else.
final class RegistryNode: Sendable {
    private let settings: Settings
    private let logger: Logger
    private let registry: EmbeddedRegistry
    private let identities: NodeIdentities
    private let group: EventLoopGroup
    private let loop: LoopBound<RegistryLoop>
    private let addresses: [ListenAddress]

    /// Opens the store and the ports; nothing is served before `serve`.
    init(settings: Settings, logger: Logger) async throws {
        self.settings = settings
        self.logger = logger
        let identities = try NodeIdentities(settings)
        self.identities = identities
        let registry = try await EmbeddedRegistry.open(settings, logger: logger)
        self.registry = registry
        group = try EventLoopGroup(count: 1)
        let api = RegistryAPI(registry: registry, version: SluiceVersion.text, logger: logger)
        let listeners = try LoopListeners(
            "registry", on: group.loops[0], settings: settings, handler: api.application(),
            identities: { _ in identities.current.admin }, logger: logger)
        addresses = listeners.addresses
        loop = LoopBound(group.loops[0], RegistryLoop(loop: group.loops[0], servers: listeners.servers))
    }

    /// Serves until a signal asks to stop; the process's exit status.
    func serve() async -> Int32 {
        let signals = SignalStream(on: loop)
        group.start()
        await signals.start()
        for warning in settings.warnings { logger.warn("setting", ["detail": .string(warning)]) }
        for listen in addresses {
            logger.notice(
                "listening",
                [
                    "listener": "registry", "address": .string(listen.address.description),
                    "speaks": .string(listen.protocols),
                ])
        }
        let subjects = await registry.subjects().count
        logger.notice(
            "schemas loaded",
            ["store": .string(settings.registryStore), "subjects": .integer(subjects)])
        for await signal in signals.stream {
            if signal == .stop { return await stop() }
            reload()
        }
        return 0
    }

    private func reload() {
        do throws(SettingsError) {
            try identities.reload(settings)
            logger.notice("certificates loaded")
        } catch {
            logger.error("the certificates were not loaded; nothing has changed", ["error": .string("\(error)")])
        }
    }

    private func stop() async -> Int32 {
        logger.notice("stopping")
        let milliseconds = UInt64(settings.integer("stop_timeout"))
        await withCheckedContinuation { continuation in
            loop.perform { $0.drain(within: milliseconds) { continuation.resume() } }
        }
        await registry.shutDown()
        group.stop()
        logger.notice("stopped")
        logger.close()
        return 0
    }
}

/// The one loop of a registry's process.
final class RegistryLoop: SignalWatching {
    private let loop: EventLoop
    private let servers: [HTTPServer]
    private var watches: [SignalWatch] = []

    init(loop: EventLoop, servers: [HTTPServer]) {
        self.loop = loop
        self.servers = servers
    }

    func watch(_ signal: Int32, _ action: @escaping () -> Void) {
        watches.append(SignalWatch.required(on: loop, signal, action))
    }

    /// Finishes what is under way; `done` is called on the loop.
    func drain(within milliseconds: UInt64, _ done: @escaping () -> Void) {
        for watch in watches { watch.cancel() }
        ServerDrain.run(servers, within: milliseconds, done)
    }
}
