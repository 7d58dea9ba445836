import EventLoop
import TestBrokers
import Testing

@testable import Kafka

/// A broker's answer to a produce request, and what the caller must be told.
struct InjectedFault: Sendable, CustomTestStringConvertible {
    let codes: [Int32]
    /// Nil: delivered in spite of it.
    let name: String?
    let kind: KafkaError.Kind?
    let isRetriable: Bool

    var testDescription: String { "\(codes) → \(name ?? "delivered")" }

    static let all: [InjectedFault] = [
        InjectedFault(codes: [29], name: "TopicAuthorizationFailed", kind: .refused, isRetriable: false),
        InjectedFault(codes: [10], name: "MessageSizeTooLarge", kind: .refused, isRetriable: false),
        InjectedFault(codes: [87], name: "InvalidRecord", kind: .refused, isRetriable: false),
        InjectedFault(codes: [44], name: "PolicyViolation", kind: .refused, isRetriable: false),
        InjectedFault(codes: [6], name: nil, kind: nil, isRetriable: false),
        InjectedFault(codes: [6, 6, 6], name: nil, kind: nil, isRetriable: false),
        InjectedFault(codes: [19, 19], name: nil, kind: nil, isRetriable: false),
        InjectedFault(codes: [7], name: nil, kind: nil, isRetriable: false),
        InjectedFault(codes: [7, 6, 19], name: nil, kind: nil, isRetriable: false),
    ]
}

@Suite("Brokers that fail")
struct ProducerFaultTests {
    @Test("a broker's answer is retried, or told by its name", arguments: InjectedFault.all, [true, false])
    func refusing(_ fault: InjectedFault, isIdempotent: Bool) async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("refused", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.isIdempotent = isIdempotent
                $0.retryBackoff = 10
            })
        let topic = try producer.topic("refused")
        #expect(try await harness.send(producer, topic, TestRecord("first")).error == nil)

        cluster.pushErrors(.produce, fault.codes)
        let report = try await harness.send(producer, topic, TestRecord("second"))

        #expect(report.error?.name == fault.name)
        #expect(report.error?.kind == fault.kind)
        #expect((report.error?.isRetriable ?? false) == fault.isRetriable)
        if let name = fault.name { #expect(producer.status.topics[0].failures == [name: 1]) }
        // A topic that was denied is asked for again, and then takes records.
        try await Eventually.holds("a record is taken again") {
            do {
                return try await harness.send(producer, topic, TestRecord("third")).error == nil
            } catch let refusal as NotQueued {
                guard case .refused(let error) = refusal.result else { throw refusal }
                #expect(error.name == fault.name)
                return false
            }
        }
    }

    // With one request at a time only: the mock takes a request behind a failed one that a broker refuses as out of
    // sequence, and librdkafka then holds the first for stored. More are tested end to end with brokers that crash.
    @Test("records of a partition keep their order, and none is lost or doubled, while requests fail")
    func order() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("ordered", partitions: 1)
        try cluster.setRoundTrip(1, milliseconds: 2)
        let harness = try ProducerHarness()
        let producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.maximumInFlight = 1
                $0.batchMessages = 20
                $0.retryBackoff = 5
            })
        let topic = try producer.topic("ordered")
        #expect(try await harness.send(producer, topic, TestRecord("first")).offset == 0)

        cluster.pushErrors(.produce, [0, 6, 0, 0, 7, 0, 19, 6, 0, 0, 0, 7])
        let reports = try await harness.sendAll(producer, topic, (1...1_000).map { TestRecord("\($0)", key: "same") })

        #expect(reports.allSatisfy { $0.error == nil })
        #expect(reports.map(\.offset) == (1...1_000).map { Int64($0) })
    }

    @Test("a topic that the cluster does not have is told by its name")
    func unknownTopic() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("there", partitions: 1)
        cluster.setTopicError("not-there", code: 3)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers) { $0.deliveryTimeout = 10_000 })

        let report = try await harness.send(producer, try producer.topic("not-there"), TestRecord("v"))

        #expect(report.error?.name == "UnknownTopicOrPartition")
        #expect(report.error?.kind == .refused)
    }

    @Test("a record for a broker that is down times out with the cause, and the next is delivered when it is back")
    func down() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("outage", partitions: 1)
        let harness = try ProducerHarness()
        let configuration = ProducerConfiguration.test(cluster.bootstrapServers) { $0.deliveryTimeout = 1_500 }
        let producer = try harness.producer(configuration)
        let topic = try producer.topic("outage")
        #expect(try await harness.send(producer, topic, TestRecord("before")).error == nil)

        try cluster.takeDown(1)
        let report = try await harness.send(producer, topic, TestRecord("during"))

        let error = try #require(report.error)
        #expect(error.name == "MessageTimedOut" && error.kind == .timedOut && error.isRetriable)
        let cause = try #require(error.cause)
        #expect(cause.broker == cluster.bootstrapServers[0])
        #expect(cause.error.kind == .unreachable)
        #expect(error.message.contains(cause.error.message))
        #expect(producer.health.consecutiveFailures == 1)
        #expect(producer.health.lastFailure == error)
        #expect(producer.status.brokers.contains { $0.isFailing && $0.lastFault != nil })

        try cluster.brokerUp(1)
        try await Eventually.holds("a record is delivered again") {
            try await harness.send(producer, topic, TestRecord("after")).error == nil
        }
        #expect(producer.health.consecutiveFailures == 0)
        _ = await harness.events.first { if case .brokerRecovered = $0 { true } else { false } }
        #expect(producer.status.brokers.allSatisfy { !$0.isFailing })
    }

    @Test("a record waits for a broker that comes back in time")
    func backInTime() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("outage", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers))
        let topic = try producer.topic("outage")
        #expect(try await harness.send(producer, topic, TestRecord("before")).error == nil)
        try cluster.takeDown(1)

        async let report = harness.send(producer, topic, TestRecord("during"))
        _ = await harness.events.first { if case .brokerFailed = $0 { true } else { false } }
        try cluster.brokerUp(1)

        #expect(try await report.error == nil)
    }

    @Test("a broker that answers too late is a time-out")
    func slow() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("slow", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(
            .test(cluster.bootstrapServers) {
                $0.deliveryTimeout = 4_000
                $0.requestTimeout = 1_000
                $0.cluster.socketTimeout = 1_000
            })
        let topic = try producer.topic("slow")
        #expect(try await harness.send(producer, topic, TestRecord("before")).error == nil)

        try cluster.setRoundTrip(1, milliseconds: 30_000)
        let report = try await harness.send(producer, topic, TestRecord("during"))

        #expect(report.error?.name == "MessageTimedOut")
        #expect(report.error?.isRetriable == true)
        #expect(report.error?.cause?.error.kind == .timedOut, "\(harness.events.all)")
    }

    @Test("nothing is lost or reordered when a partition's leader moves")
    func leaderMoves() async throws {
        let cluster = try DevelopmentCluster(brokers: 3)
        try cluster.createTopic("moving", partitions: 1, replicationFactor: 3)
        try cluster.setLeader("moving", partition: 0, broker: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers) { $0.retryBackoff = 10 })
        let topic = try producer.topic("moving")

        var offsets: [Int64] = []
        for broker in [2, 3, 1] {
            try cluster.setLeader("moving", partition: 0, broker: broker)
            let reports = try await harness.sendAll(
                producer, topic, (0..<50).map { TestRecord("to \(broker), \($0)") })
            #expect(reports.allSatisfy { $0.error == nil })
            offsets += reports.map(\.offset)
        }

        #expect(offsets == (0..<150).map { Int64($0) })
    }

    @Test("records that nobody waits for and that are lost are told to the operator, once an event")
    func lost() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("log", partitions: 1)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(cluster.bootstrapServers) { $0.isIdempotent = false }, label: "logs")
        let topic = try producer.topic("log")
        #expect(try await harness.send(producer, topic, TestRecord("first")).error == nil)

        cluster.pushErrors(.produce, [29])
        _ = await harness.onLoop { TestRecord("second").produce(with: producer, to: topic, on: $0, target: nil) }

        let event = await harness.events.first { if case .recordsLost = $0 { true } else { false } }
        guard case .recordsLost("logs", "log", 1, let error) = event else {
            Issue.record("unexpected \(event)")
            return
        }
        #expect(error.name == "TopicAuthorizationFailed")
        #expect(producer.health.consecutiveFailures == 1)
    }
}
