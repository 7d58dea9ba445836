internal import Counting
internal import Synchronization

/// How long records took until they were acknowledged, by topic and broker. Written by the producer's thread.
final class LatencyTable: Sendable {
    /// Microseconds.
    static let bounds = Histogram.Bounds([
        1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000,
        10_000_000, 30_000_000, 60_000_000,
    ])
    private static let limit = 1_000

    private struct Key: Hashable {
        let topic: String
        let node: Int
    }

    private let histograms = Mutex<[Key: Histogram]>([:])
    /// Of all pairs beyond the limit.
    private let others = Histogram(bounds)

    /// The one to observe in.
    func histogram(topic: String, node: Int) -> Histogram {
        histograms.withLock { histograms in
            let key = Key(topic: topic, node: node)
            if let known = histograms[key] { return known }
            guard histograms.count < Self.limit else { return others }
            let made = Histogram(Self.bounds)
            histograms[key] = made
            return made
        }
    }

    var statuses: [LatencyStatus] {
        let known = histograms.withLock { $0 }
        var statuses = known.map { LatencyStatus(topic: $0.key.topic, nodeID: $0.key.node, reading: $0.value.reading) }
        statuses.sort { ($0.topic, $0.nodeID ?? -1) < ($1.topic, $1.nodeID ?? -1) }
        let others = others.reading
        if others.count > 0 { statuses.append(LatencyStatus(topic: "", nodeID: nil, reading: others)) }
        return statuses
    }
}
