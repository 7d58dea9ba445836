import Testing

@testable import Counting

@Suite("Histogram")
struct HistogramTests {
    @Test(
        "a bucket includes its bound, and what is above all falls into the last",
        arguments: [
            (0, [1, 0, 0, 0]), (1, [1, 0, 0, 0]), (2, [0, 1, 0, 0]), (5, [0, 1, 0, 0]), (6, [0, 0, 1, 0]),
            (10, [0, 0, 1, 0]), (11, [0, 0, 0, 1]), (Int.max, [0, 0, 0, 1]),
        ])
    func bounds(value: Int, counts: [Int]) {
        let histogram = Histogram(Histogram.Bounds([1, 5, 10]))
        histogram.observe(value)
        #expect(histogram.reading.counts == counts)
        #expect(histogram.reading.sum == value)
    }

    @Test("as many bounds as are allowed are all used")
    func manyBounds() {
        let values = Array(1...Histogram.Bounds.maximumCount)
        let histogram = Histogram(Histogram.Bounds(values))
        for value in 1...(Histogram.Bounds.maximumCount + 1) { histogram.observe(value) }
        #expect(histogram.reading.counts == Array(repeating: 1, count: Histogram.Bounds.maximumCount + 1))
    }

    @Test("readings add up")
    func adding() {
        let bounds = Histogram.Bounds([1, 5])
        let (one, other) = (Histogram(bounds), Histogram(bounds))
        for value in [0, 3, 7] { one.observe(value) }
        for value in [4, 100] { other.observe(value) }
        var sum = HistogramReading(empty: bounds)
        sum.add(one.reading)
        sum.add(other.reading)
        #expect(sum.counts == [1, 2, 2])
        #expect(sum.sum == 114)
        #expect(sum.count == 5)
    }

    @Test("a reader sees counts that only grow while another thread observes")
    func reading() async {
        let histogram = Histogram(Histogram.Bounds([10, 100]))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for value in 0..<200_000 { histogram.observe(value % 150) } }
            group.addTask {
                var last = 0
                while last < 200_000 {
                    let count = histogram.reading.count
                    #expect(count >= last)
                    last = count
                    await Task.yield()
                }
            }
        }
        #expect(histogram.reading.count == 200_000)
    }
}

@Suite("Quantiles of histograms")
struct QuantileTests {
    @Test("are estimated within their bucket")
    func estimates() {
        let histogram = Histogram(Histogram.Bounds([10, 20, 40]))
        #expect(histogram.reading.quantile(0.5) == nil)
        for value in [1, 2, 3, 4] { histogram.observe(value) }
        #expect(histogram.reading.quantile(0.5) == 5)
        #expect(histogram.reading.quantile(1) == 10)
        let earlier = histogram.reading
        for _ in 0..<4 { histogram.observe(30) }
        #expect(histogram.reading.quantile(0.75) == 30)
        #expect(histogram.reading.since(earlier).counts == [0, 0, 4, 0])
        #expect(histogram.reading.since(earlier).quantile(0.5) == 30)
        histogram.observe(1_000)
        #expect(histogram.reading.quantile(1) == 40, "above all bounds the greatest is told")
    }
}
