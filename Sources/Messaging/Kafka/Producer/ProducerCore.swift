internal import CLibrdkafka
internal import EventLoop
internal import Synchronization
internal import System

/// One librdkafka producer with the thread that polls it.
///
///     open ──stop(by:)──▶ stopping ──drained, or out of time──▶ stopped
///       └──────────────── retire() (last lease gone) ──────────────┴──▶ closing ──drained──▶ closed
///
/// The thread keeps the core; it alone destroys the client, after the last report.
/// `@unchecked Sendable`: librdkafka's client and queue may be used from any thread; the slots are each confined to
/// their loop; all else is atomic, behind a mutex or constant.
final class ProducerCore: @unchecked Sendable {
    /// From this size a value that the caller gives away is borrowed by librdkafka instead of copied.
    static let pinThreshold = 8192
    private static let topicLimit = 10_000

    enum Phase: Int, AtomicRepresentable {
        case open, stopping, stopped, closing
    }

    struct State {
        var labels: [String]
        var topics: [String: TopicHandle] = [:]
        var stops: [StopRequest] = []
        /// The thread has taken its last look at `stops`.
        var isDrained = false
    }

    struct StopRequest {
        let deadline: ContinuousClock.Instant
        /// What was lost before it.
        let before: [String: Losses]
        let answer: @Sendable ([ShutdownReport.Topic]) -> Void
    }

    let configuration: ProducerConfiguration
    /// The first label, as events carry it.
    let name: String
    let client: OpaquePointer
    let queue: OpaquePointer
    let loops: [EventLoop]
    let slots: [DeliverySlots]
    let events: any KafkaEventSink
    let phase = Atomic<Phase>(.open)
    let queued = Atomic<Int>(0)
    let reported = Atomic<Int>(0)
    let health = HealthCell()
    /// It can never work again; the pool makes another one for who asks next.
    let hasFailed = Atomic(false)
    let brokers: BrokerBook
    let ages: RecordAges
    let latencies = LatencyTable()
    let announced = AnnouncedRecords()
    let state: Mutex<State>

    init(
        _ configuration: ProducerConfiguration, label: String, loops: [EventLoop], events: any KafkaEventSink
    ) throws(KafkaError) {
        var settings = LibrarySettings()
        try settings.apply(configuration)
        client = try settings.makeClient(RD_KAFKA_PRODUCER)
        queue = rd_kafka_queue_get_main(client)
        rd_kafka_set_log_queue(client, queue)
        self.configuration = configuration
        self.name = label
        self.loops = loops
        self.events = events
        slots = loops.indices.map { DeliverySlots(loop: $0, limit: configuration.queueMessages) }
        brokers = BrokerBook(cluster: label, servers: configuration.cluster.bootstrapServers, events: events)
        ages = RecordAges(loops: loops.count, longest: configuration.deliveryTimeout / 1_000)
        state = Mutex(State(labels: [label]))
    }

    /// Records without a report.
    var outstanding: Int { queued.load(ordering: .acquiring) - reported.load(ordering: .acquiring) }

    func add(label: String) {
        state.withLock { if !$0.labels.contains(label), $0.labels.count < 100 { $0.labels.append(label) } }
    }

    func topic(_ name: String) throws(KafkaError) -> TopicHandle {
        try TopicName.check(name)
        let result = state.withLock { state -> Result<TopicHandle, KafkaError> in
            if let known = state.topics[name] { return .success(known) }
            guard state.topics.count < Self.topicLimit else {
                return .failure(.invalid("more than \(Self.topicLimit) topics on one producer", name: "TooManyTopics"))
            }
            guard let handle = TopicHandle(name, client: client) else {
                return .failure(KafkaError(rd_kafka_last_error()))
            }
            state.topics[name] = handle
            return .success(handle)
        }
        return try result.get()
    }

    var topics: [TopicHandle] { state.withLock { Array($0.topics.values) } }

    /// Tells the thread to drain and close. Called once, when the last lease has gone.
    func retire() {
        // Under the lock, so that the client is still there.
        state.withLock { state in
            if state.isDrained { return }
            phase.store(.closing, ordering: .releasing)
            rd_kafka_queue_yield(queue)
        }
    }

    /// Refuses new records, delivers the rest until `deadline`, and says what was left.
    func stop(by deadline: ContinuousClock.Instant) async -> [ShutdownReport.Topic] {
        // Taken here: the thread may be late, and what is lost from now on is told.
        let before = losses
        return await withCheckedContinuation { continuation in
            let isWaiting = state.withLock { state in
                if state.isDrained { return false }
                state.stops.append(
                    StopRequest(deadline: deadline, before: before) { continuation.resume(returning: $0) })
                // Under the lock, so that the client is still there.
                _ = phase.compareExchange(expected: .open, desired: .stopping, ordering: .acquiringAndReleasing)
                _ = phase.compareExchange(expected: .stopped, desired: .stopping, ordering: .acquiringAndReleasing)
                rd_kafka_queue_yield(queue)
                return true
            }
            if !isWaiting { continuation.resume(returning: []) }
        }
    }

    /// Blocks for at most `milliseconds`.
    func probe(timeout milliseconds: Int) -> KafkaError? {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let result = rd_kafka_metadata(client, 0, nil, &metadata, Int32(clamping: milliseconds))
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        return result == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : explained(KafkaError(result))
    }

    /// Asks for the topic's metadata, which ends or confirms its refusal. Blocks for at most five seconds.
    func refresh(_ topic: TopicHandle) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        // Who produces next learns the outcome.
        _ = rd_kafka_metadata(client, 0, topic.pointer, &metadata, 5_000)
        if let metadata { rd_kafka_metadata_destroy(metadata) }
    }

    /// With the broker's fault that explains it, where there is one.
    func explained(_ error: KafkaError) -> KafkaError {
        switch error.kind {
        case .timedOut, .unreachable:
            if let fault = brokers.explanation() { return error.explained(by: fault) }
            guard error.code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT.rawValue else { return error }
            return KafkaError(
                RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
                message:
                    "\(error.message): not acknowledged within \(configuration.deliveryTimeout) ms by brokers that "
                    + "report no fault (slow, or a partition without a leader)")
        case .overloaded, .refused, .invalid: return error
        }
    }

    func status() -> ClusterStatus {
        var status = ClusterStatus()
        status.bootstrapServers = configuration.cluster.bootstrapServers
        brokers.fill(&status)
        status.queueDepth = outstanding
        status.queueLimit = configuration.queueMessages
        status.queueByteLimit = configuration.queueBytes
        status.oldestAge = ages.oldest(at: RecordAges.now)
        status.latencies = latencies.statuses
        status.health = health.value
        status.labels = state.withLock { $0.labels }
        for topic in topics {
            let counters = topic.counters
            let entry = TopicStatus(
                name: topic.name, queued: counters.queued.load(ordering: .relaxed),
                delivered: counters.delivered.load(ordering: .relaxed),
                failed: counters.failed.load(ordering: .relaxed),
                refused: counters.refused.load(ordering: .relaxed),
                refusedByFullQueue: counters.refusedByFullQueue.load(ordering: .relaxed),
                outstanding: counters.outstanding, outstandingBytes: counters.outstandingBytes,
                deliveredBytes: counters.deliveredBytes.load(ordering: .relaxed),
                failures: counters.failures.withLock { $0 }, drops: counters.drops.withLock { $0 },
                announced: announced.count(topic.name))
            status.delivered += entry.delivered
            status.deliveredBytes += entry.deliveredBytes
            status.failed += entry.failed
            status.queueBytes += entry.outstandingBytes
            status.topics.append(entry)
        }
        status.topics.sort { $0.name < $1.name }
        return status
    }
}
