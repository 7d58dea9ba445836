internal import Synchronization

/// What has happened to the records of one topic, since the producer began. Read from any thread.
final class TopicCounters: Sendable {
    let queued = Atomic<Int>(0)
    let queuedBytes = Atomic<Int>(0)
    let delivered = Atomic<Int>(0)
    let deliveredBytes = Atomic<Int>(0)
    let failed = Atomic<Int>(0)
    let failedBytes = Atomic<Int>(0)
    /// Not taken: the queue was full, or the client said no.
    let refused = Atomic<Int>(0)
    /// Of these, for the queue was full.
    let refusedByFullQueue = Atomic<Int>(0)
    /// Failures by the error's name; written by the producer's thread alone, and only when something failed.
    let failures = Mutex<[String: Int]>([:])
    /// Records that were never handed over, for they could not be made, by the error's name.
    let drops = Mutex<[String: Int]>([:])
    /// Announced records that were given up, dropped or refused.
    let lostAnnounced = Atomic<Int>(0)

    /// Records that wait or are under way.
    var outstanding: Int {
        queued.load(ordering: .relaxed) - delivered.load(ordering: .relaxed) - failed.load(ordering: .relaxed)
    }

    /// Bytes of their values; a report may come before they are counted.
    var outstandingBytes: Int {
        max(
            0,
            queuedBytes.load(ordering: .relaxed) - deliveredBytes.load(ordering: .relaxed)
                - failedBytes.load(ordering: .relaxed))
    }

    func drop(_ error: String, count: Int = 1) { drops.withLock { $0[error, default: 0] += count } }

    func refuse(byFullQueue isFull: Bool) {
        refused.wrappingAdd(1, ordering: .relaxed)
        if isFull { refusedByFullQueue.wrappingAdd(1, ordering: .relaxed) }
    }
}
