internal import CLibrdkafka
package import EventLoop

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
        core.produce(
            topic.handle, key: key, value: value, headers: headers, partition: partition, loop: loop, target: target,
            tag: tag, pinned: nil)
    }

    /// Hands over a record whose value the caller gives away: from 8 KiB it is kept until the report, not copied.
    package func produce(
        _ topic: ProducerTopic, key: Span<UInt8>? = nil, owned value: consuming [UInt8],
        headers: borrowing RecordHeaders = .none, partition: Int32? = nil, on loop: EventLoop,
        target: (any DeliveryTarget)?, tag: UInt64 = 0
    ) -> ProduceResult {
        let value = value
        return core.produce(
            topic.handle, key: key, value: value.span, headers: headers, partition: partition, loop: loop,
            target: target, tag: tag, pinned: value.count >= ProducerCore.pinThreshold ? value : nil)
    }

    /// The report of `ticket` is no longer wanted: its target is let go at once. On the loop that produced it.
    package func forget(_ ticket: DeliveryTicket, on loop: EventLoop) {
        core.forget(ticket.value, loop: loop)
    }

    package var health: ProducerHealth { core.health.value }

    /// Counters, brokers and their last faults.
    package var status: ClusterStatus { core.status() }

    /// Asks the cluster for its metadata, on a thread of its own: nil when a broker answered in time.
    package func probe(timeout milliseconds: Int) async -> KafkaError? {
        await withCheckedContinuation { continuation in
            let started = BackgroundThread.start { [self] in
                continuation.resume(returning: core.probe(timeout: milliseconds))
            }
            if !started { continuation.resume(returning: .invalid("no thread could be started", name: "NoThread")) }
        }
    }
}
