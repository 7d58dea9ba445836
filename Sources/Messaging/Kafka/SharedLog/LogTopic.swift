internal import CLibrdkafka

/// The topic of a shared log: made when it is not there, refused when it would forget.
enum LogTopic {
    static func prepare(_ name: String, _ cluster: ClusterConfiguration, timeout: Int) throws(KafkaError) {
        var settings = LibrarySettings()
        try settings.applyShared(cluster)
        let client = try settings.makeClient(RD_KAFKA_PRODUCER)
        let faults = ClientFaults(client)
        defer {
            faults.close()
            rd_kafka_destroy(client)
        }
        let deadline = Deadline(timeout)
        while true {
            do throws(KafkaError) {
                try create(name, client, deadline)
                return try check(name, client, deadline)
            } catch {
                // A topic that was just made is not known everywhere at once.
                let isNew = error.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART.rawValue
                guard error.isRetriable || isNew, !deadline.hasPassed else { throw faults.explain(error) }
            }
        }
    }

    private static func create(_ name: String, _ client: OpaquePointer, _ deadline: Deadline) throws(KafkaError) {
        // With as many copies as the broker gives by default.
        guard let topic = rd_kafka_NewTopic_new(name, 1, -1, nil, 0) else {
            throw .invalid("no topic is called \(name)")
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "compact")
        rd_kafka_NewTopic_set_config(topic, "max.message.bytes", String(SharedLog.recordBytes))
        var topics: [OpaquePointer?] = [topic]
        let event = try answer(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, deadline) { options, queue in
            rd_kafka_CreateTopics(client, &topics, 1, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        else {
            return
        }
        for index in 0..<count {
            let code = rd_kafka_topic_result_error(results[index])
            switch code {
            // Who may not make topics may use one that is there: the check tells.
            case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS,
                RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
                continue
            default:
                let text = rd_kafka_topic_result_error_string(results[index]).map { String(cString: $0) }
                throw KafkaError(
                    code, message: "the topic \(name) cannot be made: \(text ?? KafkaErrorCode.text(code))")
            }
        }
    }

    private static func check(_ name: String, _ client: OpaquePointer, _ deadline: Deadline) throws(KafkaError) {
        try checkPartitions(name, client, deadline)
        guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name) else {
            throw .invalid("no topic is called \(name)")
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        var resources: [OpaquePointer?] = [resource]
        let event = try answer(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, deadline) { options, queue in
            rd_kafka_DescribeConfigs(client, &resources, 1, options, queue)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard
            let found = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count), count == 1
        else { throw .invalid("the configuration of the topic \(name) is not told") }
        let code = rd_kafka_ConfigResource_error(found[0])
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
        let policy = Self.value(of: "cleanup.policy", found[0])
        guard policy == "compact" else {
            throw .invalid(
                "the topic \(name) has cleanup.policy '\(policy ?? "")' and would forget: it must be 'compact'",
                name: "UnsuitableTopic")
        }
    }

    private static func value(of name: String, _ resource: OpaquePointer?) -> String? {
        var count = 0
        guard let entries = rd_kafka_ConfigResource_configs(resource, &count) else { return nil }
        for index in 0..<count where String(cString: rd_kafka_ConfigEntry_name(entries[index])) == name {
            return rd_kafka_ConfigEntry_value(entries[index]).map { String(cString: $0) }
        }
        return nil
    }

    private static func checkPartitions(
        _ name: String, _ client: OpaquePointer, _ deadline: Deadline
    ) throws(KafkaError) {
        guard let topic = rd_kafka_topic_new(client, name, nil) else { throw KafkaError(rd_kafka_last_error()) }
        defer { rd_kafka_topic_destroy(topic) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client, 0, topic, &metadata, max(1, min(5_000, deadline.remaining)))
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaError(code) }
        defer { rd_kafka_metadata_destroy(metadata) }
        guard metadata.pointee.topic_cnt == 1 else { throw KafkaError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) }
        let found = metadata.pointee.topics[0]
        guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(found.err) }
        guard found.partition_cnt == 1 else {
            throw .invalid(
                "the topic \(name) has \(found.partition_cnt) partitions: it must have one", name: "UnsuitableTopic")
        }
    }

    /// Asks the cluster's controller; the event that answers.
    private static func answer(
        _ client: OpaquePointer, _ operation: rd_kafka_admin_op_t, _ deadline: Deadline,
        _ ask: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        let options = rd_kafka_AdminOptions_new(client, operation)
        let queue = rd_kafka_queue_new(client)
        defer {
            rd_kafka_AdminOptions_destroy(options)
            rd_kafka_queue_destroy(queue)
        }
        let limit = max(1, min(5_000, deadline.remaining))
        var text = [CChar](repeating: 0, count: 256)
        _ = rd_kafka_AdminOptions_set_request_timeout(options, limit, &text, text.count)
        ask(options, queue)
        // It answers by itself when its time is over.
        guard let event = rd_kafka_queue_poll(queue, limit + 5_000) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            rd_kafka_event_destroy(event)
            throw KafkaError(code)
        }
        return event
    }
}
