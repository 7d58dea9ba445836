import Testing

@testable import Kafka

@Suite("The age of the oldest record")
struct RecordAgesTests {
    private static let second = 1_000_000
    /// Far from the clock's start.
    private static let start = 5_000 * second

    @Test("is that of the first that has no report, whichever loop it came from")
    func oldest() {
        let ages = RecordAges(loops: 2, longest: 60)
        let (start, second) = (Self.start, Self.second)
        #expect(ages.oldest(at: start) == 0)
        ages.handOver(at: start, loop: 0)
        ages.handOver(at: start + 2 * second, loop: 1)
        ages.handOver(at: start + 5 * second, loop: 0)
        #expect(ages.oldest(at: start + 7 * second) == 7)
        ages.report(at: start + 7 * second, latency: 7 * second)
        #expect(ages.oldest(at: start + 7 * second) == 5)
        ages.report(at: start + 8 * second, latency: 3 * second)
        // The one in the middle still waits.
        #expect(ages.oldest(at: start + 8 * second) == 6)
        ages.report(at: start + 9 * second, latency: 7 * second)
        #expect(ages.oldest(at: start + 9 * second) == 0)
    }

    @Test("a record that waits is seen while others come and go")
    func stuck() {
        let ages = RecordAges(loops: 1, longest: 60)
        ages.handOver(at: Self.start, loop: 0)
        for step in 1...40 {
            let now = Self.start + step * Self.second
            for _ in 0..<100 {
                ages.handOver(at: now, loop: 0)
                ages.report(at: now + 1_000, latency: 1_000)
            }
            #expect(ages.oldest(at: now + 2_000) == step)
        }
    }

    @Test("a report that falls into the next second leaves nothing behind")
    func crossing() {
        let ages = RecordAges(loops: 1, longest: 60)
        ages.handOver(at: Self.start + Self.second - 1, loop: 0)
        // The client took it a moment later.
        ages.report(at: Self.start + Self.second + 500, latency: 500)
        #expect(ages.oldest(at: Self.start + 5 * Self.second) == 0)
    }

    @Test("a record that was not taken does not count")
    func takenBack() {
        let ages = RecordAges(loops: 1, longest: 60)
        ages.handOver(at: Self.start, loop: 0)
        ages.handOver(-1, at: Self.start, loop: 0)
        #expect(ages.oldest(at: Self.start + 9 * Self.second) == 0)
    }

    @Test("seconds long past are forgotten")
    func wrapping() {
        let ages = RecordAges(loops: 1, longest: 10)
        ages.handOver(at: Self.start, loop: 0)
        #expect(ages.oldest(at: Self.start + 30 * Self.second) == 30)
        #expect(ages.oldest(at: Self.start + 1_000 * Self.second) == 0)
        ages.handOver(at: Self.start + 1_000 * Self.second, loop: 0)
        #expect(ages.oldest(at: Self.start + 1_004 * Self.second) == 4)
    }
}
