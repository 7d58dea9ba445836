package import DataPlane
internal import EventLoop
package import GatewayModel
package import HTTPServer
package import HTTPUpstream
internal import JSON
package import Names
package import Observability
package import PluginKit
internal import Synchronization
package import TLS
package import TestClient

/// The data plane on a free port, on loops of its own, with a configuration that the test gives and changes.
package final class TestGateway: Sendable {
    package let runtime: GatewayRuntime
    package let port: UInt16
    package let schema: GatewaySchema
    private let compiler: SnapshotCompiler
    private let group: EventLoopGroup
    /// Of what keeps upstreams up to date.
    private let control: EventLoopGroup
    private let parts: [Parts]

    /// Used on its loop only; held here for the test's length.
    private struct Parts: Sendable {
        let server: LoopBound<HTTPServer>
        let gateway: LoopBound<Gateway>
        let statistics: ServerStatistics
        let traffic: TrafficCounters
    }

    /// - Parameters:
    ///   - document: As `install` takes it.
    ///   - plugins: The kinds of plugins that can be configured.
    ///   - options: What connections begin with.
    package init(
        _ document: String = "{}", plugins: [PluginDefinition], environment: [String: String] = [:], loops: Int = 1,
        limits: HTTPServerLimits = HTTPServerLimits(), behaviour: GatewayOptions = GatewayOptions(),
        identities: [TLSIdentity] = [], logger: Logger = .silent,
        names: NameResolverConfiguration = TestGateway.noServers(), pool: UpstreamPoolLimits = UpstreamPoolLimits(),
        options: (GatewayRuntime) throws -> HTTPListenerOptions = { _ in .init() }
    ) throws {
        schema = GatewaySchema(plugins: plugins.map(\.schema))
        compiler = SnapshotCompiler(
            definitions: plugins, secrets: SecretSources(environment: environment), logger: logger)
        let configuration = try Configuration(schema: schema, json: document)
        let snapshot = try compiler.compile(configuration, previous: try Snapshot.empty())
        var behaviour = behaviour
        behaviour.serverName = "sluice/test"
        runtime = GatewayRuntime(snapshot: snapshot, options: behaviour, identities: identities, logger: logger)
        group = try EventLoopGroup(count: loops)
        control = try EventLoopGroup(count: 1)
        runtime.keepUpstreams(
            by: LoopBound(
                control.loops[0],
                UpstreamKeeper(
                    loop: control.loops[0],
                    resolver: try NameResolver(loop: control.loops[0], configuration: names))))
        let options = try options(runtime)
        var parts: [Parts] = []
        var port = 0
        for loop in group.loops {
            let made = try Self.part(loop, runtime, port: port, options, limits, names, pool)
            port = made.port
            parts.append(made.parts)
        }
        self.parts = parts
        self.port = UInt16(port)
        control.start()
        group.start()
    }

    deinit {
        group.stop()
        control.stop()
    }

    /// Nobody is asked for names: only numbers and the hosts file lead anywhere.
    package static func noServers(hostsFile: String? = nil) -> NameResolverConfiguration {
        var names = NameResolverConfiguration()
        do { names.servers = [try SocketAddress(host: "127.0.0.1", port: 1)] } catch {
            preconditionFailure("an address is one: \(error)")
        }
        if let hostsFile { names.hostsFile = hostsFile }
        return names
    }

    private static func part(
        _ loop: EventLoop, _ runtime: GatewayRuntime, port: Int, _ options: HTTPListenerOptions,
        _ limits: HTTPServerLimits, _ names: NameResolverConfiguration, _ pool: UpstreamPoolLimits
    ) throws -> (parts: Parts, port: Int) {
        // Safe to send: all this is touched on the loop only, which does not run yet.
        nonisolated(unsafe) let gateway = Gateway(
            loop: loop, runtime: runtime,
            proxy: LoopProxy(
                pool: UpstreamPool(loop: loop, limits: pool),
                resolver: try NameResolver(loop: loop, configuration: names)))
        nonisolated(unsafe) let server = try HTTPServer(
            loop: loop, address: SocketAddress(host: "127.0.0.1", port: port), options: options, limits: limits,
            handler: gateway)
        let (chosen, statistics, traffic) = (server.localAddress.port, server.statistics, gateway.traffic)
        let parts = Parts(
            server: LoopBound(loop, server), gateway: LoopBound(loop, gateway), statistics: statistics,
            traffic: traffic)
        return (parts, chosen)
    }

    /// Runs another configuration: an object of lists of entities by collection; references may be by name.
    package func install(_ document: String) throws {
        runtime.install(try compile(document))
    }

    /// Compiles a configuration without running it; plugins are taken over from what runs.
    package func compile(_ document: String) throws -> Snapshot {
        try compiler.compile(try Configuration(schema: schema, json: document), previous: runtime.snapshot)
    }

    /// Lets every loop look for a new snapshot, as its timer does, and waits for that.
    package func refresh() async {
        for part in parts {
            await withCheckedContinuation { done in
                part.gateway.perform { gateway in
                    gateway.refresh()
                    done.resume()
                }
            }
        }
    }

    /// Waits until what keeps upstreams up to date has taken over the running snapshot.
    package func controlled() async {
        await withCheckedContinuation { done in control.loops[0].execute { done.resume() } }
    }

    /// Connections that are open.
    package var activeConnections: Int { parts.reduce(0) { $0 + $1.statistics.active } }

    /// What was answered, on all loops.
    package var traffic: TrafficReading { parts.reduce(into: TrafficReading()) { $0.add($1.traffic.reading) } }

    /// Connections to services that are open, on all loops.
    package func upstreamConnections() async -> Int {
        var count = 0
        for part in parts {
            count += await withCheckedContinuation { done in
                part.gateway.perform { gateway in done.resume(returning: gateway.upstreamConnections) }
            }
        }
        return count
    }

    /// Keeps the gateway as long as it lives.
    package func client() throws -> HTTPClient { try HTTPClient(port: port, keeping: self) }

    /// The answer to one request on a connection of its own.
    ///
    /// - Parameter head: Request line without version, then fields, a line each; `Host` is added if none is given.
    package func ask(_ head: String, body: String? = nil) async throws -> HTTPAnswer {
        try await OwnThread.run { [self] in try client().ask(head, body: body) }
    }
}

extension Configuration {
    /// Entities from an object of lists by collection, created in their order, a second after each other.
    package init(schema: GatewaySchema, json: String) throws {
        self.init(schema: schema)
        let document = try JSONValue.parse(text: json).objectValue ?? [:]
        var change = ConfigurationChange()
        var now = 1
        for name in document.keys where schema.definition(name) == nil { throw UnknownCollection(name: name) }
        for definition in schema.definitions {
            for input in document[definition.name]?.arrayValue ?? [] {
                _ = try create(
                    definition, input.objectValue ?? [:], now: Timestamp(seconds: now), change: &change)
                now += 1
            }
        }
    }
}

/// A test's configuration names no collection of the gateway.
struct UnknownCollection: Error {
    let name: String
}
