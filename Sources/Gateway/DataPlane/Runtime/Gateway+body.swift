internal import HTTPServer
internal import Observability
internal import PluginKit

/// Answers whose bodies plugins change or look at.
extension Gateway {
    /// A plugin of the chain and what it does with the answer's body.
    typealias PluginBodyUse = (plugin: any Plugin, use: BodyUse)

    /// What the plugins do with the body of an answer whose head is complete; empty: nothing.
    private func bodyUses(_ exchange: inout Exchange, _ state: State) -> [PluginBodyUse] {
        var uses: [PluginBodyUse] = []
        for plugin in state.chain.bodyFilter {
            let use = plugin.bodyUse(&exchange, state.context)
            if case .none = use { continue }
            uses.append((plugin, use))
        }
        return uses
    }

    /// The least of what those read at most who change the body; nil when nobody does.
    private static func maximum(of uses: [PluginBodyUse]) -> Int? {
        uses.compactMap { if case .whole(let maximum) = $0.use { maximum } else { nil } }.min()
    }

    /// An upstream's answer whose head is complete: the body passes, is looked at, or is read first.
    func filterBody(
        of relay: ProxyRelay, length: Int?, _ exchange: inout Exchange, _ state: State
    ) -> Progress {
        let uses = bodyUses(&exchange, state)
        if uses.isEmpty { return .relayed(length: length) }
        // There is nothing to read: what is to be changed has no length that could be told.
        if exchange.request.isHead || relay.isHead {
            Self.end(uses)
            return .relayed(length: Self.maximum(of: uses) == nil ? length : nil)
        }
        guard let maximum = Self.maximum(of: uses) else {
            relay.show(to: Self.observers(of: uses))
            return .relayed(length: length)
        }
        if let length, length > maximum {
            Self.cut(uses)
            let failure = ProxyFailure.tooLarge(maximum)
            report(failure, state)
            exchange.response.reset()
            return refuse(failure.status, failure.message, &exchange, state)
        }
        state.bodyUses = uses
        state.relay = relay
        relay.collect(maximum: maximum)
        return .relaying(relay)
    }

    /// A whole answer, head and body.
    func filterBody(_ exchange: inout Exchange, _ state: State) {
        let uses = bodyUses(&exchange, state)
        if let maximum = Self.maximum(of: uses), exchange.response.body.count > maximum {
            Self.cut(uses)
            exchange.response.reset()
            return ErrorResponse.write(
                500, "The response is too large to be transformed", to: &exchange, state.context)
        }
        changeBody(uses, &exchange, state)
    }

    /// The body is whole: each plugin in its turn.
    func changeBody(_ uses: [PluginBodyUse], _ exchange: inout Exchange, _ state: State) {
        for (plugin, use) in uses {
            switch use {
            case .none: break
            case .whole: plugin.changeBody(&exchange, state.context)
            case .observed(let observer):
                observer.passed(exchange.response.body.span)
                observer.ended(isComplete: true)
            }
        }
    }

    private static func observers(of uses: [PluginBodyUse]) -> [any BodyObserver] {
        uses.compactMap { if case .observed(let observer) = $0.use { observer } else { nil } }
    }

    /// There is no body.
    private static func end(_ uses: [PluginBodyUse]) {
        for observer in observers(of: uses) { observer.ended(isComplete: true) }
    }

    /// The body does not come.
    static func cut(_ uses: [PluginBodyUse]) {
        for observer in observers(of: uses) { observer.ended(isComplete: false) }
    }
}
