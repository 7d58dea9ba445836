/// Which peer a hash belongs to. A peer has points on a ring, more of them the more it weighs, and a hash belongs to the
/// last point at or before it: what comes or goes moves only what its own points hold.
struct HashRing: Sendable {
    private struct Point: Sendable {
        let position: UInt64
        let peer: Int32
    }

    /// By position.
    private let points: [Point]

    /// Points of a peer of mean weight, as long as the slots are enough.
    private static let pointsPerPeer = 160
    /// With fewer the shares would be too uneven, as Kong has it.
    private static let leastSlots = 1000

    /// - Parameters:
    ///   - slots: How many points there are on the whole, about; each peer has one at least.
    ///   - peers: In an order that is always the same: it decides between points at one place.
    init(slots: Int, peers: [(identity: String, weight: Int)]) {
        let used = peers.indices.filter { peers[$0].weight > 0 }
        let total = used.reduce(0) { $0 + peers[$1].weight }
        var points: [Point] = []
        for index in used {
            let mean = min(Self.pointsPerPeer, max(1, max(slots, Self.leastSlots) / used.count))
            let seed = StableHash.hash(Array(peers[index].identity.utf8).span)
            for number in 0..<max(1, peers[index].weight * used.count * mean / total) {
                points.append(Point(position: StableHash.mix(seed &+ UInt64(number)), peer: Int32(index)))
            }
        }
        points.sort { ($0.position, $0.peer) < ($1.position, $1.peer) }
        self.points = points
    }

    /// The peer of a hash, or the next one back on the ring that is allowed; nil if none is.
    func find(_ hash: UInt64, where isAllowed: (Int) -> Bool) -> Int? {
        guard !points.isEmpty else { return nil }
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].position <= hash { low = middle + 1 } else { high = middle }
        }
        var refused: Int32 = -1
        for _ in points.indices {
            low = low == 0 ? points.count - 1 : low - 1
            let peer = points[low].peer
            if peer != refused {
                if isAllowed(Int(peer)) { return Int(peer) }
                refused = peer
            }
        }
        return nil
    }
}
