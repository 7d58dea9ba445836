/// How many observations fell into which bucket. One thread observes, any may read.
package final class Histogram: Sendable {
    /// The upper bounds of buckets, which they include, rising; what is above the last falls into one more.
    package struct Bounds: Sendable, Equatable {
        package static let maximumCount = 31

        package let values: [Int]

        package init(_ values: [Int]) {
            precondition(!values.isEmpty && values.count <= Self.maximumCount)
            precondition(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "bounds rise")
            self.values = values
        }
    }

    package let bounds: Bounds
    private let counts = InlineArray<32, OwnedCounter> { _ in OwnedCounter() }
    private let sum = OwnedCounter()

    package init(_ bounds: Bounds) { self.bounds = bounds }

    /// Most observations are small, and found among the first bounds.
    package func observe(_ value: Int) {
        var place = 0
        while place < bounds.values.count, value > bounds.values[place] { place += 1 }
        counts[place].add()
        sum.add(value)
    }

    /// What was observed until now. Read while somebody observes, the sum may be an observation ahead or behind.
    package var reading: HistogramReading {
        HistogramReading(
            bounds: bounds.values, counts: (0...bounds.values.count).map { counts[$0].value }, sum: sum.value)
    }
}

/// What a histogram held at a moment.
package struct HistogramReading: Sendable, Equatable {
    package let bounds: [Int]
    /// A bucket each, not cumulated, and the last for what is above all bounds.
    package private(set) var counts: [Int]
    package private(set) var sum: Int

    package init(bounds: [Int], counts: [Int], sum: Int) {
        precondition(counts.count == bounds.count + 1)
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    /// Nothing was observed.
    package init(empty bounds: Histogram.Bounds) {
        self.init(
            bounds: bounds.values, counts: Array(repeating: 0, count: bounds.values.count + 1), sum: 0)
    }

    package var count: Int { counts.reduce(0, +) }

    /// Adds what another one of the same bounds has observed.
    package mutating func add(_ other: HistogramReading) {
        precondition(bounds == other.bounds)
        for place in counts.indices { counts[place] += other.counts[place] }
        sum += other.sum
    }

    /// What has come since an earlier reading of the same histogram.
    package func since(_ earlier: HistogramReading) -> HistogramReading {
        precondition(bounds == earlier.bounds)
        return HistogramReading(
            bounds: bounds, counts: zip(counts, earlier.counts).map { max(0, $0 - $1) }, sum: max(0, sum - earlier.sum))
    }

    /// What that share of observations did not exceed, estimated evenly within its bucket; the greatest bound where it is
    /// above all. Nil when nothing was observed.
    ///
    /// - Parameter share: From 0 to 1.
    package func quantile(_ share: Double) -> Double? {
        let total = count
        if total == 0 { return nil }
        let rank = share * Double(total)
        var below = 0
        for place in bounds.indices {
            let here = counts[place]
            if here > 0, Double(below + here) >= rank {
                let low = place == 0 ? 0 : Double(bounds[place - 1])
                return low + (Double(bounds[place]) - low) * max(0, rank - Double(below)) / Double(here)
            }
            below += here
        }
        return bounds.last.map(Double.init)
    }
}
