import EventLoop
import Synchronization
import TestBrokers
import TestProcesses

@testable import Kafka

/// Loops and a pool for one test, and the ways to produce and wait that tests need.
final class ProducerHarness: Sendable {
    let group: EventLoopGroup
    let events = EventRecorder()
    let pool: ProducerPool

    init(loops: Int = 1) throws {
        group = try EventLoopGroup(count: loops)
        group.start()
        pool = ProducerPool(loops: group.loops, events: events)
    }

    deinit { group.stop() }

    func producer(_ configuration: ProducerConfiguration, label: String = "test") throws -> Producer {
        try pool.producer(for: configuration, label: label)
    }

    /// Produces one record on a loop and waits for its report; what was not queued throws.
    func send(
        _ producer: Producer, _ topic: ProducerTopic, _ record: TestRecord, loop: Int = 0
    ) async throws -> DeliveryReport {
        try await sendAll(producer, topic, [record], loop: loop)[0]
    }

    /// Produces the records one after the other and waits for all reports, in the records' order.
    func sendAll(
        _ producer: Producer, _ topic: ProducerTopic, _ records: [TestRecord], loop: Int = 0
    ) async throws -> [DeliveryReport] {
        if records.isEmpty { return [] }
        let loop = group.loops[loop]
        return try await withCheckedThrowingContinuation { continuation in
            loop.execute {
                let target = CollectingTarget(records.count) { continuation.resume(with: $0) }
                for (index, record) in records.enumerated() {
                    let result = record.produce(with: producer, to: topic, on: loop, target: target, tag: UInt64(index))
                    if case .queued = result { continue }
                    target.fail(NotQueued(result: result))
                    return
                }
            }
        }
    }

    /// Runs `work` on a loop and waits for it.
    func onLoop<Result: Sendable>(_ loop: Int = 0, _ work: @escaping @Sendable (EventLoop) -> Result) async -> Result {
        let loop = group.loops[loop]
        return await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: work(loop)) }
        }
    }
}

struct NotQueued: Error { let result: ProduceResult }

/// A record as tests write it.
struct TestRecord: Sendable {
    var key: [UInt8]?
    var value: [UInt8]
    var headers: RecordHeaders = .none
    var partition: Int32?
    /// Whether the value is given away.
    var isOwned = false

    init(_ value: String, key: String? = nil) {
        self.value = Array(value.utf8)
        self.key = key.map { Array($0.utf8) }
    }

    init(bytes: [UInt8], key: [UInt8]? = nil, headers: RecordHeaders = .none, isOwned: Bool = false) {
        value = bytes
        self.key = key
        self.headers = headers
        self.isOwned = isOwned
    }

    func produce(
        with producer: Producer, to topic: ProducerTopic, on loop: EventLoop, target: (any DeliveryTarget)?,
        tag: UInt64 = 0
    ) -> ProduceResult {
        let key = key
        if isOwned {
            return producer.produce(
                topic, key: key?.span, owned: value, headers: headers, partition: partition, on: loop, target: target,
                tag: tag)
        }
        return producer.produce(
            topic, key: key?.span, value: value.span, headers: headers, partition: partition, on: loop, target: target,
            tag: tag)
    }
}

/// Gathers a number of reports on one loop.
final class CollectingTarget: DeliveryTarget {
    private var reports: [DeliveryReport?]
    private var missing: Int
    private var finish: ((Result<[DeliveryReport], any Error>) -> Void)?

    init(_ count: Int, _ finish: @escaping (Result<[DeliveryReport], any Error>) -> Void) {
        reports = Array(repeating: nil, count: count)
        missing = count
        self.finish = finish
    }

    func fail(_ error: any Error) {
        finish?(.failure(error))
        finish = nil
    }

    func delivered(_ report: DeliveryReport, tag: UInt64) {
        precondition(reports[Int(tag)] == nil, "reported twice")
        reports[Int(tag)] = report
        missing -= 1
        guard missing == 0 else { return }
        finish?(.success(reports.compactMap { $0 }))
        finish = nil
    }
}

/// Keeps what the producers tell their operator, and lets a test wait for it.
final class EventRecorder: KafkaEventSink {
    private struct State {
        var events: [KafkaEvent] = []
        var waiters: [(matches: @Sendable (KafkaEvent) -> Bool, resume: @Sendable (KafkaEvent) -> Void)] = []
    }

    private let state = Mutex(State())

    var all: [KafkaEvent] { state.withLock { $0.events } }

    func received(_ event: KafkaEvent) {
        let woken = state.withLock { state in
            state.events.append(event)
            let woken = state.waiters.filter { $0.matches(event) }
            state.waiters.removeAll { $0.matches(event) }
            return woken
        }
        for waiter in woken { waiter.resume(event) }
    }

    /// The first event that matches, past or to come.
    func first(_ matches: @escaping @Sendable (KafkaEvent) -> Bool) async -> KafkaEvent {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> KafkaEvent? in
                if let known = state.events.first(where: matches) { return known }
                state.waiters.append((matches, { continuation.resume(returning: $0) }))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}

extension ProducerConfiguration {
    /// Against `cluster`, with short times so that a fault shows soon.
    static func test(_ servers: [String], _ change: (inout ProducerConfiguration) -> Void = { _ in }) -> Self {
        var configuration = ProducerConfiguration(cluster: ClusterConfiguration(bootstrapServers: servers))
        configuration.deliveryTimeout = 120_000
        change(&configuration)
        return configuration
    }
}

extension DevelopmentCluster {
    /// `brokerDown` while no program is being started: the mock takes its port again at once, which must be free.
    func takeDown(_ broker: Int) throws { try Spawning.alone { try brokerDown(broker) } }
}
