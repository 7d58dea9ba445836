internal import CLibrdkafka
internal import Synchronization

/// A topic as one producer knows it: look it up once, then produce to it without another look-up.
///
/// It does not keep the producer open; only a `Producer` does.
package struct ProducerTopic: Sendable {
    let handle: TopicHandle

    package var name: String { handle.name }

    /// Counts a record that could not be made, by the error's name.
    package func drop(_ error: String) { handle.counters.drop(error) }
}

/// librdkafka's handle of a topic with our counters. The producer's core owns it and destroys it before the client.
///
/// `@unchecked Sendable`: `rd_kafka_topic_t` may be used from any thread (librdkafka's INTRODUCTION.md, "Threads").
final class TopicHandle: @unchecked Sendable {
    let name: String
    let counters = TopicCounters()
    /// Written in `init` alone: other threads read it.
    private(set) var pointer: OpaquePointer?
    /// When a refusal last led to a look at the topic's metadata, in milliseconds since 1970.
    let refreshedAt = Atomic<Int64>(0)

    /// Nil when librdkafka refuses the name.
    init?(_ name: String, client: OpaquePointer) {
        self.name = name
        // A copy of the client's: a new one would lose acks, partitioner and time-outs.
        let settings = rd_kafka_default_topic_conf_dup(client)
        rd_kafka_topic_conf_set_opaque(settings, Unmanaged.passUnretained(self).toOpaque())
        // The settings belong to librdkafka when this succeeds.
        pointer = rd_kafka_topic_new(client, name, settings)
        if pointer == nil {
            rd_kafka_topic_conf_destroy(settings)
            return nil
        }
    }

    /// Once, after the last lease of the producer has gone, with whom nobody uses the topic any more, and before the
    /// client ends.
    func close() {
        if let pointer { rd_kafka_topic_destroy(pointer) }
    }

    /// The handle behind a message of this producer.
    static func of(_ pointer: OpaquePointer?) -> TopicHandle? {
        guard let pointer, let opaque = rd_kafka_topic_opaque(pointer) else { return nil }
        return Unmanaged<TopicHandle>.fromOpaque(opaque).takeUnretainedValue()
    }
}
