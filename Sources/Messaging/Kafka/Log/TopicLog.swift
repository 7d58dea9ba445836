internal import CLibrdkafka

/// A topic of one partition as a log that several processes share: each reads all of it in the same order, and one at a
/// time writes.
///
/// Who wants to write takes the log with `lock`, by a transactional id that all share: Kafka then refuses whoever had it
/// before (KIP-98's fencing), so that nothing comes between what `lock` has read and what `append` writes. Without locks
/// that could be left behind: a process that dies is fenced by the next one.
///
/// Used by one thread at a time, which it blocks.
package final class TopicLog {
    package struct Entry: Sendable, Hashable {
        package let key: [UInt8]
        /// Nil: what the key stands for is gone.
        package let value: [UInt8]?

        package init(key: [UInt8], value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }

    private let configuration: TopicLogConfiguration
    private let consumer: OpaquePointer
    private var writer: TransactionalWriter?
    /// Everything before this offset has been read.
    private var end: Int64 = 0
    /// What the client said last of its connections.
    private var lastFault: KafkaError?

    /// Makes the topic when it does not exist, and starts to read it.
    package init(_ configuration: TopicLogConfiguration) throws(KafkaError) {
        try TopicName.check(configuration.topic)
        self.configuration = configuration
        var settings = LibrarySettings()
        try settings.apply(configuration.cluster)
        // Lines of its own go nowhere: faults come as errors of `poll`.
        try settings.set("log_level", 0)
        // Never joined: the partition is assigned by hand.
        try settings.set("group.id", "sluice-\(configuration.topic)")
        try settings.set("enable.auto.commit", false)
        try settings.set("auto.offset.reset", "earliest")
        try settings.set("isolation.level", "read_committed")
        try settings.set("enable.partition.eof", true)
        try settings.set("fetch.wait.max.ms", 100)
        try settings.set("fetch.message.max.bytes", configuration.maximumBytes)
        consumer = try settings.makeClient(RD_KAFKA_CONSUMER)
        rd_kafka_poll_set_consumer(consumer)
        // From here on all properties are there: what throws has `deinit` run.
        try TopicCreation.run(configuration, consumer)
        try assign()
    }

    deinit {
        writer = nil
        rd_kafka_consumer_close(consumer)
        rd_kafka_destroy(consumer)
    }

    private func assign() throws(KafkaError) {
        let list = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        rd_kafka_topic_partition_list_add(list, configuration.topic, 0).pointee.offset = Int64(
            RD_KAFKA_OFFSET_BEGINNING)
        let result = rd_kafka_assign(consumer, list)
        guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(result) }
    }

    // MARK: - Reading

    /// What has come since the last call; does not wait.
    package func news() throws(KafkaError) -> [Entry] {
        var entries: [Entry] = []
        while let message = rd_kafka_consumer_poll(consumer, 0) { try take(message, into: &entries) }
        return entries
    }

    /// Everything that was committed before the call and not read yet.
    package func readToEnd() throws(KafkaError) -> [Entry] {
        let deadline = ContinuousClock.now + .milliseconds(configuration.timeout)
        var low: Int64 = 0
        var high: Int64 = 0
        let result = rd_kafka_query_watermark_offsets(
            consumer, configuration.topic, 0, &low, &high, Int32(clamping: configuration.timeout))
        guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw explained(KafkaError(result)) }
        var entries: [Entry] = []
        while end < high {
            guard ContinuousClock.now < deadline else {
                throw explained(
                    KafkaError(
                        RD_KAFKA_RESP_ERR__TIMED_OUT,
                        message: "the topic '\(configuration.topic)' was not read in \(configuration.timeout) ms"))
            }
            if let message = rd_kafka_consumer_poll(consumer, 100) { try take(message, into: &entries) }
        }
        return entries
    }

    private func take(
        _ message: UnsafeMutablePointer<rd_kafka_message_t>, into entries: inout [Entry]
    ) throws(KafkaError) {
        defer { rd_kafka_message_destroy(message) }
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            end = max(end, message.pointee.offset + 1)
            // A record without a key stands for nothing in a compacted topic.
            guard let key = Self.bytes(message.pointee.key, message.pointee.key_len) else { return }
            entries.append(Entry(key: key, value: Self.bytes(message.pointee.payload, message.pointee.len)))
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: end = max(end, message.pointee.offset)
        case let code:
            let text = rd_kafka_message_errstr(message).map { String(cString: $0) }
            let error = KafkaError(code, message: text)
            lastFault = error
            if error.kind == .refused || error.kind == .invalid { throw error }
        }
    }

    private static func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    // MARK: - Writing

    /// Takes the log: whoever had it can write no more. Ends with what was written before and not read yet.
    package func lock() throws(KafkaError) -> [Entry] {
        do throws(KafkaError) {
            writer = try TransactionalWriter(configuration)
            return try readToEnd()
        } catch {
            writer = nil
            throw explained(error)
        }
    }

    /// Writes all of the entries or none, and gives the log back. Throws when somebody else has taken it meanwhile.
    package func append(_ entries: [Entry]) throws(KafkaError) {
        guard let writer else { preconditionFailure("the log is locked first") }
        self.writer = nil
        do throws(KafkaError) { try writer.commit(entries) } catch { throw explained(error) }
    }

    /// Gives the log back.
    package func release() { writer = nil }

    /// With what the client said of its connections, where that may be the reason.
    private func explained(_ error: KafkaError) -> KafkaError {
        guard error.kind == .timedOut || error.kind == .unreachable, let lastFault, lastFault != error else {
            return error
        }
        return KafkaError(
            code: error.code, name: error.name, message: "\(error.message) (\(lastFault.message))", kind: error.kind,
            isRetriable: error.isRetriable)
    }
}

/// Which topic is a log, and how it is used.
package struct TopicLogConfiguration: Sendable, Hashable {
    package var cluster: ClusterConfiguration
    package var topic: String
    /// What all writers have in common.
    package var transactionalID: String
    /// Of a topic that is made; nil: the brokers' default.
    package var replicationFactor: Int?
    /// The largest entry, in bytes.
    package var maximumBytes = 8 << 20
    /// Milliseconds for each of the calls.
    package var timeout = 15_000

    package init(cluster: ClusterConfiguration, topic: String, transactionalID: String) {
        self.cluster = cluster
        self.topic = topic
        self.transactionalID = transactionalID
    }
}
