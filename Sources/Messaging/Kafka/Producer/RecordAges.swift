internal import Counting
internal import Glibc

/// How long the oldest record waits for its report, to the second.
///
/// Each loop counts what it hands over, by the second; the producer's thread counts the reports by the second in which
/// their records had come. All are single writers. A record may be counted in one second and reported in the next, never
/// the other way round: then the difference of the sums up to a second is too large by one there, and right again a
/// second later.
final class RecordAges: Sendable {
    /// The counts of the last seconds.
    private final class Ring: Sendable {
        struct Slot: ~Copyable, Sendable {
            let second = OwnedCounter()
            let count = OwnedCounter()
        }

        private final class Cell: Sendable {
            let slot = Slot()
        }

        private let cells: [Cell]

        init(_ length: Int) { cells = (0..<length).map { _ in Cell() } }

        func add(_ amount: Int, at second: Int) {
            let cell = cells[second % cells.count]
            if cell.slot.second.value != second {
                cell.slot.count.set(0)
                cell.slot.second.set(second)
            }
            cell.slot.count.add(amount)
        }

        func count(at second: Int) -> Int {
            let cell = cells[second % cells.count]
            return cell.slot.second.value == second ? cell.slot.count.value : 0
        }
    }

    private let handedOver: [Ring]
    private let reported: Ring
    private let length: Int

    /// - Parameter longest: Seconds that a record waits at most.
    init(loops: Int, longest: Int) {
        let length = longest + 30
        handedOver = (0..<loops).map { _ in Ring(length) }
        reported = Ring(length)
        self.length = length
    }

    /// Microseconds of the clock that the client looks at too.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }

    /// As `now`, a few milliseconds old at most and several times cheaper.
    static var recent: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
    }

    /// On the loop, before the record is handed over at `now`; -1 takes back.
    func handOver(_ amount: Int = 1, at now: Int, loop: Int) { handedOver[loop].add(amount, at: now / 1_000_000) }

    /// On the producer's thread: a record is reported that many microseconds after it was handed over.
    func report(at now: Int, latency: Int) { reported.add(1, at: max(0, now - latency) / 1_000_000) }

    /// Seconds that the oldest record without a report has waited; 0 when none waits, or none for a second.
    func oldest(at now: Int) -> Int {
        let second = now / 1_000_000
        let seconds = max(0, second - length + 1)...second
        // First, so that no report is seen without its record.
        let done = seconds.map { reported.count(at: $0) }
        var (waiting, since) = (0, second)
        for (place, at) in seconds.enumerated() {
            for ring in handedOver { waiting += ring.count(at: at) }
            waiting -= done[place]
            if waiting <= 0 { since = at + 1 }
        }
        return max(0, second - since)
    }
}
