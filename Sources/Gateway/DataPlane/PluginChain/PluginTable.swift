internal import HTTPServer
internal import PluginKit

/// All enabled plugins of a snapshot, found by what they are bound to.
struct PluginTable: Sendable {
    private var unbound: [PluginConfiguration] = []
    private var byRoute: [String: [PluginConfiguration]] = [:]
    private var byService: [String: [PluginConfiguration]] = [:]
    private var byConsumer: [String: [PluginConfiguration]] = [:]
    private var byConsumerGroup: [String: [PluginConfiguration]] = [:]
    let count: Int
    /// Whether any of them begins traces.
    let traces: Bool

    init(_ configurations: [PluginConfiguration]) {
        count = configurations.count
        traces = configurations.contains { $0.phases.contains(.trace) }
        for configuration in configurations {
            // Each in one place: the scope that few requests have.
            if let consumer = configuration.consumerID {
                byConsumer[consumer, default: []].append(configuration)
            } else if let group = configuration.consumerGroupID {
                byConsumerGroup[group, default: []].append(configuration)
            } else if let route = configuration.routeID {
                byRoute[route, default: []].append(configuration)
            } else if let service = configuration.serviceID {
                byService[service, default: []].append(configuration)
            } else {
                unbound.append(configuration)
            }
        }
    }

    /// What a consumer brings that plugins are bound to. Most bring nothing.
    struct Binding: Hashable {
        let consumerID: String?
        let groupIDs: [String]

        var isEmpty: Bool { consumerID == nil && groupIDs.isEmpty }
    }

    func binding(of consumer: ConsumerInfo) -> Binding {
        Binding(
            consumerID: byConsumer[consumer.id] == nil ? nil : consumer.id,
            groupIDs: byConsumerGroup.isEmpty
                ? [] : consumer.groups.map(\.id).filter { byConsumerGroup[$0] != nil })
    }

    /// For each kind of plugin the most specific configuration, in the order in which they run.
    func selected(for scope: PluginScope, _ scheme: Exchange.Scheme) -> [PluginConfiguration] {
        var best: [String: (configuration: PluginConfiguration, precedence: PluginPrecedence)] = [:]
        var candidates = unbound
        if let route = scope.routeID { candidates += byRoute[route] ?? [] }
        if let service = scope.serviceID { candidates += byService[service] ?? [] }
        if let consumer = scope.consumerID { candidates += byConsumer[consumer] ?? [] }
        for group in scope.consumerGroupIDs { candidates += byConsumerGroup[group] ?? [] }
        for candidate in candidates where candidate.serves(scheme) {
            guard let precedence = candidate.precedence(scope) else { continue }
            if let known = best[candidate.name], known.precedence >= precedence { continue }
            best[candidate.name] = (candidate, precedence)
        }
        return best.values.map(\.configuration).sorted { left, right in
            left.priority != right.priority ? left.priority > right.priority : left.name < right.name
        }
    }
}
