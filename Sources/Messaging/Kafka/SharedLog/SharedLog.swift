internal import CLibrdkafka

/// A compacted topic of one partition in which several processes keep one state: each reads all of it, and one at a
/// time writes. Calls block: use it on one thread that may wait.
///
/// Who wants to write takes the right to from whoever had it, by the same transactional id: the other's next write is
/// refused by the broker, so nothing is decided on a state that is not the newest.
package final class SharedLog {
    package struct Record: Sendable, Hashable {
        package let key: [UInt8]
        /// Nil: the key is forgotten.
        package let value: [UInt8]?

        package init(key: [UInt8], value: [UInt8]?) {
            self.key = key
            self.value = value
        }
    }

    /// Why records were not written.
    package enum Failure: Error, Sendable {
        /// Another process has written or may have, and these records are not there.
        case superseded
        /// It is not known whether they are there.
        case unknown(KafkaError)
        /// They are not there.
        case refused(KafkaError)
    }

    private let cluster: ClusterConfiguration
    private let topic: String
    /// Of one record; brokers take 1 MB unless they are told.
    static let recordBytes = 8 << 20
    /// Of each call, in milliseconds.
    private let timeout: Int
    private let reader: LogReader
    private var writer: LogWriter?

    /// Finds the topic, or makes it; nothing is read yet.
    ///
    /// - Parameters:
    ///   - isPrepared: The topic is there and as it must be: neither is asked for (a development cluster cannot tell).
    ///   - arrived: Called on a thread of librdkafka when records have come that nobody has taken yet.
    package init(
        cluster: ClusterConfiguration, topic: String, timeout: Int = 10_000, isPrepared: Bool = false,
        arrived: @escaping @Sendable () -> Void
    ) throws(KafkaError) {
        try KafkaLibrary.requireSupported()
        try TopicName.check(topic)
        self.cluster = cluster
        self.topic = topic
        self.timeout = timeout
        if !isPrepared { try LogTopic.prepare(topic, cluster, timeout: timeout) }
        reader = try LogReader(cluster, topic: topic, arrived: arrived)
    }

    /// What has come since the last call, without waiting for more.
    package func take() throws(KafkaError) -> [Record] { try reader.take() }

    /// What has come since the last call, up to the end as it is now.
    package func readToEnd() throws(KafkaError) -> [Record] {
        let deadline = Deadline(timeout)
        try reader.reach(try reader.end(by: deadline), by: deadline)
        return try take()
    }

    /// Makes this process the one that writes, if it is not already; what has come since the last call.
    package func becomeWriter() throws(KafkaError) -> [Record] {
        // As long as nobody else has taken the right, nobody else has written.
        if writer == nil { try takeRight(by: Deadline(timeout)) }
        return try take()
    }

    private func takeRight(by deadline: Deadline) throws(KafkaError) {
        let next = try LogWriter.take(cluster, topic: topic, by: deadline)
        // All is read from when the right is here: nothing comes any more.
        try reader.reach(try reader.end(by: deadline), by: deadline)
        writer = next
    }

    /// Writes all of these or none, and reads them back; what has come with them. To be called as the one that writes.
    package func write(_ records: [Record]) throws(Failure) -> [Record] {
        guard let last = records.last else { return [] }
        guard let writer else { throw .superseded }
        let deadline = Deadline(timeout)
        do throws(Failure) { try writer.write(records, by: deadline) } catch {
            self.writer = nil
            guard case .unknown(let error) = error else { throw error }
            return try settle(records, after: error, by: deadline)
        }
        do throws(KafkaError) { return try reader.read(through: last, by: Deadline(timeout)) } catch {
            // What was written is not seen here yet; whoever writes next must see it first.
            self.writer = nil
            throw .unknown(error)
        }
    }

    /// Finds out, in the time that is left, what became of records of which it is not known: who takes the right anew has
    /// what was begun before finished or taken back, and reads which.
    private func settle(
        _ records: [Record], after error: KafkaError, by deadline: Deadline
    ) throws(Failure) -> [Record] {
        guard !deadline.hasPassed else { throw .unknown(error) }
        do throws(KafkaError) {
            try takeRight(by: deadline)
            if reader.holds(records) { return try take() }
        } catch { throw .unknown(error) }
        throw .superseded
    }

    /// No call may follow.
    package func close() {
        writer = nil
        reader.close()
    }
}

/// When a call has taken long enough.
struct Deadline {
    private let instant: ContinuousClock.Instant

    init(_ milliseconds: Int) { instant = .now + .milliseconds(milliseconds) }

    /// Milliseconds that are left; 0 when it has passed.
    var remaining: Int32 {
        let left = ContinuousClock.now.duration(to: instant)
        return Int32(
            clamping: max(0, left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000))
    }

    var hasPassed: Bool { ContinuousClock.now >= instant }
}
