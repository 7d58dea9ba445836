import AdminAPI
import Console
import DataPlane
import Delivery
import EventLoop
import GatewayModel
import GatewayStore
import HTTPClient
import HTTPServer
import Kafka
import KafkaKit
import LogKit
import Names
import Observability
import PluginKit
import Plugins
import RegistryAPI
import RegistryStore
import ReportingPlugins
import SchemaRegistry
import Synchronization
import System
import YAML

/// A running gateway: its loops, listeners, configuration and producers, put together and taken apart in order.
///
/// Started from the ground up (loops, producers, configuration, listeners) and stopped the other way round.
final class Node: Sendable {
    let settings: Settings
    let logger: Logger
    let identifier: NodeIdentifier
    let schema: GatewaySchema
    let pool: ProducerPool
    private let outputs: LogOutputs
    private let http: HTTPClient
    let deliveries: DeliveryPool
    let service: ConfigurationService
    private let runtime: GatewayRuntime
    private let identities: NodeIdentities
    private let compiler: SnapshotCompiler
    private let proxyGroup: EventLoopGroup
    private let controlGroup: EventLoopGroup
    private let proxyLoops: [LoopBound<ProxyLoop>]
    private let control: LoopBound<ControlLoop>
    /// Nil: the node has none.
    private let registry: EmbeddedRegistry?
    private let upstreams: LoopBound<UpstreamKeeper>
    let facts: NodeFacts
    let addresses: NodeAddresses

    /// Makes the node, opens its ports and loads its configuration; nothing is served before `serve`.
    ///
    /// - Parameter configuration: What a node without a database begins with; nil: the declarative file of the settings.
    init(settings: Settings, logger: Logger) async throws {
        self.settings = settings
        self.logger = logger
        try KafkaLibrary.requireSupported()
        identifier = NodeIdentifier()
        let bundled = BundledPlugins.schemas.map(\.name)
        let enabled = try settings.enabledPlugins(of: bundled)
        let schema = GatewaySchema(plugins: BundledPlugins.schemas.filter { enabled.contains($0.name) })
        self.schema = schema

        let proxyGroup = try EventLoopGroup(count: settings.eventLoops)
        let controlGroup = try EventLoopGroup(count: 1)
        self.proxyGroup = proxyGroup
        self.controlGroup = controlGroup
        let events = KafkaEventLog(logger: logger)
        let pool = ProducerPool(loops: proxyGroup.loops, events: events)
        self.pool = pool
        let outputs = LogOutputs()
        self.outputs = outputs
        let cache = ResponseCache()
        let requests = PrometheusMetrics()
        let http = try HTTPClient(loop: controlGroup.loops[0])
        self.http = http
        let deliveries = DeliveryPool(http: http, clock: LoopDeliveryClock(loop: controlGroup.loops[0]))
        self.deliveries = deliveries
        let schemas = SchemaDirectory(
            registries: RegistryClientPool(http: http, tellStale: Self.staleSchemaLog(logger)),
            ownRegistry: try settings.ownRegistryURL)

        let empty = try Snapshot.empty()
        let identities = try NodeIdentities(settings)
        self.identities = identities
        let runtime = GatewayRuntime(
            snapshot: empty, options: try settings.gatewayOptions(serverName: "sluice/\(SluiceVersion.text)"),
            identities: identities.current.proxy, logger: logger)
        self.runtime = runtime
        let compiler = SnapshotCompiler(
            definitions: BundledPlugins.definitions(
                PluginServices(
                    pool: pool, cache: cache, metrics: requests, schemas: schemas, outputs: outputs,
                    deliveries: deliveries,
                    description: NodeDescription(
                        version: SluiceVersion.text, id: identifier.id, samplingRate: settings.tracingSamplingRate))
            ).filter { enabled.contains($0.schema.name) },
            secrets: SecretSources(environment: CurrentProcess.environment) { path in
                try File.read(path, maximumBytes: 1 << 20)
            }, serviceTLS: try settings.serviceTLSDefaults(), logger: logger)
        self.compiler = compiler
        let reuse = SnapshotReuse()
        let service = ConfigurationService(
            schema: schema, storage: settings.usesDatabase ? .sqlite(path: settings.databasePath) : .memory
        ) { configuration in
            let previous = reuse.isAllowed ? runtime.snapshot : empty
            let next = try compiler.compile(configuration, previous: previous)
            return { runtime.install(next) }
        }
        self.service = service
        events.onProducerFailure {
            Task {
                reuse.isAllowed = false
                defer { reuse.isAllowed = true }
                do { try await service.reinstall() } catch {
                    logger.error("producers could not be replaced", ["error": .string("\(error)")])
                }
            }
        }

        if settings.usesDatabase, !settings.databasePath.hasPrefix(":") {
            try File.makeFolder(settings["data_dir"])
        }
        try await service.start(try DeclarativeFile.read(settings, schema: schema))
        let registry =
            try settings.listeners("registry_listen").isEmpty
            ? nil : try await EmbeddedRegistry.open(settings, logger: logger)
        self.registry = registry

        // Made before the loops run.
        let bound = try ProxyPorts.bind(
            proxyGroup.loops, logger: logger, runtime: runtime, settings: settings)
        proxyLoops = bound.loops
        let facts = NodeFacts(
            version: SluiceVersion.text, compatibleVersion: SluiceVersion.kong, nodeID: identifier.id,
            hostName: identifier.hostName, configuration: settings.document(loadedPlugins: enabled),
            proxyStatistics: bound.statistics, traffic: bound.traffic,
            requiredClusters: settings.requiredClusters,
            deliveries: {
                deliveries.totals.map { plugin, counts in
                    DeliveryFacts(
                        plugin: plugin, delivered: counts.delivered, failed: counts.failed, dropped: counts.dropped,
                        queued: counts.queued, retries: counts.retries)
                }
            },
            logOutputs: {
                outputs.statuses.map { output in
                    LogOutputFacts(
                        destination: output.destination, written: output.sent, dropped: output.dropped,
                        waiting: output.waiting)
                }
            }, clusters: { pool.clusterStatuses() })
        self.facts = facts
        let api = AdminAPI(
            service: service, facts: facts, upstreams: NodeUpstreams(runtime: runtime), cache: cache,
            schemas: schemas, requests: requests,
            limits: AdminAPI.Limits(
                body: settings.integer("admin_body_bytes"), configuration: settings.integer("config_body_bytes")),
            tellsLatency: settings.tellsAdminLatency,
            logger: logger)
        let controlLoop = try ControlLoop(
            loop: controlGroup.loops[0], settings: settings, api: api,
            registry: registry.map { RegistryAPI(registry: $0, version: SluiceVersion.text, logger: logger) },
            console: Console(facts: facts, service: service, logger: logger), identities: identities, logger: logger)
        addresses = NodeAddresses(
            proxy: bound.addresses, admin: controlLoop.adminAddresses, status: controlLoop.statusAddresses,
            registry: controlLoop.registryAddresses, console: controlLoop.consoleAddresses)
        control = LoopBound(controlGroup.loops[0], controlLoop)
        upstreams = LoopBound(
            controlGroup.loops[0],
            UpstreamKeeper(
                loop: controlGroup.loops[0],
                resolver: try NameResolver(
                    loop: controlGroup.loops[0], configuration: try settings.nameResolverConfiguration())))
        runtime.keepUpstreams(by: upstreams)
    }

    /// Names schemas that serve on because the registry does not give them anew: the first of ten seconds.
    private static func staleSchemaLog(
        _ logger: Logger
    ) -> @Sendable (SchemaSelection, RegistryFailure) -> Void {
        let throttle = LogThrottle()
        return { selection, failure in
            guard let held = throttle.pass(at: WallClock.milliseconds) else { return }
            logger.warn(
                "schema not refreshed; the last one serves on",
                [
                    "subject": .string(selection.subject), "error": .string(failure.kind.rawValue),
                    "detail": .string(failure.message), "held_back": .integer(held),
                ])
        }
    }

    /// Serves until a signal asks to stop; the process's exit status.
    func serve() async -> Int32 {
        let signals = SignalStream(on: control)
        controlGroup.start()
        // Before anything is served or told: who reads that the node listens may already talk to it by signals.
        await signals.start()
        proxyGroup.start()
        facts.readiness = .ready
        await reportStart()
        for await signal in signals.stream {
            if signal == .reload {
                await reload()
            } else {
                return await stop()
            }
        }
        return 0
    }

    /// Reads the settings' certificates and the declarative file again; a bad one changes nothing. Log files that were
    /// rotated are let go.
    private func reload() async {
        outputs.refresh()
        do throws(SettingsError) {
            try identities.reload(settings)
            runtime.setIdentities(identities.current.proxy)
            logger.notice("certificates loaded")
        } catch {
            logger.error("the certificates were not loaded; nothing has changed", ["error": .string("\(error)")])
        }
        guard !settings.usesDatabase, !settings["declarative_config"].isEmpty else { return }
        do {
            guard let next = try DeclarativeFile.read(settings, schema: schema) else { return }
            try await service.replaceAll(with: next)
            await reportConfiguration()
        } catch {
            logger.error("the declarative file was not loaded; nothing has changed", ["error": .string("\(error)")])
        }
    }

    // MARK: - What is told at the start

    private func reportStart() async {
        for warning in settings.warnings { logger.warn("setting", ["detail": .string(warning)]) }
        for (listener, listen) in addresses.all {
            logger.notice(
                "listening",
                [
                    "listener": .string(listener), "address": .string(listen.address.description),
                    "speaks": .string(listen.protocols),
                ])
        }
        await reportConfiguration()
        let pool = pool
        let logger = logger
        // In the background: a cluster that cannot be reached must not hold back the others.
        Task {
            for (label, error) in await pool.probe(timeout: 5_000) {
                if let error {
                    logger.warn(
                        "kafka cluster cannot be reached",
                        ["cluster": .string(label), "error": .string(error.name), "detail": .string(error.message)])
                } else {
                    logger.notice("kafka cluster reached", ["cluster": .string(label)])
                }
            }
        }
    }

    private func reportConfiguration() async {
        let configuration = await service.current
        logger.notice(
            "configuration loaded",
            [
                "database": .string(settings.usesDatabase ? "sqlite" : "off"),
                "services": .integer(configuration.count("services")),
                "routes": .integer(configuration.count("routes")),
                "consumers": .integer(configuration.count("consumers")),
                "plugins": .integer(configuration.count("plugins")),
            ])
    }

    // MARK: - Stop

    /// Stops accepting, lets requests finish, delivers what is queued, and says what was left.
    func stop() async -> Int32 {
        logger.notice("stopping")
        facts.readiness = .draining
        let milliseconds = UInt64(settings.integer("stop_timeout"))
        // The proxy first: the operator may still ask how it goes.
        await withTaskGroup(of: Void.self) { group in
            for loop in proxyLoops {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        loop.perform { $0.drain(within: milliseconds) { continuation.resume() } }
                    }
                }
            }
        }
        let flushTimeout = settings.integer("flush_timeout")
        async let linesLeft = outputs.shutdown(within: flushTimeout)
        async let entriesLeft = deliveries.shutdown(within: flushTimeout)
        let report = await pool.shutdown(within: flushTimeout)
        let (lines, entries) = await (linesLeft, entriesLeft)
        upstreams.perform { $0.close() }
        http.close()
        await withCheckedContinuation { continuation in
            control.perform { $0.drain(within: min(milliseconds, 1_000)) { continuation.resume() } }
        }
        await service.close()
        service.stopThread()
        await registry?.shutDown()
        proxyGroup.stop()
        controlGroup.stop()
        for topic in report.topics {
            logger.error(
                "records not delivered at stop",
                [
                    "cluster": .string(topic.cluster), "topic": .string(topic.topic),
                    "undelivered": .integer(topic.undelivered), "in_doubt": .integer(topic.inDoubt),
                ])
        }
        for output in lines {
            logger.error(
                "log entries not delivered at stop",
                ["destination": .string(output.destination), "undelivered": .integer(output.entries)])
        }
        for queue in entries {
            logger.error(
                "entries not delivered at stop",
                [
                    "plugin": .string(queue.plugin), "plugin_id": .string(queue.pluginID),
                    "undelivered": .integer(queue.count),
                ])
        }
        let left = lines.reduce(report.undelivered) { $0 + $1.entries } + entries.reduce(0) { $0 + $1.count }
        logger.notice("stopped", ["undelivered": .integer(left)])
        logger.close()
        return left == 0 ? 0 : 1
    }
}

/// Whether plugins that have not changed are taken over into the next snapshot: not after a producer has failed for good.
private final class SnapshotReuse: Sendable {
    private let state = Mutex(true)

    var isAllowed: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Where a node listens, ports as the system chose them.
struct NodeAddresses: Sendable {
    let proxy: [ListenAddress]
    let admin: [ListenAddress]
    let status: [ListenAddress]
    let registry: [ListenAddress]
    let console: [ListenAddress]

    var all: [(listener: String, address: ListenAddress)] {
        proxy.map { ("proxy", $0) } + admin.map { ("admin", $0) } + status.map { ("status", $0) }
            + registry.map { ("registry", $0) } + console.map { ("console", $0) }
    }
}
