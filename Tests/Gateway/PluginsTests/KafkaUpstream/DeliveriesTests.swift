import PluginKit
import TestPlugins
import Testing

@testable import HTTPServer
@testable import Kafka
@testable import Plugins

@Suite("kafka-upstream: requests that wait for reports")
struct DeliveriesTests {
    /// Requests that wait, as the server would keep them.
    private final class Server: ResumptionTarget {
        var live: Set<UInt64> = []
        var exchange: Exchange?

        func isWaiting(_ generation: UInt64) -> Bool { live.contains(generation) }

        func settle(_ generation: UInt64) {}
        func resume(_ generation: UInt64, isFollowed: Bool, _ change: (inout Exchange) -> Void) -> Bool {
            guard live.remove(generation) != nil, var exchange = exchange.take() else { return false }
            change(&exchange)
            self.exchange = consume exchange
            return true
        }

        func resumeBody(_ generation: UInt64) {}
        func send(_ generation: UInt64, _ bytes: Span<UInt8>) -> Bool { true }
        func end(_ generation: UInt64, _ change: (inout Exchange) -> Void) {}
        func fail(_ generation: UInt64) {}
    }

    private final class Fixture {
        var answers: [[RecordResult]] = []
        let server = Server()
        lazy var deliveries = Deliveries { [unowned self] results, _, _ in answers.append(results) }
        private var requests: UInt64 = 0

        init() throws { server.exchange = try RequestFixture.exchange() }

        /// A request of that many queued records: its slot and their tags.
        func begin(_ topics: [String]) -> (slot: Int, tags: [UInt64]) {
            let slot = deliveries.begin()
            let tags = topics.map { topic in
                let tag = deliveries.tag(slot)
                deliveries.queued(slot, topic: topic)
                return tag
            }
            return (slot, tags)
        }

        /// Whether the request waits.
        func wait(_ slot: Int) throws -> Bool {
            requests += 1
            server.live.insert(requests)
            var exchange = try RequestFixture.exchange()
            exchange.resumption = Resumption(target: server, generation: requests)
            return deliveries.wait(slot, RequestFixture.context().suspension(of: exchange))
        }
    }

    private static func report(_ offset: Int64) -> DeliveryReport {
        DeliveryReport(error: nil, partition: 0, offset: offset, timestamp: -1)
    }

    private static let failed = DeliveryReport(
        error: FailureCase.error(.timedOut, isRetriable: true), partition: -1, offset: -1, timestamp: -1)

    @Test("the answer is written when the last report has come, in the order of the records")
    func inOrder() throws {
        let fixture = try Fixture()
        let (slot, tags) = fixture.begin(["a", "b", "c"])
        #expect(try fixture.wait(slot))
        fixture.deliveries.delivered(Self.report(3), tag: tags[2])
        fixture.deliveries.delivered(Self.report(1), tag: tags[0])
        #expect(fixture.answers.isEmpty && fixture.deliveries.count == 1)

        fixture.deliveries.delivered(Self.failed, tag: tags[1])

        #expect(fixture.answers.count == 1 && fixture.deliveries.count == 0)
        let results = try #require(fixture.answers.first)
        #expect(results.map(\.topic) == ["a", "b", "c"])
        #expect(results.map { $0.report?.offset } == [1, nil, 3])
        #expect(results.map { $0.failure?.name } == [nil, "Sample", nil])
    }

    @Test("a second report for a record does not stand for another's")
    func duplicate() throws {
        let fixture = try Fixture()
        let (slot, tags) = fixture.begin(["a", "b"])
        #expect(try fixture.wait(slot))
        fixture.deliveries.delivered(Self.report(1), tag: tags[0])

        fixture.deliveries.delivered(Self.report(1), tag: tags[0])

        #expect(fixture.answers.isEmpty)
        fixture.deliveries.delivered(Self.report(2), tag: tags[1])
        #expect(fixture.answers.count == 1)
        fixture.deliveries.delivered(Self.report(2), tag: tags[1])
        #expect(fixture.answers.count == 1 && fixture.deliveries.count == 0)
    }

    @Test("a report for an earlier request of the slot finds nobody")
    func late() throws {
        let fixture = try Fixture()
        let first = fixture.begin(["a", "b"])
        _ = fixture.deliveries.end(first.slot)
        let second = fixture.begin(["c"])
        #expect(second.slot == first.slot)
        #expect(try fixture.wait(second.slot))

        for tag in first.tags { fixture.deliveries.delivered(Self.report(9), tag: tag) }

        #expect(fixture.answers.isEmpty)
        fixture.deliveries.delivered(Self.report(1), tag: second.tags[0])
        #expect(fixture.answers.first?.map { $0.report?.offset } == [1])
    }

    @Test("tags that were never given find nobody")
    func foreign() throws {
        let fixture = try Fixture()
        fixture.deliveries.delivered(Self.report(1), tag: 0)
        let (slot, tags) = fixture.begin(["a"])
        #expect(try fixture.wait(slot))

        for tag in [tags[0] + 1, tags[0] | 0xf_ffff, tags[0] | 1 << 20, tags[0] | 1 << 48, .max] {
            fixture.deliveries.delivered(Self.report(1), tag: tag)
        }

        #expect(fixture.answers.isEmpty && fixture.deliveries.count == 1)
        fixture.deliveries.delivered(Self.report(1), tag: tags[0])
        #expect(fixture.answers.count == 1)
    }

    @Test("a record that was not taken gets no report, and none can be made up for it")
    func refused() throws {
        let fixture = try Fixture()
        let slot = fixture.deliveries.begin()
        let refused = fixture.deliveries.tag(slot)
        fixture.deliveries.failed(slot, topic: "a", .queueFull)
        let tag = fixture.deliveries.tag(slot)
        fixture.deliveries.queued(slot, topic: "b")
        #expect(try fixture.wait(slot))

        fixture.deliveries.delivered(Self.report(1), tag: refused)
        #expect(fixture.answers.isEmpty)
        fixture.deliveries.delivered(Self.report(2), tag: tag)

        #expect(fixture.answers.first?.map { $0.failure?.name } == ["QueueFull", nil])
    }

    @Test("a request of which nothing was taken does not wait")
    func nothingTaken() throws {
        let fixture = try Fixture()
        let slot = fixture.deliveries.begin()
        fixture.deliveries.failed(slot, topic: "a", .queueFull)

        #expect(try fixture.wait(slot) == false)
        #expect(fixture.deliveries.end(slot).map { $0.failure?.name } == ["QueueFull"])
        #expect(fixture.deliveries.count == 0)
    }

    @Test("a client that has gone gets no answer, and its slot is free again")
    func clientGone() throws {
        let fixture = try Fixture()
        let (slot, tags) = fixture.begin(["a"])
        #expect(try fixture.wait(slot))
        fixture.server.live = []

        fixture.deliveries.delivered(Self.report(1), tag: tags[0])

        #expect(fixture.answers.isEmpty && fixture.deliveries.count == 0)
        #expect(fixture.begin(["b"]).slot == slot)
    }

    @Test("many requests at once are told apart, through all generations of a slot")
    func many() throws {
        let fixture = try Fixture()
        let waiting = (0..<50).map { index in fixture.begin(["\(index)"]) }
        for request in waiting { #expect(try fixture.wait(request.slot)) }
        for (index, request) in waiting.enumerated().reversed() {
            fixture.deliveries.delivered(Self.report(Int64(index)), tag: request.tags[0])
        }
        #expect(fixture.answers.map { $0[0].topic } == (0..<50).reversed().map(String.init))
        #expect(fixture.answers.allSatisfy { $0[0].report?.offset == Int64($0[0].topic) })

        for _ in 0..<70_000 { _ = fixture.deliveries.end(fixture.deliveries.begin()) }
        let (slot, tags) = fixture.begin(["last"])
        #expect(try fixture.wait(slot))
        fixture.deliveries.delivered(Self.report(1), tag: tags[0])
        #expect(fixture.answers.count == 51 && fixture.deliveries.count == 0)
    }
}
