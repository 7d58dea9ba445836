internal import Observability
internal import Synchronization
internal import System

/// The thread that sends the entries of one destination: as long as somebody offers some, and until the last is away.
final class EntryWriter: Sendable {
    let destination: LogDestination
    let queue: EntryQueue
    private let logger: Logger
    private let make: @Sendable () -> any EntryOutput
    private let startThread: ThreadStart
    private let ended: @Sendable (EntryWriter) -> Void
    private let throttle = LogThrottle()
    private let finish = Finish()

    /// Between two batches: who offers meanwhile need not wake anybody.
    private static let gathering = Duration.milliseconds(1)
    private static let firstRetry = Duration.milliseconds(100)
    private static let lastRetry = Duration.seconds(2)

    /// Runs work on a new thread; false: there is none to have.
    typealias ThreadStart = @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool

    /// - Parameters:
    ///   - make: Called on the thread.
    ///   - ended: The thread is over; called on it, and never where none could be started.
    init(
        _ destination: LogDestination, logger: Logger, queue: EntryQueue = EntryQueue(),
        on startThread: @escaping ThreadStart, output make: @escaping @Sendable () -> any EntryOutput,
        ended: @escaping @Sendable (EntryWriter) -> Void
    ) {
        self.startThread = startThread
        self.destination = destination
        self.logger = logger
        self.queue = queue
        self.make = make
        self.ended = ended
    }

    func start() {
        let isStarted = startThread { [self] in
            run()
            tellEnd()
            ended(self)
            finish.tell()
        }
        if isStarted { return }
        // Entries are dropped and counted from now on; the node's other work does not end with it.
        logger.error(
            "log output has no thread",
            [
                "destination": .string(destination.description),
                "detail": "the system starts no more threads: raise its limit, and change the plugin or start anew",
            ])
        queue.stop(by: .now)
        finish.tell()
    }

    /// Sends what is queued until then; the number of entries that were left.
    func stop(by deadline: ContinuousClock.Instant) async -> Int {
        queue.stop(by: deadline)
        // A disk may hold a write for longer than it has: the thread is left to it then.
        if !(await finish.wait(until: deadline + .milliseconds(500))) { _ = queue.giveUp() }
        return queue.left
    }

    // MARK: - On the thread

    private func run() {
        let output = make()
        defer { output.close() }
        var batch = EntryBatch()
        var hasFailed = false
        while true {
            switch queue.take(into: &batch, idleAfter: output.idleLimit) {
            case .end: return
            case .idle: output.rest()
            case .entries(let isFresh):
                send(&batch, to: output, isFresh: isFresh, &hasFailed)
                batch.removeAll()
                queue.finishBatch()
                queue.bell.wait(atMost: Self.gathering)
            }
        }
    }

    /// - Parameter hasFailed: Whether the log has said so, and not yet the contrary.
    private func send(
        _ batch: inout EntryBatch, to output: any EntryOutput, isFresh: Bool, _ hasFailed: inout Bool
    ) {
        var retry = Self.firstRetry
        var isFresh = isFresh
        while !batch.isEmpty {
            do throws(SystemError) {
                let result = try output.send(&batch, isFresh: isFresh)
                queue.settle(sent: result.sent, dropped: result.refused)
                isFresh = false
                if let cause = result.cause {
                    hasFailed = tell(cause) || hasFailed
                } else if hasFailed, result.sent > 0 {
                    logger.notice("log output works again", ["destination": .string(destination.description)])
                    hasFailed = false
                }
                if result.sent > 0 { retry = Self.firstRetry }
            } catch {
                hasFailed = tell(error) || hasFailed
                pause(retry)
                retry = min(retry * 2, Self.lastRetry)
            }
            if !batch.isEmpty, queue.isOutOfTime { return giveUp(&batch) }
        }
    }

    /// Sleeps, but not beyond the time there is: rings only say that this has changed.
    private func pause(_ time: Duration) {
        let end = ContinuousClock.now + time
        while true {
            let rest = ContinuousClock.now.duration(to: min(end, queue.deadline ?? end))
            if rest <= .zero { return }
            queue.bell.wait(atMost: rest)
        }
    }

    private func giveUp(_ batch: inout EntryBatch) {
        let count = queue.giveUp()
        logger.error(
            "log entries not written",
            ["destination": .string(destination.description), "undelivered": .integer(count)])
        batch.removeAll()
    }

    private func tellEnd() {
        let counts = queue.counts
        logger.log(counts.dropped > 0 ? .warn : .info, "log output closed") {
            [
                "destination": .string(destination.description), "sent": .integer(counts.sent),
                "dropped": .integer(counts.dropped),
            ]
        }
    }

    /// The first failure of ten seconds, with the number of those that were not told.
    ///
    /// - Returns: Whether it was told.
    private func tell(_ error: SystemError) -> Bool {
        guard let held = throttle.pass(at: WallClock.milliseconds) else { return false }
        logger.warn(
            "log entries cannot be written",
            [
                "destination": .string(destination.description), "error": .string(error.reason),
                "detail": .string(error.description), "waiting": .integer(queue.counts.waiting),
                "dropped": .integer(queue.counts.dropped), "held_back": .integer(held),
            ])
        return true
    }
}

/// Says once that a thread is over.
private final class Finish: Sendable {
    private struct State {
        var isOver = false
        var waiting: CheckedContinuation<Bool, Never>?
        var alarm: Task<Void, any Error>?
    }

    private let state = Mutex(State())

    func tell() { resume(isOver: true) }

    /// False: it is not over by then. One caller at a time.
    func wait(until deadline: ContinuousClock.Instant) async -> Bool {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isOver { return true }
                state.waiting = continuation
                state.alarm = Task { [self] in
                    try await Task.sleep(until: deadline, clock: .continuous)
                    resume(isOver: false)
                }
                return false
            }
            if isOver { continuation.resume(returning: true) }
        }
    }

    private func resume(isOver: Bool) {
        let waiting = state.withLock { state in
            if isOver { state.isOver = true }
            state.alarm?.cancel()
            state.alarm = nil
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: isOver)
    }
}
