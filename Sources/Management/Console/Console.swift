package import AdminAPI
internal import GatewayModel
package import GatewayStore
internal import HTTPServer
internal import JSON
internal import Kafka
package import Observability
internal import Synchronization
internal import System
package import WebApplication

/// The live page about this node: what it shows, and the last minutes of it. It can be looked at, and changes nothing.
package final class Console: Sendable {
    private struct State {
        var last: ConsoleReading?
        /// The oldest first.
        var points: [ConsolePoint] = []
        var configuration: JSONValue = [:]
        var ticks = 0
        var isReadingConfiguration = false
    }

    /// Points that are kept: five minutes.
    static let mostPoints = 300
    /// Ticks from one look at the configuration to the next: it may be large.
    private static let configurationTicks = 5
    /// Points that each event repeats, for who has missed some.
    private static let repeatedPoints = 5

    private let facts: NodeFacts
    private let service: ConfigurationService
    private let logger: Logger
    private let state = Mutex(State())

    package init(facts: NodeFacts, service: ConfigurationService, logger: Logger) {
        self.facts = facts
        self.service = service
        self.logger = logger
    }

    /// Takes a reading. To be called once a second, on any thread.
    package func tick() {
        let reading = ConsoleReading(
            time: WallClock.milliseconds, traffic: facts.traffic, records: .init(facts.clusters))
        let wantsConfiguration = state.withLock { state in
            if state.last != nil { state.points.append(ConsolePoint(reading, since: state.last)) }
            if state.points.count > Self.mostPoints { state.points.removeFirst(state.points.count - Self.mostPoints) }
            state.last = reading
            state.ticks += 1
            guard !state.isReadingConfiguration, state.ticks % Self.configurationTicks == 1 else { return false }
            state.isReadingConfiguration = true
            return true
        }
        guard wantsConfiguration else { return }
        Task { [self] in
            let configuration = Self.document(await service.current)
            state.withLock { state in
                state.configuration = configuration
                state.isReadingConfiguration = false
            }
        }
    }

    // MARK: - What is told

    func event(isFirst: Bool) -> [UInt8] {
        let (points, configuration) = state.withLock { state in
            (isFirst ? state.points : Array(state.points.suffix(Self.repeatedPoints)), state.configuration)
        }
        let proxy = facts.proxy
        let event: JSONValue = [
            "node": [
                "version": .string(facts.version), "host": .string(facts.hostName), "id": .string(facts.nodeID),
                "started_at": .integer(Int(facts.startedAt)), "now": .integer(Int(WallClock.milliseconds)),
                "readiness": .string(readiness), "memory": .integer(CurrentProcess.residentBytes),
                "log_level": .string(logger.level.name), "log_lines_dropped": .integer(logger.droppedLines),
            ],
            "connections": [
                "active": .integer(proxy.active), "idle": .integer(proxy.idle), "accepted": .integer(proxy.accepted),
                "upstream": .integer(facts.traffic.upstreamConnections),
            ],
            "requests": .integer(proxy.requests), "points": .array(points.map(\.document)),
            "clusters": .array(facts.clusters.map(\.document)), "configuration": configuration,
        ]
        var bytes: [UInt8] = []
        event.write(to: &bytes)
        return bytes
    }

    private var readiness: String {
        switch facts.readiness {
        case .starting: "starting"
        case .draining: "draining"
        case .ready: "ready"
        }
    }

    /// How many entities there are, and which plugins are configured how often.
    private static func document(_ configuration: Configuration) -> JSONValue {
        let counted = ["services", "routes", "consumers", "upstreams", "certificates", "plugins"]
        var plugins: [String: (enabled: Int, all: Int)] = [:]
        for plugin in configuration.all("plugins") {
            let name = plugin.text("name") ?? ""
            plugins[name, default: (0, 0)].all += 1
            if plugin.fields["enabled"] != false { plugins[name, default: (0, 0)].enabled += 1 }
        }
        return [
            "entities": .object(JSONObject(counted.map { ($0, .integer(configuration.count($0))) })),
            "plugins": .array(
                plugins.sorted { $0.key < $1.key }.map { name, count in
                    ["name": .string(name), "enabled": .integer(count.enabled), "configured": .integer(count.all)]
                }),
        ]
    }

    // MARK: - Serving

    /// The handler of the console's servers. To be made for each loop.
    package func application() -> WebApplication {
        var routes = WebRoutes()
        for file in ConsoleFile.all {
            let response = file.response
            routes.add(file.path, [.get: { _ in response }])
        }
        let feed = EventFeed(interval: 1_000) { [self] isFirst in event(isFirst: isFirst) }
        routes.add("/events", [.get: { _ in .events(feed) }])
        let logger = logger
        return WebApplication(
            name: "console", routes: routes,
            behaviour: WebApplication.Behaviour(
                maximumBody: 0,
                answer: { error, path, id in ConsoleErrors.answer(error, path: path, request: id, logger) },
                finish: { response, _, _ in response.fields += ConsoleFile.commonFields }), logger: logger)
    }
}
