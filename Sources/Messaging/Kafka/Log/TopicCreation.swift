internal import CLibrdkafka

/// Makes a compacted topic of one partition, unless it is there.
enum TopicCreation {
    static func run(_ configuration: TopicLogConfiguration, _ client: OpaquePointer) throws(KafkaError) {
        if try exists(configuration, client) { return }
        var text = [CChar](repeating: 0, count: 512)
        guard
            let topic = rd_kafka_NewTopic_new(
                configuration.topic, 1, Int32(configuration.replicationFactor ?? -1), &text, text.count)
        else {
            throw .invalid(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "compact")
        rd_kafka_NewTopic_set_config(topic, "max.message.bytes", String(configuration.maximumBytes))
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        var topics: [OpaquePointer?] = [topic]
        rd_kafka_CreateTopics(client, &topics, 1, nil, queue)
        guard let event = rd_kafka_queue_poll(queue, Int32(clamping: configuration.timeout)) else {
            throw KafkaError(
                RD_KAFKA_RESP_ERR__TIMED_OUT, message: "the topic '\(configuration.topic)' was not made in time")
        }
        defer { rd_kafka_event_destroy(event) }
        try check(rd_kafka_event_error(event), rd_kafka_event_error_string(event), configuration.topic)
        var count = 0
        guard let result = rd_kafka_event_CreateTopics_result(event),
            let results = rd_kafka_CreateTopics_result_topics(result, &count), count == 1, let first = results[0]
        else { return }
        try check(rd_kafka_topic_result_error(first), rd_kafka_topic_result_error_string(first), configuration.topic)
    }

    private static func exists(
        _ configuration: TopicLogConfiguration, _ client: OpaquePointer
    ) throws(KafkaError) -> Bool {
        guard let topic = rd_kafka_topic_new(client, configuration.topic, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        defer { rd_kafka_topic_destroy(topic) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let result = rd_kafka_metadata(client, 0, topic, &metadata, Int32(clamping: configuration.timeout))
        guard result == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(result) }
        defer { rd_kafka_metadata_destroy(metadata) }
        guard metadata.pointee.topic_cnt == 1 else { return false }
        let found = metadata.pointee.topics[0]
        if found.err != RD_KAFKA_RESP_ERR_NO_ERROR { return false }
        guard found.partition_cnt == 1 else {
            throw .invalid(
                "the topic '\(configuration.topic)' has \(found.partition_cnt) partitions: a log has one")
        }
        return true
    }

    private static func check(
        _ code: rd_kafka_resp_err_t, _ text: UnsafePointer<CChar>?, _ topic: String
    ) throws(KafkaError) {
        // Somebody else was faster.
        if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { return }
        let reason = text.map { String(cString: $0) } ?? KafkaError(code).message
        throw KafkaError(code, message: "the topic '\(topic)' cannot be made: \(reason)")
    }
}
