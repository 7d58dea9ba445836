import AdminAPI
import EventLoop
import GatewayModel
import GatewayStore
import HTTPServer
import JSON
import Kafka
import Observability
import TestClient
import WebApplication

@testable import Console

/// A console on a free port, over counters that the test moves.
final class ConsoleServer: Sendable {
    let console: Console
    let traffic = TrafficCounters()
    let port: UInt16
    private let service: ConfigurationService
    private let group: EventLoopGroup
    /// Used on the loop only; held here for the test's length.
    private let server: LoopBound<HTTPServer>
    private let application: LoopBound<WebApplication>

    init(clusters: [ClusterStatus] = []) async throws {
        service = ConfigurationService(schema: GatewaySchema(plugins: []), storage: .memory) { _ in {} }
        try await service.start()
        let facts = NodeFacts(
            version: "9.9.9", compatibleVersion: "3.9.1", nodeID: "5a9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63",
            hostName: "test", configuration: [:], proxyStatistics: [], traffic: [traffic], clusters: { clusters })
        facts.readiness = .ready
        console = Console(facts: facts, service: service, logger: .silent)
        group = try EventLoopGroup(count: 1)
        let loop = group.loops[0]
        // Safe to send: touched on the loop only, which does not run yet.
        nonisolated(unsafe) let application = console.application()
        nonisolated(unsafe) let server = try HTTPServer(
            loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0), limits: HTTPServerLimits(),
            handler: application)
        port = UInt16(server.localAddress.port)
        self.server = LoopBound(loop, server)
        self.application = LoopBound(loop, application)
        group.start()
    }

    deinit {
        group.stop()
        service.stopThread()
    }

    /// Ends all streams of events, as the node's stop does.
    func endFeeds() { application.perform { $0.endFeeds() } }

    func ask(_ head: String) async throws -> HTTPAnswer {
        try await OwnThread.run { [self] in try HTTPClient(port: port, keeping: self).ask(head) }
    }
}
