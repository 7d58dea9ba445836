internal import Synchronization

/// Records that are to come, by topic: who has announced one cannot make it yet. A producer that stops waits for them as
/// it waits for reports, and gives up what has not come when its time is over.
final class AnnouncedRecords: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var total = 0
        /// Nothing is waited for any more.
        var hasEnded = false
    }

    private let state = Mutex(State())

    func count(_ topic: String) -> Int { state.withLock { $0.counts[topic] ?? 0 } }

    /// False: nothing is waited for any more.
    func add(_ topic: String) -> Bool {
        state.withLock { state in
            if state.hasEnded { return false }
            state.counts[topic, default: 0] += 1
            state.total += 1
            return true
        }
    }

    /// One has come: `take` says what becomes of it. Nil: it was given up before.
    ///
    /// The lock is held meanwhile: each record is given up or taken, and one that was taken is counted as queued before
    /// it is no longer announced.
    func remove<Result>(_ topic: String, _ take: () -> Result) -> Result? {
        state.withLock { state in
            if state.hasEnded { return nil }
            state.counts[topic, default: 0] -= 1
            state.total -= 1
            return take()
        }
    }

    /// True when all have come: nothing is waited for from then on.
    func endIfEmpty() -> Bool {
        state.withLock { state in
            if state.total == 0 { state.hasEnded = true }
            return state.hasEnded
        }
    }

    /// What has not come; nothing is waited for from now on.
    func giveUp() -> [String: Int] {
        state.withLock { state in
            defer { state = State(hasEnded: true) }
            return state.counts
        }
    }
}
