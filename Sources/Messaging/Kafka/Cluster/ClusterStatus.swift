package import Counting

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
    /// Bytes of their values.
    package var queueBytes = 0
    /// Records that may wait or be under way.
    package var queueLimit = 0
    /// Bytes of them.
    package var queueByteLimit = 0
    /// Seconds that the oldest of them has waited.
    package var oldestAge = 0
    package var delivered = 0
    package var deliveredBytes = 0
    package var failed = 0
    /// Produce requests that were sent again.
    package var retries = 0
    package var health = ProducerHealth()
    /// By name.
    package var topics: [TopicStatus] = []
    /// By topic and broker; of so many.
    package var latencies: [LatencyStatus] = []

    package init() {}

    /// What operators know it by: its first label, else its first server.
    package var displayName: String { labels.first ?? bootstrapServers.first ?? "" }

    /// Whether requests can reach some broker, as of the last two seconds.
    package var isUp: Bool { brokers.contains { $0.state == "UP" } }
    /// The latest that stands against one of its brokers, or itself; nil when nothing does.
    package var fault: BrokerFault? {
        (brokers.filter(\.isFailing).compactMap(\.lastFault) + [clusterFault].compactMap { $0 }).max { $0.at < $1.at }
    }
}

/// How long the records of one topic took until one broker had acknowledged them.
package struct LatencyStatus: Sendable {
    /// Empty: of all topics and brokers beyond those that are told apart.
    package let topic: String
    /// Nil as well then; -1 where the answer told no broker.
    package let nodeID: Int?
    /// Microseconds.
    package let reading: HistogramReading
}

/// One broker as this node sees it.
package struct BrokerStatus: Sendable, Hashable {
    /// `host:port`.
    package let name: String
    /// Kafka's node id; -1 for a bootstrap server whose node is not known.
    package var nodeID = -1
    /// The client's word: `UP`, `DOWN`, `CONNECT`, `AUTH_REQ`, … ; `UNKNOWN` before the first statistics.
    package var state = "UNKNOWN"
    /// Of the last two seconds' requests; nil when there were none.
    package var roundTrip: RoundTrip?
    /// Kept after it has passed.
    package var lastFault: BrokerFault?
    /// Whether `lastFault` still stands.
    package var isFailing = false

    init(name: String) { self.name = name }
}

/// How long a broker takes to answer: microseconds.
package struct RoundTrip: Sendable, Hashable {
    package let average: Int
    /// 99 of 100 are not longer.
    package let longest: Int

    package init(average: Int, longest: Int) {
        self.average = average
        self.longest = longest
    }
}

/// The records of one topic since the producer began.
package struct TopicStatus: Sendable, Hashable {
    package let name: String
    package let queued: Int
    package let delivered: Int
    package let failed: Int
    /// Records that were not taken, whatever the reason.
    package let refused: Int
    /// Of these, for the queue was full.
    package let refusedByFullQueue: Int
    package let outstanding: Int
    /// Bytes of their values.
    package let outstandingBytes: Int
    package let deliveredBytes: Int
    /// Failures by the error's name.
    package let failures: [String: Int]
    /// Records that could not be made, by the error's name: never handed over, and in no other count.
    package let drops: [String: Int]
    /// Records that were announced and have not come yet.
    package let announced: Int

    package var dropped: Int { drops.values.reduce(0, +) }
}
