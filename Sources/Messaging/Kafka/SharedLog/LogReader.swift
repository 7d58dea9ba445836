internal import CLibrdkafka

/// Reads a partition from its beginning, and tells when more has come. Used by one thread.
final class LogReader {
    private final class Arrival {
        let arrived: @Sendable () -> Void
        init(_ arrived: @escaping @Sendable () -> Void) { self.arrived = arrived }
    }

    private let client: OpaquePointer
    private let topic: OpaquePointer
    private let queue: OpaquePointer
    private let name: String
    private let arrival: Unmanaged<Arrival>
    private let faults: ClientFaults
    /// The offset behind all that was read.
    private var position: Int64 = 0
    /// Read, and not handed out yet: a call that throws loses none.
    private var waiting: [SharedLog.Record] = []
    private var isClosed = false

    init(
        _ cluster: ClusterConfiguration, topic name: String, arrived: @escaping @Sendable () -> Void
    ) throws(KafkaError) {
        var settings = LibrarySettings()
        try settings.applyShared(cluster)
        try settings.set("isolation.level", "read_committed")
        try settings.set("enable.partition.eof", true)
        try settings.set("auto.offset.reset", "earliest")
        try settings.set("fetch.message.max.bytes", SharedLog.recordBytes)
        client = try settings.makeClient(RD_KAFKA_CONSUMER)
        faults = ClientFaults(client)
        self.name = name
        guard let topic = rd_kafka_topic_new(client, name, nil) else {
            let error = KafkaError(rd_kafka_last_error())
            rd_kafka_destroy(client)
            throw error
        }
        self.topic = topic
        queue = rd_kafka_queue_new(client)
        arrival = Unmanaged.passRetained(Arrival(arrived))
        // It does one thing: it tells who reads.
        rd_kafka_queue_cb_event_enable(
            queue, { _, context in Unmanaged<Arrival>.fromOpaque(context!).takeUnretainedValue().arrived() },
            arrival.toOpaque())
        guard rd_kafka_consume_start_queue(topic, 0, Int64(RD_KAFKA_OFFSET_BEGINNING), queue) == 0 else {
            let error = KafkaError(rd_kafka_last_error())
            release()
            throw error
        }
    }

    deinit { close() }

    func close() {
        if isClosed { return }
        rd_kafka_consume_stop(topic, 0)
        release()
    }

    private func release() {
        isClosed = true
        rd_kafka_queue_cb_event_enable(queue, nil, nil)
        rd_kafka_queue_destroy(queue)
        rd_kafka_topic_destroy(topic)
        faults.close()
        rd_kafka_destroy(client)
        arrival.release()
    }

    /// The offset behind the last record that counts.
    func end(by deadline: Deadline) throws(KafkaError) -> Int64 {
        var low: Int64 = 0
        var high: Int64 = 0
        while true {
            let code = rd_kafka_query_watermark_offsets(
                client, name, 0, &low, &high, max(1, min(5_000, deadline.remaining)))
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return high }
            let error = faults.explain(KafkaError(code))
            guard error.isRetriable, !deadline.hasPassed else { throw error }
        }
    }

    /// What has come, without waiting.
    func take() throws(KafkaError) -> [SharedLog.Record] {
        // To the last: the queue tells of new ones only when it was empty.
        while try next(within: 0) {}
        defer { waiting = [] }
        return waiting
    }

    /// Waits until all before that offset has come.
    func reach(_ end: Int64, by deadline: Deadline) throws(KafkaError) {
        while position < end { try wait(by: deadline) }
    }

    /// Whether these have come, one after the other, and nobody has taken them yet.
    func holds(_ records: [SharedLog.Record]) -> Bool {
        guard records.count <= waiting.count else { return false }
        return (0...waiting.count - records.count).contains { start in
            waiting[start..<start + records.count].elementsEqual(records)
        }
    }

    /// What comes up to that record, at least.
    func read(through last: SharedLog.Record, by deadline: Deadline) throws(KafkaError) -> [SharedLog.Record] {
        while waiting.last != last { try wait(by: deadline) }
        return try take()
    }

    private func wait(by deadline: Deadline) throws(KafkaError) {
        guard !deadline.hasPassed else { throw faults.explain(KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT)) }
        _ = try next(within: min(1_000, deadline.remaining))
    }

    /// Takes one message off the queue; false when none has come.
    private func next(within milliseconds: Int32) throws(KafkaError) -> Bool {
        guard let message = rd_kafka_consume_queue(queue, milliseconds) else { return false }
        defer { rd_kafka_message_destroy(message) }
        switch message.pointee.err {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            position = message.pointee.offset + 1
            // Nobody writes records without a key.
            if let key = message.pointee.key {
                waiting.append(
                    SharedLog.Record(
                        key: [UInt8](UnsafeRawBufferPointer(start: key, count: message.pointee.key_len)),
                        value: message.pointee.payload.map {
                            [UInt8](UnsafeRawBufferPointer(start: $0, count: message.pointee.len))
                        }))
            }
        case RD_KAFKA_RESP_ERR__PARTITION_EOF: position = max(position, message.pointee.offset)
        case let code:
            let error = KafkaError(code)
            guard error.isRetriable else { throw faults.explain(error) }
        }
        return true
    }
}
