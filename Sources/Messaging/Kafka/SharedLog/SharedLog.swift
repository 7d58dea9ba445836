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
        /// Another process writes now; these records are not there.
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
    /// - Parameter arrived: Called on a thread of librdkafka when records have come that nobody has taken yet.
    package init(
        cluster: ClusterConfiguration, topic: String, timeout: Int = 10_000, arrived: @escaping @Sendable () -> Void
    ) throws(KafkaError) {
        try KafkaLibrary.requireSupported()
        try TopicName.check(topic)
        self.cluster = cluster
        self.topic = topic
        self.timeout = timeout
        try LogTopic.prepare(topic, cluster, timeout: timeout)
        reader = try LogReader(cluster, topic: topic, arrived: arrived)
    }

    /// What has come since the last call, without waiting for more.
    package func take() throws(KafkaError) -> [Record] { try reader.take() }

    /// What has come since the last call, up to the end as it is now.
    package func readToEnd() throws(KafkaError) -> [Record] {
        let deadline = Deadline(timeout)
        return try reader.read(through: try reader.end(by: deadline), by: deadline)
    }

    /// Makes this process the one that writes, if it is not already; what has come since the last call.
    package func becomeWriter() throws(KafkaError) -> [Record] {
        // As long as nobody else has taken the right, nobody else has written.
        if writer != nil { return try take() }
        let next = try LogWriter.take(cluster, topic: topic, timeout: timeout)
        let records = try readToEnd()
        writer = next
        return records
    }

    /// Writes all of these or none, and reads them back; what has come with them. To be called as the one that writes.
    package func write(_ records: [Record]) throws(Failure) -> [Record] {
        guard let last = records.last else { return [] }
        guard let writer else { throw .superseded }
        do throws(Failure) { try writer.write(records, within: timeout) } catch {
            self.writer = nil
            throw error
        }
        do throws(KafkaError) { return try reader.read(through: last, by: Deadline(timeout)) } catch {
            // What was written is not seen here yet; whoever writes next must see it first.
            self.writer = nil
            throw .unknown(error)
        }
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
