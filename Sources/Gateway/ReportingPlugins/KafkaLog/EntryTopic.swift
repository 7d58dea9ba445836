internal import EventLoop
internal import JSON
internal import Kafka
internal import KafkaKit
internal import LogKit
internal import PluginKit

/// The topic that a plugin's entries go to. Nobody waits for what becomes of one.
final class EntryTopic: Sendable {
    let producer: Producer
    let topic: ProducerTopic
    private let cluster: String
    private let drops: LogDrops

    /// - Parameter client: What `config` says of the cluster.
    init(
        _ config: JSONObject, _ client: KafkaClientConfiguration, _ pool: ProducerPool, drops: LogDrops
    ) throws {
        cluster = client.label
        self.drops = drops
        do throws(KafkaError) {
            producer = try pool.producer(for: client.producer, label: client.label)
            topic = try producer.topic(config["topic"]?.stringValue ?? "")
        } catch { throw PluginBuildError("", error.message) }
    }

    /// Hands an entry over, or counts it as dropped.
    ///
    /// - Parameter isLate: It was announced.
    func send(
        _ value: Span<UInt8>, key: [UInt8]? = nil, headers: borrowing RecordHeaders = .none, isLate: Bool = false,
        on loop: EventLoop
    ) {
        let result =
            if isLate {
                producer.produceAnnounced(topic, key: key?.span, value: value, headers: headers, on: loop)
            } else {
                producer.produce(topic, key: key?.span, value: value, headers: headers, on: loop, target: nil)
            }
        switch result {
        // Nil: the producer's end has counted it.
        case .queued, nil: return
        case .full: dropped("QueueFull", "the producer's queue is full")
        case .refused(let error): dropped(error.name, error.message)
        }
    }

    /// Names an entry in the log that did not become a record.
    func dropped(_ error: String, _ detail: String) {
        drops.dropped(cluster: cluster, topic: topic.name, error, detail)
    }
}
