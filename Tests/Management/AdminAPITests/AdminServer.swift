import EventLoop
import GatewayModel
import GatewayStore
import HTTPServer
import JSON
import Kafka
import Observability
import Plugins
import TestClient

@testable import AdminAPI

/// The Admin API and the status API on free ports, over a configuration that no data plane runs.
final class AdminServer: Sendable {
    enum Storage: String {
        case sqlite, memory
    }

    let service: ConfigurationService
    let facts: NodeFacts
    let port: UInt16
    let statusPort: UInt16
    private let group: EventLoopGroup
    /// Used on the loop only; held here for the test's length.
    private let servers: [LoopBound<HTTPServer>]

    init(
        _ storage: Storage, plugins: [PluginSchema] = [], upstreams: any UpstreamHealth = UnusedUpstreams(),
        cache: any CachedResponses = NoCachedResponses(), requests: any RequestMetrics = NoRequestMetrics(),
        requiredClusters: NodeFacts.RequiredClusters = .named([]),
        clusters: [ClusterStatus] = [],
        limits: AdminAPI.Limits = AdminAPI.Limits(body: 1 << 20, configuration: 4 << 20),
        logger: Logger = .silent, prepare: @escaping ConfigurationService.Prepare = { _ in {} }
    ) async throws {
        let schema = GatewaySchema(plugins: BundledPlugins.schemas + plugins)
        service = ConfigurationService(
            schema: schema, storage: storage == .sqlite ? .sqlite(path: ":memory:") : .memory, prepare: prepare)
        try await service.start()
        facts = NodeFacts(
            version: "9.9.9", compatibleVersion: "3.9.1", nodeID: "5a9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63",
            hostName: "test", configuration: ["database": .string(storage == .sqlite ? "sqlite" : "off")],
            proxyStatistics: [], requiredClusters: requiredClusters, clusters: { clusters })
        facts.readiness = .ready
        let api = AdminAPI(
            service: service, facts: facts, upstreams: upstreams, cache: cache, requests: requests, limits: limits,
            logger: logger)
        group = try EventLoopGroup(count: 1)
        let loop = group.loops[0]
        // Safe to send: touched on the loop only, which does not run yet.
        nonisolated(unsafe) let admin = try Self.server(loop, api.application())
        nonisolated(unsafe) let status = try Self.server(loop, api.statusApplication())
        port = UInt16(admin.localAddress.port)
        statusPort = UInt16(status.localAddress.port)
        servers = [LoopBound(loop, admin), LoopBound(loop, status)]
        group.start()
    }

    deinit {
        group.stop()
        service.stopThread()
    }

    private static func server(_ loop: EventLoop, _ handler: any RequestHandler) throws -> HTTPServer {
        try HTTPServer(
            loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0), reusePort: false, handler: handler)
    }

    /// Sends one request on a connection of its own and reads the answer.
    func ask(_ request: AdminRequest, port: UInt16? = nil) async throws -> AdminAnswer {
        let port = port ?? self.port
        return try await OwnThread.run {
            let client = try RawClient(port: port)
            try client.send(request.bytes)
            return try AdminAnswer(client.readToEnd())
        }
    }
}

/// A request as a scenario writes it.
struct AdminRequest: Sendable {
    var method: String
    var target: String
    var fields: [(name: String, value: String)] = []
    var body = ""

    var bytes: [UInt8] {
        var fields = fields
        let given = fields.filter { $0.name.lowercased() == "content-type" }
        if given.isEmpty, !body.isEmpty {
            let isJSON = body.hasPrefix("{") || body.hasPrefix("[")
            fields.append(("content-type", isJSON ? "application/json" : "application/x-www-form-urlencoded"))
        }
        fields.removeAll { $0.name.lowercased() == "content-type" && $0.value == "none" }
        let isMultipart = given.contains { $0.value.hasPrefix("multipart/") }
        let body =
            isMultipart
            ? self.body.split(separator: "\n", omittingEmptySubsequences: false)
                .joined(separator: "\r\n") : self.body
        var text = "\(method) \(target) HTTP/1.1\r\nHost: admin.test\r\nConnection: close\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Length: \(body.utf8.count)\r\n" }
        return Array((text + "\r\n" + body).utf8)
    }
}

/// An answer, read to the end of its connection.
struct AdminAnswer: Sendable {
    struct Malformed: Error {
        let text: String
    }

    let status: Int
    let fields: [(name: String, value: String)]
    let body: String

    init(_ text: String) throws {
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw Malformed(text: text) }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else { throw Malformed(text: text) }
        self.status = status
        fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].drop { $0 == ":" || $0 == " " }))
        }
        body = String(text[end.upperBound...])
    }

    /// The first value of a field, whatever the case of its name.
    subscript(name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }

    func json() throws -> JSONValue { try JSONValue.parse(text: body) }
}
