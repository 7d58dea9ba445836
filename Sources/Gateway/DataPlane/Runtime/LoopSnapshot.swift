internal import EventLoop
internal import HTTPServer
internal import PluginKit

/// A snapshot as one loop uses it: with the loop's own plugin objects and chains, made when first needed.
final class LoopSnapshot {
    let snapshot: Snapshot
    private let loop: EventLoop
    private var plugins: [String: any Plugin] = [:]
    /// By route, two schemes each.
    private var chains: [PluginChain?]
    private var consumerChains: [ConsumerKey: PluginChain] = [:]
    private var unmatchedChains: [PluginChain?] = [nil, nil]

    private struct ConsumerKey: Hashable {
        let chain: Int
        let binding: PluginTable.Binding
    }

    init(_ snapshot: Snapshot, on loop: EventLoop) {
        self.snapshot = snapshot
        self.loop = loop
        chains = Array(repeating: nil, count: snapshot.routes.count * 2)
    }

    /// The chain of a route for a consumer's request; nil: for one that nobody has authenticated.
    func chain(route: Int, _ scheme: Exchange.Scheme, of consumer: ConsumerInfo?) -> PluginChain {
        if let consumer {
            // Most consumers have no plugins of their own.
            let binding = snapshot.plugins.binding(of: consumer)
            if !binding.isEmpty { return chain(route: route, scheme, binding) }
        }
        let place = route * 2 + (scheme == .http ? 0 : 1)
        if let known = chains[place] { return known }
        let chain = make(scope(route), scheme)
        chains[place] = chain
        return chain
    }

    private func chain(route: Int, _ scheme: Exchange.Scheme, _ binding: PluginTable.Binding) -> PluginChain {
        let key = ConsumerKey(chain: route * 2 + (scheme == .http ? 0 : 1), binding: binding)
        if let known = consumerChains[key] { return known }
        var scope = scope(route)
        scope.consumerID = binding.consumerID
        scope.consumerGroupIDs = binding.groupIDs
        let chain = make(scope, scheme)
        consumerChains[key] = chain
        return chain
    }

    /// The global plugins: for requests that match no route, and for `rewrite`.
    func globalChain(_ scheme: Exchange.Scheme) -> PluginChain {
        let place = scheme == .http ? 0 : 1
        if let known = unmatchedChains[place] { return known }
        let chain = make(PluginScope(), scheme)
        unmatchedChains[place] = chain
        return chain
    }

    private func scope(_ route: Int) -> PluginScope {
        let info = snapshot.routes[route].info
        return PluginScope(routeID: info.id, serviceID: info.service?.id)
    }

    private func make(_ scope: PluginScope, _ scheme: Exchange.Scheme) -> PluginChain {
        PluginChain(snapshot.plugins.selected(for: scope, scheme)) { configuration in
            if let known = plugins[configuration.id] { return known }
            let made = configuration.prepared.plugin(on: loop)
            plugins[configuration.id] = made
            return made
        }
    }
}
