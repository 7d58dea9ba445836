package import HTTPServer
package import JSON
package import Kafka
package import Observability
internal import Synchronization
internal import System

/// What a node tells about itself: to the Admin API, the status API and whoever balances load over nodes.
package final class NodeFacts: Sendable {
    package enum Readiness: Sendable {
        case starting, ready
        /// Asked to be left out, by who balances load or on the way to a stop.
        case draining
    }

    /// The Kafka clusters without which the node is not ready.
    package enum RequiredClusters: Sendable, Equatable {
        case all
        /// By any of their names.
        case named([String])
    }

    /// Sluice's own.
    package let version: String
    /// Kong's version whose Admin API is spoken: clients look at it before they go on.
    package let compatibleVersion: String
    /// New at each start.
    package let nodeID: String
    package let hostName: String
    /// The settings as `/` shows them.
    package let configuration: JSONObject
    private let proxyStatistics: [ServerStatistics]
    /// Milliseconds since 1970.
    package let startedAt: Int64
    private let required: RequiredClusters
    private let loopTraffic: [TrafficCounters]
    private let deliveryQueues: @Sendable () -> [DeliveryFacts]
    private let logOutputFacts: @Sendable () -> [LogOutputFacts]
    private let clusterStatuses: @Sendable () -> [ClusterStatus]
    private let state = Mutex(Readiness.starting)

    package init(
        version: String, compatibleVersion: String, nodeID: String, hostName: String, configuration: JSONObject,
        proxyStatistics: [ServerStatistics], traffic: [TrafficCounters] = [],
        requiredClusters: RequiredClusters = .named([]),
        deliveries: @escaping @Sendable () -> [DeliveryFacts] = { [] },
        logOutputs: @escaping @Sendable () -> [LogOutputFacts] = { [] },
        clusters: @escaping @Sendable () -> [ClusterStatus]
    ) {
        self.version = version
        self.compatibleVersion = compatibleVersion
        self.nodeID = nodeID
        self.hostName = hostName
        self.configuration = configuration
        self.proxyStatistics = proxyStatistics
        loopTraffic = traffic
        required = requiredClusters
        startedAt = WallClock.milliseconds
        clusterStatuses = clusters
        deliveryQueues = deliveries
        logOutputFacts = logOutputs
    }

    package var readiness: Readiness {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// A cluster for each producer.
    package var clusters: [ClusterStatus] { clusterStatuses() }

    /// What became of entries that plugins deliver by HTTP, by plugin.
    var deliveries: [DeliveryFacts] { deliveryQueues() }

    /// What became of entries for files and sockets, by destination.
    var logOutputs: [LogOutputFacts] { logOutputFacts() }

    /// A Kafka cluster that is required and has no broker up.
    struct ClusterAway: Sendable {
        let name: String
        /// What is known of why.
        let reason: String
    }

    /// Those for which the node is not ready.
    var clustersAway: [ClusterAway] {
        if required == .named([]) { return [] }
        let statuses = clusters
        let names =
            switch required {
            case .all: Set(statuses.map(\.displayName)).sorted()
            case .named(let names): names
            }
        return names.compactMap { name in
            let meant = statuses.filter { $0.labels.contains(name) || $0.displayName == name }
            if meant.contains(where: \.isUp) { return nil }
            let reason = meant.compactMap(\.fault).max { $0.at < $1.at }.map(\.error.message)
            return ClusterAway(
                name: name, reason: meant.isEmpty ? "no plugin uses it" : reason ?? "no broker is connected")
        }
    }

    /// What all loops together have answered.
    package var traffic: TrafficReading {
        loopTraffic.reduce(into: TrafficReading()) { $0.add($1.reading) }
    }

    /// The proxy's listeners on all loops together.
    package var proxy: (accepted: Int, active: Int, idle: Int, writing: Int, requests: Int) {
        proxyStatistics.reduce(into: (0, 0, 0, 0, 0)) { sum, server in
            sum.accepted += server.accepted
            sum.active += server.active
            sum.idle += server.idle
            sum.writing += server.writing
            sum.requests += server.requests
        }
    }
}

/// What became of the entries that plugins of one name deliver by HTTP.
package struct DeliveryFacts: Sendable {
    package let plugin: String
    package let delivered: Int
    package let failed: Int
    package let dropped: Int
    package let queued: Int
    package let retries: Int

    package init(plugin: String, delivered: Int, failed: Int, dropped: Int, queued: Int, retries: Int) {
        self.plugin = plugin
        self.delivered = delivered
        self.failed = failed
        self.dropped = dropped
        self.queued = queued
        self.retries = retries
    }
}

/// What became of the log entries for one file or socket, whoever writes there.
package struct LogOutputFacts: Sendable {
    package let destination: String
    package let written: Int
    package let dropped: Int
    package let waiting: Int

    package init(destination: String, written: Int, dropped: Int, waiting: Int) {
        self.destination = destination
        self.written = written
        self.dropped = dropped
        self.waiting = waiting
    }
}
