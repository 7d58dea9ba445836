import GatewayModel
import HTTPServer
import Kafka
import Synchronization
import System

/// What a node tells about itself: to the Admin API, the status API and whoever balances load over nodes.
final class NodeFacts: Sendable {
    enum Readiness: Sendable {
        case starting, ready, stopping
    }

    let settings: Settings
    let identifier: NodeIdentifier
    let schema: GatewaySchema
    let pool: ProducerPool
    private let proxyStatistics: [ServerStatistics]
    private let readiness = Mutex(Readiness.starting)

    init(
        settings: Settings, identifier: NodeIdentifier, schema: GatewaySchema, pool: ProducerPool,
        statistics: [ServerStatistics]
    ) {
        self.settings = settings
        self.identifier = identifier
        self.schema = schema
        self.pool = pool
        proxyStatistics = statistics
    }

    func setReadiness(_ next: Readiness) { readiness.withLock { $0 = next } }
}
