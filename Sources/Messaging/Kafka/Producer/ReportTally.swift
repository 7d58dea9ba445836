internal import CLibrdkafka
internal import Counting
internal import Synchronization

/// Counts the reports of one event: by topic, by error, for health; and makes each distinct error once.
struct ReportTally: ~Copyable {
    private let core: ProducerCore
    private var count = 0
    private var health = HealthTally()
    private var topic: TopicHandle?
    /// The node that acknowledged last.
    private var node: Int32 = -1
    /// Of that node and topic.
    private var latencies: Histogram?
    private var topicPointer: OpaquePointer?
    private var lastCode = RD_KAFKA_RESP_ERR_NO_ERROR
    private var lastError: KafkaError?
    /// Microseconds from hand-over to report, of those whose age is still to be counted.
    private var waited: [Int] = []
    /// Records that nobody waits for, lost, by topic and error name.
    private var lost: [String: [KafkaError: Int]] = [:]

    init(core: ProducerCore) { self.core = core }

    mutating func count(_ message: UnsafePointer<rd_kafka_message_t>) -> KafkaError? {
        count += 1
        if message.pointee.rkt != topicPointer {
            topicPointer = message.pointee.rkt
            topic = TopicHandle.of(topicPointer)
            latencies = nil
        }
        let latency = Int(rd_kafka_message_latency(message))
        waited.append(latency)
        let code = message.pointee.err
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else {
            topic?.counters.delivered.wrappingAdd(1, ordering: .relaxed)
            topic?.counters.deliveredBytes.wrappingAdd(message.pointee.len, ordering: .relaxed)
            health.succeeded()
            let node = rd_kafka_message_broker_id(message)
            if node != self.node || latencies == nil {
                self.node = node
                latencies = topic.map { core.latencies.histogram(topic: $0.name, node: Int(node)) }
            }
            latencies?.observe(latency)
            return nil
        }
        if code != lastCode || lastError == nil {
            lastCode = code
            lastError = core.explained(KafkaError(code))
        }
        guard let error = lastError else { return nil }
        topic?.counters.failed.wrappingAdd(1, ordering: .relaxed)
        topic?.counters.failedBytes.wrappingAdd(message.pointee.len, ordering: .relaxed)
        topic?.counters.failures.withLock { $0[error.name, default: 0] += 1 }
        health.failed(error)
        if message.pointee._private == nil, let topic { lost[topic.name, default: [:]][error, default: 0] += 1 }
        return error
    }

    /// Counts the ages of what was reported since the last call.
    mutating func countAges() {
        // After the client's own looks at the clock: no record is reported before it came.
        let now = RecordAges.now
        for latency in waited { core.ages.report(at: now, latency: latency) }
        waited.removeAll(keepingCapacity: true)
    }

    consuming func finish() {
        core.health.apply(health)
        if node >= 0 { core.brokers.acknowledged(by: Int(node)) }
        for (topic, errors) in lost {
            for (error, count) in errors {
                core.events.received(.recordsLost(cluster: core.name, topic: topic, count: count, error: error))
            }
        }
        core.reported.wrappingAdd(count, ordering: .releasing)
    }
}

extension KafkaError {
    /// Connection, time and credentials; not what is wrong with one record.
    var countsAgainstHealth: Bool {
        switch kind {
        case .unreachable, .timedOut: true
        case .refused: name.contains("Auth") || name == "TLSFailure"
        case .overloaded, .invalid: false
        }
    }
}
