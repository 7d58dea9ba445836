internal import CLibrdkafka
internal import Synchronization
internal import System

/// What is known of each broker of a cluster: state, and the last thing that went wrong.
final class BrokerBook: Sendable {
    private struct State {
        var brokers: [String: BrokerStatus] = [:]
        var retries = 0
    }

    private let cluster: String
    private let events: any KafkaEventSink
    private let state: Mutex<State>
    private static let limit = 1_000

    init(cluster: String, servers: [String], events: any KafkaEventSink) {
        self.cluster = cluster
        self.events = events
        var brokers: [String: BrokerStatus] = [:]
        for server in servers {
            brokers[server] = BrokerStatus(name: server, nodeID: -1, state: "UNKNOWN", lastFault: nil, isFailing: false)
        }
        state = Mutex(State(brokers: brokers))
    }

    func statuses() -> (brokers: [BrokerStatus], retries: Int) {
        state.withLock { ($0.brokers.values.sorted { $0.name < $1.name }, $0.retries) }
    }

    /// Notes an error event of librdkafka and tells the sink when it is news.
    func record(_ code: rd_kafka_resp_err_t, _ text: String) {
        let (broker, reason) = BrokerFault.parse(text)
        // That no broker is left is said by the fault of each.
        guard let broker, code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN else { return }
        let fault = BrokerFault(
            broker: broker, error: KafkaError(code, message: reason), at: WallClock.milliseconds)
        let isNews = state.withLock { state in
            guard state.brokers[broker] != nil || state.brokers.count < Self.limit else { return false }
            let known = state.brokers[broker]
            state.brokers[broker, default: BrokerStatus(
                name: broker, nodeID: -1, state: "DOWN", lastFault: nil, isFailing: true)].lastFault = fault
            state.brokers[broker]?.isFailing = true
            return known?.isFailing != true || known?.lastFault?.error != fault.error
        }
        if isNews { events.received(.brokerFailed(cluster: cluster, fault: fault)) }
    }

    /// The fault that best explains why nothing got through in the last `milliseconds`: one that will not pass by
    /// itself (credentials, certificate) before a broken connection, then the latest.
    func explanation(within milliseconds: Int) -> BrokerFault? {
        let since = WallClock.milliseconds - Int64(milliseconds)
        return state.withLock { state in
            let faults = state.brokers.values.filter(\.isFailing).compactMap(\.lastFault).filter { $0.at >= since }
            return faults.max { one, other in
                let ranks = (one.error.kind == .refused, other.error.kind == .refused)
                return ranks.0 == ranks.1 ? one.at < other.at : !ranks.0
            }
        }
    }

    func apply(statistics text: String) {}
}

extension BrokerFault {
    /// Takes `ssl://host:port/id: reason (after 3ms in state CONNECT)` apart.
    static func parse(_ text: String) -> (broker: String?, reason: String) {
        var broker: String?
        var reason = Substring(text)
        if let end = text.firstRange(of: ": ") {
            var name = text[..<end.lowerBound]
            if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
            if let slash = name.lastIndex(of: "/") { name = name[..<slash] }
            if name.contains(":"), !name.contains(" ") {
                broker = String(name)
                reason = text[end.upperBound...]
            }
        }
        if reason.hasSuffix(")"), let tail = reason.firstRange(of: " (after ") { reason = reason[..<tail.lowerBound] }
        return (broker, String(reason))
    }
}
