internal import Bytes
internal import Synchronization
internal import System

/// Log entries between event loops and the thread that sends them. Bounded: what finds it full is dropped and counted.
final class EntryQueue: Sendable {
    /// What became of all that was offered: `offered == sent + dropped + waiting`.
    struct Counts: Sendable, Equatable {
        var offered = 0
        var sent = 0
        var dropped = 0
        /// In the queue, or with the thread.
        var waiting = 0
    }

    private struct State {
        /// In pieces: to let one grow would mean to copy what is in it, on an event loop.
        var pending: [EntryBatch] = []
        /// An empty one, whose memory is there.
        var spare = EntryBatch()
        var counts = Counts()
        /// Of what waits.
        var bytes = 0
        /// The bytes of it that the thread has.
        var taken = 0
        var wantsFresh = false
        var isIdle = false
        var leases = 1
        var isStopping = false
        var hasEnded = false
        /// What was given up.
        var left = 0
        /// When what is left is given up.
        var deadline: ContinuousClock.Instant?

        mutating func add(_ entry: Span<UInt8>, pieceBytes: Int) {
            if pending.last.map({ $0.bytes.count >= pieceBytes }) ?? true {
                pending.append(spare)
                spare = EntryBatch()
            }
            pending[pending.count - 1].append(entry)
        }
    }

    enum Next {
        case entries(isFresh: Bool)
        /// Nothing came for the time.
        case idle
        case end
    }

    private let state = Mutex(State())
    let bell = Bell()
    private let mostEntries: Int
    private let mostBytes: Int
    private static let pieceBytes = 256 << 10
    /// How long entries may still be sent that nobody offers to any more.
    private static let leavingTime = Duration.seconds(10)

    init(mostEntries: Int = 50_000, mostBytes: Int = 64 << 20) {
        self.mostEntries = mostEntries
        self.mostBytes = mostBytes
    }

    // MARK: - On event loops

    /// Takes a copy of the entry; false: it is dropped.
    ///
    /// - Parameter isFresh: See `EntryOutput.send`.
    func offer(_ entry: Span<UInt8>, isFresh: Bool) -> Bool {
        var wakes = false
        let isTaken = state.withLock { state in
            state.counts.offered += 1
            let isFull = state.counts.waiting >= mostEntries || state.bytes + entry.count > mostBytes
            if isFull || state.isStopping || state.hasEnded {
                state.counts.dropped += 1
                return false
            }
            state.add(entry, pieceBytes: Self.pieceBytes)
            state.counts.waiting += 1
            state.bytes += entry.count
            if isFresh { state.wantsFresh = true }
            wakes = state.isIdle
            state.isIdle = false
            return true
        }
        if wakes { bell.ring() }
        return isTaken
    }

    /// The next entries are sent as fresh ones.
    func refresh() { state.withLock { $0.wantsFresh = true } }

    var counts: Counts { state.withLock { $0.counts } }

    // MARK: - Who offers

    /// One more will; false: it is over.
    func lease() -> Bool {
        state.withLock { state in
            if state.hasEnded || state.isStopping { return false }
            state.leases += 1
            state.deadline = nil
            return true
        }
    }

    /// One less: after the last the thread ends once it has sent what is there.
    func release() {
        state.withLock { state in
            state.leases -= 1
            if state.leases == 0, state.deadline == nil { state.deadline = .now + Self.leavingTime }
        }
        bell.ring()
    }

    /// Nothing is taken any more, and what is there has until then.
    func stop(by deadline: ContinuousClock.Instant) {
        state.withLock { state in
            state.isStopping = true
            state.deadline = deadline
        }
        bell.ring()
    }

    // MARK: - On the thread

    /// Moves what waits into the batch, which is empty; sleeps until there is something.
    func take(into batch: inout EntryBatch, idleAfter limit: Duration?) -> Next {
        while true {
            let next = state.withLock { state -> Next? in
                state.isIdle = false
                if !state.pending.isEmpty {
                    swap(&state.spare, &batch)
                    batch = state.pending.removeFirst()
                    state.taken = batch.bytes.count
                    defer { state.wantsFresh = false }
                    return .entries(isFresh: state.wantsFresh)
                }
                if state.isStopping || state.leases == 0 {
                    state.hasEnded = true
                    return .end
                }
                state.isIdle = true
                return nil
            }
            if let next { return next }
            if !bell.wait(atMost: limit) { return .idle }
        }
    }

    func settle(sent: Int, dropped: Int) {
        state.withLock { state in
            state.counts.sent += sent
            state.counts.dropped += dropped
            state.counts.waiting -= sent + dropped
        }
    }

    /// The batch is done with: its bytes are free for others.
    func finishBatch() {
        state.withLock { state in
            state.bytes -= state.taken
            state.taken = 0
        }
    }

    /// Whether what is left is to be given up.
    var isOutOfTime: Bool { state.withLock { $0.deadline.map { ContinuousClock.now >= $0 } ?? false } }

    var deadline: ContinuousClock.Instant? { state.withLock { $0.deadline } }

    /// All that was given up, whoever did.
    var left: Int { state.withLock { $0.left } }

    /// Drops all that waits, the thread's own included; their number.
    func giveUp() -> Int {
        state.withLock { state in
            let left = state.counts.waiting
            state.counts.dropped += left
            state.left += left
            state.counts.waiting = 0
            state.pending = []
            state.bytes = 0
            state.taken = 0
            return left
        }
    }
}
