/// One loop's choices among an upstream's peers. Belongs to its loop. Looks at every peer, which for those numbers that
/// upstreams have costs less than to keep them in order.
final class PeerChooser {
    let upstream: Upstream
    private var table: PeerTable
    private var version: Int
    /// What each peer has saved up for its next turn (smooth weighted round-robin).
    private var credits: [Int]
    /// Where to begin to look, so that equals take turns.
    private var turn: Int

    /// - Parameter offset: Turns to leave out, so that loops do not all begin with the same peer.
    init(_ upstream: Upstream, offset: Int = 0) {
        self.upstream = upstream
        (table, version) = upstream.versionedTable
        credits = Array(repeating: 0, count: table.peers.count)
        turn = offset
        for _ in 0..<offset { _ = chooseInTurn([]) }
    }

    /// More than the threshold must be there, as Kong has it.
    static func isEnough(_ available: Int, of total: Int, threshold: Double) -> Bool {
        total > 0 && Double(available) / Double(total) * 100 > threshold
    }

    /// The peer for a try; nil when none is healthy, or not enough of them.
    ///
    /// - Parameters:
    ///   - hash: What the request is hashed by, if it is.
    ///   - tried: Peers that are chosen only when no others are left.
    ///   - now: Milliseconds, for how old measurements are.
    func choose(hash: UInt64?, tried: [Peer], now: UInt64) -> Peer? {
        refresh()
        var available = 0
        var untried = 0
        for peer in table.peers where isAvailable(peer) {
            available += peer.weight
            if !Self.contains(tried, peer) { untried += 1 }
        }
        guard Self.isEnough(available, of: table.totalWeight, threshold: upstream.plan.checks.threshold) else {
            return nil
        }
        let excluded = untried > 0 ? tried : []
        switch upstream.plan.algorithm {
        case .roundRobin: return chooseInTurn(excluded)
        case .leastConnections: return chooseLeast(excluded) { Float($0.health.load + 1) }
        case .latency: return chooseFastest(excluded, now)
        case .consistentHashing:
            guard let hash, let ring = table.ring else { return chooseInTurn(excluded) }
            let peers = table.peers
            let place = ring.find(hash) { isAvailable(peers[$0]) && !Self.contains(excluded, peers[$0]) }
            // A peer of a tiny weight may have lost its slots to others.
            return place.map { peers[$0] } ?? chooseInTurn(excluded)
        }
    }

    /// Whether a healthy peer is left that is none of those.
    func hasAvailable(except tried: [Peer]) -> Bool {
        refresh()
        return table.peers.contains { isCandidate($0, tried) }
    }

    private func refresh() {
        guard upstream.version != version else { return }
        let old = table
        (table, version) = upstream.versionedTable
        // Who stays keeps what it has saved up.
        var saved: [ObjectIdentifier: Int] = [:]
        for (peer, credit) in zip(old.peers, credits) { saved[ObjectIdentifier(peer.health)] = credit }
        credits = table.peers.map { saved[ObjectIdentifier($0.health)] ?? 0 }
    }

    private func isAvailable(_ peer: Peer) -> Bool { peer.weight > 0 && peer.health.isAvailable }

    /// By what is known of them: a new table may have made the same peer again.
    private static func contains(_ peers: [Peer], _ peer: Peer) -> Bool {
        for known in peers where known.health === peer.health { return true }
        return false
    }

    private func isCandidate(_ peer: Peer, _ excluded: [Peer]) -> Bool {
        isAvailable(peer) && !Self.contains(excluded, peer)
    }

    // MARK: - Algorithms

    private func chooseInTurn(_ excluded: [Peer]) -> Peer? {
        var best = -1
        var total = 0
        for index in table.peers.indices {
            let peer = table.peers[index]
            guard isCandidate(peer, excluded) else { continue }
            total += peer.weight
            credits[index] += peer.weight
            if best < 0 || credits[index] > credits[best] { best = index }
        }
        guard best >= 0 else { return nil }
        credits[best] -= total
        return table.peers[best]
    }

    /// The least cost for its weight; equals take turns.
    private func chooseLeast(_ excluded: [Peer], cost: (Peer) -> Float) -> Peer? {
        let peers = table.peers
        var best: Peer?
        var least = Float.infinity
        turn &+= 1
        var place = peers.isEmpty ? 0 : turn % peers.count
        for _ in peers.indices {
            let peer = peers[place]
            place = place + 1 == peers.count ? 0 : place + 1
            guard isCandidate(peer, excluded) else { continue }
            let share = cost(peer) / Float(peer.weight)
            if share < least || best == nil { (best, least) = (peer, share) }
        }
        return best
    }

    /// By how long answers take, times those that are awaited. Who was never measured gets one request at once, and
    /// then counts as slow as the others are on the whole.
    private func chooseFastest(_ excluded: [Peer], _ now: UInt64) -> Peer? {
        var sum: Float = 0
        var measured: Float = 0
        for peer in table.peers where isCandidate(peer, excluded) {
            guard let latency = peer.health.latency(at: now) else { continue }
            sum += latency
            measured += 1
        }
        let mean = measured > 0 ? sum / measured : 1
        return chooseLeast(excluded) { peer in
            let load = Float(peer.health.load)
            guard let latency = peer.health.latency(at: now) else { return load == 0 ? 0 : mean * (load + 1) }
            return latency * (load + 1)
        }
    }
}
