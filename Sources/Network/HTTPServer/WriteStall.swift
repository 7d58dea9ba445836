/// Tells a client that takes its time from one that takes nothing.
package struct WriteStall {
    private var deadline = UInt64.max
    private var lastQueue = 0

    package init() {}

    /// The client took everything.
    package mutating func reset() { lastQueue = 0 }

    /// Whether nothing of the queue was taken for so long, in milliseconds.
    package mutating func isOver(_ queued: Int, now: UInt64, limit: UInt64) -> Bool {
        guard queued > 0 else {
            lastQueue = 0
            return false
        }
        if lastQueue == 0 || queued < lastQueue { deadline = now + limit }
        lastQueue = queued
        return now >= deadline
    }
}
