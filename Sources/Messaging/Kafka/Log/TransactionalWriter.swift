internal import CLibrdkafka

/// One transaction of one producer, whose beginning fences all earlier producers with its id.
final class TransactionalWriter {
    private let client: OpaquePointer
    private let configuration: TopicLogConfiguration

    init(_ configuration: TopicLogConfiguration) throws(KafkaError) {
        var settings = LibrarySettings()
        try settings.apply(configuration.cluster)
        try settings.set("log_level", 0)
        try settings.set("transactional.id", configuration.transactionalID)
        try settings.set("transaction.timeout.ms", max(1_000, configuration.timeout))
        try settings.set("message.max.bytes", configuration.maximumBytes)
        try settings.set("message.timeout.ms", max(1_000, configuration.timeout))
        try settings.set("linger.ms", 0)
        self.configuration = configuration
        client = try settings.makeClient(RD_KAFKA_PRODUCER)
        try check(rd_kafka_init_transactions(client, Int32(clamping: configuration.timeout)))
    }

    deinit { rd_kafka_destroy(client) }

    func commit(_ entries: [TopicLog.Entry]) throws(KafkaError) {
        try check(rd_kafka_begin_transaction(client))
        do throws(KafkaError) {
            for entry in entries { try send(entry) }
            try check(rd_kafka_commit_transaction(client, Int32(clamping: configuration.timeout)))
        } catch {
            // What cannot be undone here is undone by the next one who begins.
            if let failure = rd_kafka_abort_transaction(client, Int32(clamping: configuration.timeout)) {
                rd_kafka_error_destroy(failure)
            }
            throw error
        }
    }

    private func send(_ entry: TopicLog.Entry) throws(KafkaError) {
        guard let topic = rd_kafka_topic_new(client, configuration.topic, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        defer { rd_kafka_topic_destroy(topic) }
        let result = entry.key.withUnsafeBytes { key in
            (entry.value ?? []).withUnsafeBytes { value in
                // No pointer is a null value; a value of no bytes needs one.
                let start = value.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
                return rd_kafka_produce(
                    topic, 0, RD_KAFKA_MSG_F_COPY, entry.value == nil ? nil : UnsafeMutableRawPointer(mutating: start),
                    value.count, key.baseAddress, key.count, nil)
            }
        }
        guard result == 0 else { throw KafkaError(rd_kafka_last_error()) }
    }

    private func check(_ failure: OpaquePointer?) throws(KafkaError) {
        guard let failure else { return }
        defer { rd_kafka_error_destroy(failure) }
        throw KafkaError(rd_kafka_error_code(failure), message: String(cString: rd_kafka_error_string(failure)))
    }
}
