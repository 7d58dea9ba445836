internal import CLibrdkafka

/// What a client last said of its brokers, to explain a call that came to nothing. Used by one thread.
final class ClientFaults {
    private let queue: OpaquePointer
    private var last = ""

    init(_ client: OpaquePointer) { queue = rd_kafka_queue_get_main(client) }

    /// Before the client goes.
    func close() { rd_kafka_queue_destroy(queue) }

    /// The error with what brokers have said since the last call.
    func explain(_ error: KafkaError) -> KafkaError {
        while let event = rd_kafka_queue_poll(queue, 0) {
            if rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR, let text = rd_kafka_event_error_string(event) {
                last = String(cString: text)
            }
            rd_kafka_event_destroy(event)
        }
        guard !last.isEmpty, error.kind == .timedOut || error.kind == .unreachable else { return error }
        return KafkaError(
            code: error.code, name: error.name, message: "\(error.message) (\(last))", kind: error.kind,
            isRetriable: error.isRetriable)
    }
}

extension LibrarySettings {
    /// A client that is asked, and tells its faults as events.
    func applyShared(_ cluster: ClusterConfiguration) throws(KafkaError) {
        try apply(cluster)
        // Nobody takes log lines or statistics off a queue, where they would pile up. What goes wrong is thrown.
        try set("log.queue", false)
        dropLog()
        try set("statistics.interval.ms", 0)
        deliverAsEvents(RD_KAFKA_EVENT_ERROR)
    }
}
