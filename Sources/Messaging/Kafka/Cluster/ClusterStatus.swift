/// A producer and its cluster as the operator sees them.
package struct ClusterStatus: Sendable {
    /// Who uses it, as given to the pool (`cluster_name`).
    package var labels: [String] = []
    package var bootstrapServers: [String] = []
    /// Those the client knows, bootstrap servers included until their node is known.
    package var brokers: [BrokerStatus] = []
    /// A fault of no single broker that still stands, such as a token endpoint's refusal.
    package var clusterFault: BrokerFault?
    /// Records that wait or are under way.
    package var queueDepth = 0
    package var delivered = 0
    package var deliveredBytes = 0
    package var failed = 0
    /// Produce requests that were sent again.
    package var retries = 0
    package var health = ProducerHealth()
    /// By name.
    package var topics: [TopicStatus] = []
}

/// One broker as this node sees it.
package struct BrokerStatus: Sendable, Hashable {
    /// `host:port`.
    package let name: String
    /// Kafka's node id; -1 for a bootstrap server whose node is not known.
    package var nodeID = -1
    /// The client's word: `UP`, `DOWN`, `CONNECT`, `AUTH_REQ`, … ; `UNKNOWN` before the first statistics.
    package var state = "UNKNOWN"
    /// Kept after it has passed.
    package var lastFault: BrokerFault?
    /// Whether `lastFault` still stands.
    package var isFailing = false

    init(name: String) { self.name = name }
}

/// The records of one topic since the producer began.
package struct TopicStatus: Sendable, Hashable {
    package let name: String
    package let queued: Int
    package let delivered: Int
    package let failed: Int
    /// Records that were not taken.
    package let refused: Int
    package let outstanding: Int
    package let deliveredBytes: Int
    /// Failures by the error's name.
    package let failures: [String: Int]
}
