import EventLoop
import GatewayModel
import HTTPUpstream
import JSON
import Names
import Observability
import TestClient
import TestGateway

@testable import DataPlane

/// Upstreams made from the fields that the Admin API takes.
enum Balanced {
    /// - Parameters:
    ///   - fields: Members of the entity, as JSON with a comma before.
    ///   - targets: With their weights.
    ///   - previous: What runs before it.
    static func upstream(
        _ fields: String = "", _ targets: KeyValuePairs<String, Int>, after previous: Upstream? = nil
    ) throws -> Upstream {
        let listed = targets.map { #"{"target":"\#($0)","weight":\#($1),"upstream":{"name":"u"}}"# }
        let configuration = try Configuration(
            schema: GatewaySchema(plugins: []),
            json: #"{"upstreams":[{"name":"u"\#(fields)}],"targets":[\#(listed.joined(separator: ","))]}"#)
        let plan = UpstreamPlan(
            try require1(configuration.all("upstreams").first), targets: configuration.all("targets"))
        return Upstream(plan, after: previous, logger: .silent)
    }

    /// Health checks whose passive counters are these.
    static func passive(_ unhealthy: String, successes: Int = 0, threshold: Double = 0) -> String {
        """
        ,"healthchecks":{"threshold":\(threshold),"passive":{"healthy":{"successes":\(successes)},\
        "unhealthy":{\(unhealthy)}}}
        """
    }

    static func endpoints(_ addresses: [String], port: Int = 80) throws -> TargetAddresses {
        .known(try addresses.map { NameAnswer.Endpoint(address: try SocketAddress(host: $0, port: port)) })
    }

    private static func require1<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Nothing() }
        return value
    }

    struct Nothing: Error {}
}

extension PeerChooser {
    /// The targets of so many choices, by the last digits of their addresses.
    func sequence(_ count: Int, hash: UInt64? = nil, tried: [Peer] = [], now: UInt64 = 0) -> String {
        (0..<count).map { _ in
            choose(hash: hash, tried: tried, now: now).map { $0.address.host.split(separator: ".").last ?? "" } ?? "-"
        }.joined()
    }
}

/// A gateway whose one service is balanced over scripted targets.
struct BalancedGateway {
    let targets: [ScriptedUpstream]
    let gateway: TestGateway
    let log: LogLines

    /// - Parameters:
    ///   - upstream: Further fields of the upstream, as JSON members with a comma before.
    ///   - service: The same of the service.
    ///   - script: Plays a connection to the target of that number, from 0.
    init(
        _ count: Int, upstream: String = "", service: String = "", routes: String = Self.allRoutes,
        pool: UpstreamPoolLimits = UpstreamPoolLimits(),
        script: @escaping @Sendable (Int, ScriptedUpstream.Connection) throws -> Void
    ) throws {
        let targets = try (0..<count).map { number in
            try ScriptedUpstream { connection, _ in try script(number, connection) }
        }
        self.targets = targets
        let log = LogLines()
        self.log = log
        gateway = try TestGateway(
            Self.document(targets.map(\.port), upstream, service, routes), plugins: [],
            logger: Logger(level: .warn, format: .json, write: log.add), pool: pool)
    }

    static let allRoutes = #"{"name":"all","paths":["/"],"strip_path":false,"service":{"name":"s"}}"#

    static func document(
        _ ports: [Int], _ upstream: String = "", _ service: String = "", _ routes: String = allRoutes
    ) -> String {
        // Ids, so that another document means the same entities.
        let listed = ports.map { port in
            let digits = String(repeating: "0", count: 5 - "\(port)".count) + "\(port)"
            return """
                {"id":"00000000-0000-4000-8000-0000001\(digits)","target":"127.0.0.1:\(port)",\
                "upstream":{"name":"u"}}
                """
        }
        return """
            {"upstreams":[{"id":"00000000-0000-4000-8000-000000000001","name":"u"\(upstream)}],
             "targets":[\(listed.joined(separator: ","))],
             "services":[{"id":"00000000-0000-4000-8000-000000000002","name":"s","host":"u","port":1\(service)}],
             "routes":[\(routes)]}
            """
    }

    var upstream: Upstream? { gateway.runtime.snapshot.upstream("00000000-0000-4000-8000-000000000001") }

    /// Whether each target is healthy, in their order: `+` or `-`.
    var health: String {
        targets.map { target in
            let peer = upstream?.table.peers.first { $0.address.port == target.port }
            return peer.map { $0.health.isAvailable ? "+" : "-" } ?? "?"
        }.joined()
    }

    func waitFor(health: String) async throws {
        try await Journal.wait("health \(health)") { self.health == health }
    }
}

/// Lines of a log.
final class LogLines: Sendable {
    private let journal = Journal()

    @Sendable func add(_ line: [UInt8]) { journal.note(String(decoding: line, as: UTF8.self)) }

    func waitFor(_ text: String) async throws {
        try await Journal.wait(text) { journal.all.contains { $0.contains(text) } }
    }
}
