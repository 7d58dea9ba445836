internal import CLibrdkafka
internal import Synchronization

/// The end of a producer, a step at a time between two polls of its own thread: send without lingering, wait for records
/// that were announced, purge when out of time, tell who waits.
struct Drain {
    private var purgedAt: ContinuousClock.Instant?

    /// Whether the client can be destroyed now.
    mutating func step(_ core: ProducerCore, isClosing: Bool) -> Bool {
        let stops = core.state.withLock { $0.stops }
        if stops.isEmpty, !isClosing { return false }
        // In this order: a record is outstanding before it is no longer announced.
        if !core.announced.endIfEmpty() || core.outstanding > 0 {
            // Without a deadline each record has its own: the delivery time-out.
            let deadline = stops.map(\.deadline).min()
            if let purgedAt {
                if ContinuousClock.now - purgedAt < .seconds(2) { return false }
            } else {
                if let deadline, ContinuousClock.now >= deadline {
                    core.giveUpAnnounced()
                    rd_kafka_purge(core.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
                    purgedAt = .now
                } else {
                    // While a flush is under way nothing lingers; reports wait for the next poll.
                    rd_kafka_flush(core.client, 5)
                }
                return false
            }
        }
        let answered = core.state.withLock { state in
            defer { state.stops = [] }
            state.isDrained = isClosing
            _ = core.phase.compareExchange(expected: .stopping, desired: .stopped, ordering: .acquiringAndReleasing)
            return state.stops
        }
        for stop in answered { stop.answer(core.report(since: stop.before)) }
        return isClosing
    }
}

extension ProducerCore {
    /// Of one topic, since the producer began.
    struct Losses {
        var lost = 0
        /// Those of `lost` that the broker may have.
        var inDoubt = 0
    }

    /// By topic.
    var losses: [String: Losses] {
        var result: [String: Losses] = [:]
        for topic in topics {
            let counters = topic.counters
            result[topic.name] = Losses(
                lost: counters.failed.load(ordering: .relaxed) + counters.lostAnnounced.load(ordering: .relaxed),
                inDoubt: counters.failures.withLock { $0["PurgedInFlight"] ?? 0 })
        }
        return result
    }

    fileprivate func report(since before: [String: Losses]) -> [ShutdownReport.Topic] {
        let now = losses
        return topics.compactMap { topic in
            let start = before[topic.name] ?? Losses()
            let end = now[topic.name] ?? Losses()
            let left = max(0, topic.counters.outstanding)
            let undelivered = end.lost - start.lost + left
            guard undelivered > 0 else { return nil }
            return ShutdownReport.Topic(
                cluster: name, topic: topic.name, undelivered: undelivered,
                inDoubt: end.inDoubt - start.inDoubt + left)
        }
    }
}
