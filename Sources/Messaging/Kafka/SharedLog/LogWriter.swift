internal import CLibrdkafka

/// The right to write to a shared log, as long as nobody else takes it. Used by one thread.
final class LogWriter {
    private let client: OpaquePointer
    private let topic: OpaquePointer
    private let faults: ClientFaults

    /// Takes the right from whoever has it. What that one was about to write is then written whole, or not at all. Who
    /// is superseded while it takes the right, by another one who takes it, tries again.
    static func take(
        _ cluster: ClusterConfiguration, topic: String, by deadline: Deadline
    ) throws(KafkaError) -> LogWriter {
        while true {
            let writer = try LogWriter(cluster, topic: topic)
            guard let fault = writer.begin(by: deadline) else { return writer }
            guard fault.isSuperseded, !deadline.hasPassed else { throw writer.faults.explain(fault.error) }
        }
    }

    private init(_ cluster: ClusterConfiguration, topic name: String) throws(KafkaError) {
        var settings = LibrarySettings()
        try settings.applyShared(cluster)
        try settings.set("transactional.id", "sluice-\(name)")
        try settings.set("linger.ms", 0)
        try settings.set("message.max.bytes", SharedLog.recordBytes)
        client = try settings.makeClient(RD_KAFKA_PRODUCER)
        faults = ClientFaults(client)
        guard let topic = rd_kafka_topic_new(client, name, nil) else {
            let error = KafkaError(rd_kafka_last_error())
            faults.close()
            rd_kafka_destroy(client)
            throw error
        }
        self.topic = topic
    }

    /// Nil: the right is taken.
    private func begin(by deadline: Deadline) -> Fault? {
        while let fault = Fault(rd_kafka_init_transactions(client, max(1, deadline.remaining))) {
            if !fault.isRetriable || deadline.hasPassed { return fault }
        }
        return nil
    }

    deinit {
        rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_topic_destroy(topic)
        faults.close()
        rd_kafka_destroy(client)
    }

    /// After a throw the right is gone: another writer must be made.
    func write(_ records: [SharedLog.Record], by deadline: Deadline) throws(SharedLog.Failure) {
        if let fault = Fault(rd_kafka_begin_transaction(client)) { throw failure(fault) }
        for record in records {
            do throws(KafkaError) { try produce(record) } catch { throw abandon(.refused(error)) }
        }
        while let fault = Fault(rd_kafka_commit_transaction(client, max(1, deadline.remaining))) {
            if fault.isRetriable, !deadline.hasPassed { continue }
            let failure = failure(fault)
            // An error that asks for the transaction to be taken back says that it was not made.
            if fault.requiresAbort, !fault.isUnexplained { throw abandon(failure) }
            if case .superseded = failure { throw failure }
            throw .unknown(faults.explain(fault.error))
        }
    }

    private func produce(_ record: SharedLog.Record) throws(KafkaError) {
        // The library copies: it changes neither.
        var key = record.key
        var value = record.value ?? []
        let result = key.withUnsafeMutableBytes { key in
            value.withUnsafeMutableBytes { value in
                rd_kafka_produce(
                    topic, 0, RD_KAFKA_MSG_F_COPY, record.value == nil ? nil : value.baseAddress, value.count,
                    key.baseAddress, key.count, nil)
            }
        }
        guard result == 0 else { throw KafkaError(rd_kafka_last_error()) }
    }

    /// Takes the transaction back, if the broker is there; if not, the next writer does.
    private func abandon(_ failure: SharedLog.Failure) -> SharedLog.Failure {
        if let error = rd_kafka_abort_transaction(client, 5_000) { rd_kafka_error_destroy(error) }
        return failure
    }

    private func failure(_ fault: Fault) -> SharedLog.Failure {
        fault.isSuperseded ? .superseded : .refused(faults.explain(fault.error))
    }
}

/// An error of a transaction, copied.
private struct Fault {
    let error: KafkaError
    let isRetriable: Bool
    let requiresAbort: Bool
    let isSuperseded: Bool
    /// The broker failed itself, and what it did before is not known: so does one that finds another writer taking the
    /// right in that moment ("illegal state" in its log).
    let isUnexplained: Bool

    /// Nil: there is none.
    init?(_ fault: OpaquePointer?) {
        guard let fault else { return nil }
        defer { rd_kafka_error_destroy(fault) }
        let code = rd_kafka_error_code(fault)
        error = KafkaError(code, message: String(cString: rd_kafka_error_string(fault)))
        isRetriable = rd_kafka_error_is_retriable(fault) != 0
        requiresAbort = rd_kafka_error_txn_requires_abort(fault) != 0
        isUnexplained = code == RD_KAFKA_RESP_ERR_UNKNOWN
        switch code {
        case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
            isSuperseded = true
        default: isSuperseded = false
        }
    }
}
