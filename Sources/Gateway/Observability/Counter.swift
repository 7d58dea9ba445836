internal import Synchronization

/// A count that any thread may add to; it never goes down.
package final class Counter: Sendable {
    private let cell = Atomic(0)

    package init() {}

    package func add(_ amount: Int = 1) { cell.add(amount, ordering: .relaxed) }

    package var value: Int { cell.load(ordering: .relaxed) }
}

/// Lets one line through an interval and counts the rest, so that a failure that hits every request is named once.
package final class LogThrottle: Sendable {
    private let interval: Int64
    private let next = Atomic(Int64.min)
    private let held = Atomic(0)

    /// - Parameter interval: Milliseconds between two lines.
    package init(interval: Int64 = 10_000) { self.interval = interval }

    /// The number of lines held back since the last one if a line may be written at `now` (ms), else nil.
    package func pass(at now: Int64) -> Int? {
        let due = next.load(ordering: .relaxed)
        if now >= due,
            next.compareExchange(expected: due, desired: now + interval, ordering: .relaxed).exchanged
        {
            return held.exchange(0, ordering: .relaxed)
        }
        held.add(1, ordering: .relaxed)
        return nil
    }

    /// The number of lines held back since the last one, when no other may come.
    package func rest() -> Int { held.exchange(0, ordering: .relaxed) }
}
