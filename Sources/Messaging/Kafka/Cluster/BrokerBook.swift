internal import CLibrdkafka
internal import Synchronization
internal import System

/// What is known of each broker of a cluster: state, and the last thing that went wrong.
final class BrokerBook: Sendable {
    fileprivate struct State {
        var brokers: [String: BrokerStatus] = [:]
        /// A fault of no single broker, such as a token endpoint's refusal.
        var clusterFault: BrokerFault?
        /// Faults that were told since the broker last answered, by its name. A broker may fail in several ways at each
        /// attempt, in turn for ever.
        var told: [String: Set<KafkaError>] = [:]
        var retries = 0
    }

    private let cluster: String
    private let events: any KafkaEventSink
    private let state: Mutex<State>
    /// Whether any fault stands; lets the reports of a healthy cluster pass without the lock.
    private let isFailing = Atomic<Bool>(false)
    private static let limit = 1_000
    /// Different faults of one broker that are told before it answers again.
    private static let toldLimit = 20

    init(cluster: String, servers: [String], events: any KafkaEventSink) {
        self.cluster = cluster
        self.events = events
        var brokers: [String: BrokerStatus] = [:]
        for server in servers { brokers[server] = BrokerStatus(name: server) }
        state = Mutex(State(brokers: brokers))
    }

    /// Adds brokers, retries and the cluster's own fault to a status.
    func fill(_ status: inout ClusterStatus) {
        (status.brokers, status.retries, status.clusterFault) = state.withLock { state in
            (state.brokers.values.sorted { $0.name < $1.name }, state.retries, state.clusterFault)
        }
    }

    /// Notes an error event of librdkafka and tells the sink when it is news.
    func record(_ code: rd_kafka_resp_err_t, _ text: String) {
        // That no broker is left is said by the fault of each.
        guard code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN else { return }
        record(BrokerFault(code, LibraryFaultText(text), at: WallClock.milliseconds))
    }

    /// Notes what librdkafka only logs: brokers that hang up or do not answer. Whether the line was about a broker's
    /// fault, and need not be logged again.
    func record(facility: String, line: String) -> Bool {
        switch facility {
        case "FAIL", "ERROR":
            if let text = LibraryFaultText(disconnection: line) {
                record(BrokerFault(RD_KAFKA_RESP_ERR__TRANSPORT, text, at: WallClock.milliseconds))
            }
        case "REQTMOUT":
            if let text = LibraryFaultText(unanswered: line) {
                record(BrokerFault(RD_KAFKA_RESP_ERR__TIMED_OUT, text, at: WallClock.milliseconds))
            }
        default: return false
        }
        return true
    }

    func record(_ fault: BrokerFault) {
        let isNews = state.withLock { state in
            if fault.broker.isEmpty {
                state.clusterFault = fault
            } else {
                guard state.brokers[fault.broker] != nil || state.brokers.count < Self.limit else { return false }
                var broker = state.brokers[fault.broker] ?? BrokerStatus(name: fault.broker)
                broker.lastFault = fault
                broker.isFailing = true
                state.brokers[fault.broker] = broker
            }
            isFailing.store(true, ordering: .relaxed)
            guard state.told[fault.broker, default: []].count < Self.toldLimit else { return false }
            return state.told[fault.broker, default: []].insert(fault.error).inserted
        }
        if isNews { events.received(.brokerFailed(cluster: cluster, fault: fault)) }
    }

    /// Of the faults that stand, the one that best explains why nothing gets through: one that will not pass by itself
    /// (credentials, certificate) before a broken connection, then the latest.
    func explanation() -> BrokerFault? {
        guard isFailing.load(ordering: .relaxed) else { return nil }
        return state.withLock { state in
            var faults = state.brokers.values.filter(\.isFailing).compactMap(\.lastFault)
            if let fault = state.clusterFault { faults.append(fault) }
            return faults.max { one, other in
                let ranks = (one.error.kind == .refused, other.error.kind == .refused)
                return ranks.0 == ranks.1 ? one.at < other.at : !ranks.0
            }
        }
    }

    /// The broker of that node acknowledged a record: what stood against it is over.
    func acknowledged(by node: Int) {
        guard isFailing.load(ordering: .relaxed) else { return }
        let recovered = state.withLock { state -> [String] in
            let names = state.brokers.values.filter { $0.isFailing && $0.nodeID == node }.map(\.name)
            return state.recover(names, isFailing)
        }
        announce(recovered)
    }

    func apply(_ statistics: LibraryStatistics) {
        let recovered = state.withLock { state -> [String] in
            state.retries = statistics.retries
            var up: [String] = []
            // A bootstrap entry and the node behind it share an address: the node says more.
            let told = Dictionary(statistics.brokers.map { ($0.name, $0) }) { one, other in
                one.nodeID >= other.nodeID ? one : other
            }
            for name in state.brokers.keys where told[name] == nil {
                state.brokers[name]?.state = "UNKNOWN"
                state.brokers[name]?.roundTrip = nil
            }
            for broker in told.values {
                guard state.brokers[broker.name] != nil || state.brokers.count < Self.limit else { continue }
                var known = state.brokers[broker.name] ?? BrokerStatus(name: broker.name)
                // When no node can be reached any more, the client begins anew and knows its first servers alone.
                known.nodeID = max(known.nodeID, broker.nodeID)
                known.state = broker.state
                known.roundTrip = broker.roundTrip
                state.brokers[broker.name] = known
                if broker.isUp, known.isFailing { up.append(broker.name) }
            }
            return state.recover(up, isFailing)
        }
        announce(recovered)
    }

    private func announce(_ brokers: [String]) {
        for broker in brokers { events.received(.brokerRecovered(cluster: cluster, broker: broker)) }
    }
}

extension BrokerBook.State {
    /// Ends the faults of these brokers, and with them the cluster's own: one that answers had the credentials.
    fileprivate mutating func recover(_ names: [String], _ anyFailing: borrowing Atomic<Bool>) -> [String] {
        guard !names.isEmpty else { return [] }
        for name in names {
            brokers[name]?.isFailing = false
            told[name] = nil
        }
        clusterFault = nil
        told[""] = nil
        anyFailing.store(brokers.values.contains(where: \.isFailing), ordering: .relaxed)
        return names
    }
}
