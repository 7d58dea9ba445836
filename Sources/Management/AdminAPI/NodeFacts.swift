package import HTTPServer
package import JSON
package import Kafka
package import Observability
internal import Synchronization

/// What a node tells about itself: to the Admin API, the status API and whoever balances load over nodes.
package final class NodeFacts: Sendable {
    package enum Readiness: Sendable {
        case starting, ready
        /// Asked to be left out, by who balances load or on the way to a stop.
        case draining
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
    private let loopTraffic: [TrafficCounters]
    private let clusterStatuses: @Sendable () -> [ClusterStatus]
    private let state = Mutex(Readiness.starting)

    package init(
        version: String, compatibleVersion: String, nodeID: String, hostName: String, configuration: JSONObject,
        proxyStatistics: [ServerStatistics], traffic: [TrafficCounters] = [],
        clusters: @escaping @Sendable () -> [ClusterStatus]
    ) {
        self.version = version
        self.compatibleVersion = compatibleVersion
        self.nodeID = nodeID
        self.hostName = hostName
        self.configuration = configuration
        self.proxyStatistics = proxyStatistics
        loopTraffic = traffic
        clusterStatuses = clusters
    }

    package var readiness: Readiness {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// A cluster for each producer.
    var clusters: [ClusterStatus] { clusterStatuses() }

    /// What all loops together have answered.
    var traffic: TrafficReading {
        loopTraffic.reduce(into: TrafficReading()) { $0.add($1.reading) }
    }

    /// The proxy's listeners on all loops together.
    var proxy: (accepted: Int, active: Int, idle: Int, writing: Int, requests: Int) {
        proxyStatistics.reduce(into: (0, 0, 0, 0, 0)) { sum, server in
            sum.accepted += server.accepted
            sum.active += server.active
            sum.idle += server.idle
            sum.writing += server.writing
            sum.requests += server.requests
        }
    }
}
