internal import EventLoop
package import HTTPUpstream
package import Names

/// What one loop needs to pass requests on: connections to upstreams, and their names. Belongs to its loop.
package final class LoopProxy {
    let pool: UpstreamPool
    let resolver: NameResolver
    /// Chooses among the addresses of a name in turn, a name each.
    private var turns: [String: Int] = [:]
    private var choosers: [ObjectIdentifier: PeerChooser] = [:]

    package init(pool: UpstreamPool, resolver: NameResolver) {
        self.pool = pool
        self.resolver = resolver
    }

    /// The endpoint for a try: those with the least priority number, each as often as its weight says, in turn.
    func choose(_ answer: NameAnswer, of name: String) -> NameAnswer.Endpoint? {
        if answer.endpoints.count == 1 { return answer.endpoints[0] }
        guard let best = answer.endpoints.map(\.priority).min() else { return nil }
        let candidates = answer.endpoints.filter { $0.priority == best }
        if candidates.count == 1 { return candidates[0] }
        let turn = turns[name, default: 0]
        if turns.count > 10_000 { turns.removeAll() }
        turns[name] = turn &+ 1
        let total = candidates.reduce(0) { $0 + max(1, Int($1.weight)) }
        var place = turn % total
        for candidate in candidates {
            place -= max(1, Int(candidate.weight))
            if place < 0 { return candidate }
        }
        return candidates.last
    }

    /// Who chooses among an upstream's peers on this loop.
    func chooser(of upstream: Upstream) -> PeerChooser {
        if let known = choosers[ObjectIdentifier(upstream)] { return known }
        let made = PeerChooser(upstream, offset: pool.loop.index)
        choosers[ObjectIdentifier(upstream)] = made
        return made
    }

    /// Lets go of what only upstreams need that run no more.
    func forgetUpstreams(except isRunning: (Upstream) -> Bool) {
        if choosers.isEmpty { return }
        choosers = choosers.filter { isRunning($0.value.upstream) }
    }

    /// Lets go of idle connections; requests under way go on.
    package func drain() { pool.drain() }

    /// Ends everything.
    package func close() {
        pool.close()
        resolver.close()
    }
}
