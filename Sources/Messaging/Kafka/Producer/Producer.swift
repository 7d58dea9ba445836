internal import CLibrdkafka
package import EventLoop
internal import Synchronization
internal import System

/// A lease on a Kafka producer, shared by all who asked the pool for the same configuration.
///
/// When the last reference goes, the producer delivers what it holds and closes, in the background.
package final class Producer: Sendable {
    let core: ProducerCore

    init(core: ProducerCore) { self.core = core }

    deinit { core.retire() }

    package var configuration: ProducerConfiguration { core.configuration }

    /// The topic's handle, made at the first call. For configuration time; the answer may be kept.
    package func topic(_ name: String) throws(KafkaError) -> ProducerTopic {
        ProducerTopic(handle: try core.topic(name))
    }

    /// Hands over a record; the value is copied. On `loop`, one of the pool's; never waits.
    ///
    /// - Parameters:
    ///   - key: nil for none.
    ///   - partition: nil for the partitioner's choice.
    ///   - target: who is told, on `loop`; nil for nobody (the counters and the event sink still learn of a failure).
    ///   - tag: given back with the report.
    package func produce(
        _ topic: ProducerTopic, key: Span<UInt8>? = nil, value: Span<UInt8>, headers: borrowing RecordHeaders = .none,
        partition: Int32? = nil, on loop: EventLoop, target: (any DeliveryTarget)?, tag: UInt64 = 0
    ) -> ProduceResult {
        let result = core.produce(
            topic.handle, key: key, value: value, headers: headers, partition: partition, loop: loop, target: target,
            tag: tag, pinned: nil)
        if case .refused = result { refresh(topic.handle) }
        return result
    }

    /// Hands over a record whose value the caller gives away: from 8 KiB it is kept until the report, not copied.
    package func produce(
        _ topic: ProducerTopic, key: Span<UInt8>? = nil, owned value: consuming [UInt8],
        headers: borrowing RecordHeaders = .none, partition: Int32? = nil, on loop: EventLoop,
        target: (any DeliveryTarget)?, tag: UInt64 = 0
    ) -> ProduceResult {
        let value = value
        let result = core.produce(
            topic.handle, key: key, value: value.span, headers: headers, partition: partition, loop: loop,
            target: target, tag: tag, pinned: value.count >= ProducerCore.pinThreshold ? value : nil)
        if case .refused = result { refresh(topic.handle) }
        return result
    }

    /// librdkafka refuses records for a topic that is denied or missing until it asks again, which it does every five
    /// minutes. After a refusal it is asked at once, on another thread, at most once a second.
    func refresh(_ topic: TopicHandle) {
        let now = WallClock.milliseconds
        let last = topic.refreshedAt.load(ordering: .relaxed)
        guard now - last >= 1_000 else { return }
        let isFirst = topic.refreshedAt.compareExchange(expected: last, desired: now, ordering: .relaxed).exchanged
        // Without a thread the next refusal tries again; the lease in the closure keeps the client.
        if isFirst { _ = DetachedThread.start { [self] in core.refresh(topic) } }
    }

    /// The report of `ticket` is no longer wanted: its target is let go at once. On the loop that produced it.
    package func forget(_ ticket: DeliveryTicket, on loop: EventLoop) {
        core.forget(ticket.value, loop: loop)
    }

    package var health: ProducerHealth { core.health.value }

    /// Starts the count of failures in a row again, after a probe has shown that the cluster answers.
    package func forgetFailures() { core.health.forgetFailures() }

    /// Counters, brokers and their last faults.
    package var status: ClusterStatus { core.status() }

    /// Asks the cluster for its metadata, on a thread of its own: nil when a broker answered in time.
    package func probe(timeout milliseconds: Int) async -> KafkaError? {
        await withCheckedContinuation { continuation in
            let started = DetachedThread.start { [self] in
                continuation.resume(returning: core.probe(timeout: milliseconds))
            }
            if !started { continuation.resume(returning: .invalid("no thread could be started", name: "NoThread")) }
        }
    }
}
