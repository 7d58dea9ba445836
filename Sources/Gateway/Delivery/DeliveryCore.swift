internal import Observability
internal import PluginKit
internal import Synchronization
internal import System

/// The workings of a queue. Sends one batch after another:
///
///     idle ─ entry ─▶ collecting ─ full, or waited ─▶ sending ─ taken, or given up ─▶ idle
///                                                     │    ▲
///                                                failed    alarm
///                                                     ▼    │
///                                                     pausing            any ─ closed and empty, or out of time ─▶ ended
final class DeliveryCore: Sendable {
    private enum Phase { case idle, collecting, sending, pausing, ended }

    private struct State {
        var phase = Phase.idle
        var waiting = EntryList()
        /// Under way, from its first try to its end.
        var batch: [[UInt8]] = []
        var tries = 0
        var firstTry: UInt64 = 0
        /// What the alarm was last set with: an earlier one that still rings means nothing.
        var alarmNumber = 0
        var counts = DeliveryCounts()
        var isClosed = false
        var deadline = UInt64.max
        /// Of the counts when the queue was closed.
        var failedBefore = 0
        var waiters: [CheckedContinuation<Int, Never>] = []
    }

    /// Something for the log, which is written when the lock is free.
    private enum Remark {
        case failed(reason: String, entries: Int, total: Int)
        case again(reason: String, entries: Int)
    }

    let plugin: String
    let pluginID: String
    private let options: DeliveryOptions
    private let logger: Logger
    private let clock: any DeliveryClock
    private let send: DeliveryQueue.Send
    private let ended: @Sendable (DeliveryCore, DeliveryCounts) -> Void
    private let state = Mutex(State())
    private let alarms: Mutex<(next: any DeliveryAlarm, deadline: any DeliveryAlarm)?> = Mutex(nil)
    private let dropThrottle = LogThrottle()
    private let failureThrottle = LogThrottle()

    /// - Parameter ended: Called once, with the queue's lock held, with what became of its entries.
    init(
        _ options: DeliveryOptions, _ context: PluginBuildContext, clock: any DeliveryClock,
        send: @escaping DeliveryQueue.Send, ended: @escaping @Sendable (DeliveryCore, DeliveryCounts) -> Void
    ) {
        plugin = context.pluginName
        pluginID = context.pluginID
        logger = context.logger
        self.options = options
        self.clock = clock
        self.send = send
        self.ended = ended
    }

    var counts: DeliveryCounts { state.withLock { $0.counts } }

    // MARK: - Entries

    func offer(_ entries: [[UInt8]]) {
        let dropped = state.withLock { state -> (now: Int, total: Int) in
            let before = state.counts.dropped
            for entry in entries { take(entry, &state) }
            advance(&state)
            return (state.counts.dropped - before, state.counts.dropped)
        }
        if dropped.now > 0 { tellDropped(total: dropped.total) }
    }

    private func take(_ entry: [UInt8], _ state: inout State) {
        state.counts.offered += 1
        guard !state.isClosed, entry.count <= options.bytes ?? .max else {
            state.counts.dropped += 1
            return
        }
        while state.waiting.count >= options.entries
            || state.waiting.byteCount + entry.count > options.bytes ?? .max
        {
            state.counts.dropped += state.waiting.removeFirst(1).count
            state.counts.queued -= 1
        }
        state.waiting.append(entry)
        state.counts.queued += 1
    }

    // MARK: - Batches

    /// Begins what can be begun.
    private func advance(_ state: inout State) {
        guard state.phase == .idle || state.phase == .collecting else { return }
        if state.waiting.isEmpty {
            state.phase = .idle
            if state.isClosed { end(&state) }
            return
        }
        guard state.waiting.count >= options.batchSize || options.coalescingDelay == 0 || state.isClosed else {
            if state.phase == .idle {
                state.phase = .collecting
                setAlarm(after: options.coalescingDelay, &state)
            }
            return
        }
        begin(&state)
    }

    private func begin(_ state: inout State) {
        if state.phase == .collecting { clearAlarm(&state) }
        state.batch = state.waiting.removeFirst(options.batchSize)
        state.tries = 0
        state.firstTry = clock.now
        launch(&state)
    }

    private func launch(_ state: inout State) {
        state.phase = .sending
        state.tries += 1
        let batch = state.batch
        Task { [self] in finished(await send(batch)) }
    }

    private func finished(_ outcome: DeliveryOutcome) {
        let remark = state.withLock { state -> Remark? in
            // Out of time: it was counted as failed.
            guard state.phase == .sending else { return nil }
            let count = state.batch.count
            var remark: Remark?
            switch outcome {
            case .delivered: state.counts.delivered += count
            case .failed(let reason, let mayRetry):
                let (now, limit) = (clock.now, min(state.firstTry + options.retryTime, state.deadline))
                if mayRetry, now < limit {
                    state.phase = .pausing
                    state.counts.retries += 1
                    setAlarm(after: min(options.delay(afterTries: state.tries), limit - now), &state)
                    return .again(reason: reason, entries: count)
                }
                state.counts.failed += count
                remark = .failed(reason: reason, entries: count, total: state.counts.failed)
            }
            state.counts.queued -= count
            state.batch = []
            state.phase = .idle
            advance(&state)
            return remark
        }
        if let remark { tell(remark) }
    }

    // MARK: - The end

    /// Delivers what is queued in the background: for as long as one batch may be tried, and for ten seconds at least.
    func close() { state.withLock { close(within: max(options.retryTime, 10_000), &$0) } }

    /// Delivers what is queued for at most so many milliseconds; what could not be.
    func stop(within milliseconds: UInt64) async -> Int {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.phase == .ended { return continuation.resume(returning: 0) }
                state.waiters.append(continuation)
                close(within: milliseconds, &state)
            }
        }
    }

    private func close(within milliseconds: UInt64, _ state: inout State) {
        if state.phase == .ended { return }
        let deadline = clock.now + milliseconds
        if !state.isClosed {
            state.isClosed = true
            state.failedBefore = state.counts.failed
        }
        if deadline < state.deadline {
            state.deadline = deadline
            alarm(\.deadline).set(after: milliseconds, number: 0)
        }
        if state.phase == .pausing {
            clearAlarm(&state)
            return launch(&state)
        }
        advance(&state)
    }

    private func outOfTime() {
        let remark = state.withLock { state -> Remark? in
            guard state.phase != .ended else { return nil }
            let left = state.counts.queued
            state.counts.failed += left
            state.counts.queued = 0
            state.waiting.removeAll()
            state.batch = []
            end(&state)
            return left == 0 ? nil : .failed(reason: "out of time", entries: left, total: state.counts.failed)
        }
        if let remark { tell(remark) }
    }

    private func end(_ state: inout State) {
        state.phase = .ended
        alarms.withLock {
            $0?.next.clear()
            $0?.deadline.clear()
        }
        for waiter in state.waiters { waiter.resume(returning: state.counts.failed - state.failedBefore) }
        state.waiters = []
        ended(self, state.counts)
    }

    // MARK: - Alarms

    private func rang(_ number: Int) {
        state.withLock { state in
            guard number == state.alarmNumber else { return }
            switch state.phase {
            case .collecting: begin(&state)
            case .pausing: launch(&state)
            case .idle, .sending, .ended: break
            }
        }
    }

    private func setAlarm(after milliseconds: UInt64, _ state: inout State) {
        state.alarmNumber += 1
        alarm(\.next).set(after: milliseconds, number: state.alarmNumber)
    }

    private func clearAlarm(_ state: inout State) {
        state.alarmNumber += 1
        alarm(\.next).clear()
    }

    private func alarm(
        _ which: KeyPath<(next: any DeliveryAlarm, deadline: any DeliveryAlarm), any DeliveryAlarm>
    ) -> any DeliveryAlarm {
        alarms.withLock { alarms in
            if let alarms { return alarms[keyPath: which] }
            let made = (
                next: clock.alarm { [weak self] in self?.rang($0) },
                deadline: clock.alarm { [weak self] _ in self?.outOfTime() }
            )
            alarms = made
            return made[keyPath: which]
        }
    }

    // MARK: - The log

    private func tellDropped(total: Int) {
        guard let held = dropThrottle.pass(at: WallClock.milliseconds) else { return }
        logger.warn(
            "queue full: entries dropped",
            [
                "plugin": .string(plugin), "plugin_id": .string(pluginID), "dropped": .integer(total),
                "held_back": .integer(held),
            ])
    }

    private func tell(_ remark: Remark) {
        guard let held = failureThrottle.pass(at: WallClock.milliseconds) else { return }
        switch remark {
        case .failed(let reason, let entries, let total):
            logger.error(
                "entries not delivered",
                [
                    "plugin": .string(plugin), "plugin_id": .string(pluginID), "detail": .string(reason),
                    "entries": .integer(entries), "failed": .integer(total), "held_back": .integer(held),
                ])
        case .again(let reason, let entries):
            logger.warn(
                "entries not delivered yet; they are sent again",
                [
                    "plugin": .string(plugin), "plugin_id": .string(pluginID), "detail": .string(reason),
                    "entries": .integer(entries), "held_back": .integer(held),
                ])
        }
    }
}
