import Foundation
import Kafka
import TestBrokers
import TestClient
import Testing

/// What becomes of records of which the broker does not say it.
@Suite("Shared logs, unexplained answers")
struct SharedLogOutcomeTests {
    @Test("records that are there are told as written, though the broker failed as it answered")
    func unexplained() async throws {
        let cluster = try DevelopmentCluster()
        try cluster.createTopic("log", partitions: 1)
        try await OwnThread.run {
            let log = try SharedLog(
                cluster: ClusterConfiguration(bootstrapServers: cluster.bootstrapServers), topic: "log",
                isPrepared: true
            ) {}
            defer { log.close() }
            let records = ["1", "2"].map { SharedLog.Record(key: Array("a".utf8), value: Array($0.utf8)) }
            #expect(try log.becomeWriter() == [])
            // UNKNOWN_SERVER_ERROR. This cluster takes no records back, so those are there.
            cluster.pushErrors(.endTransaction, [-1])
            #expect(try log.write(records) == records)
            #expect(try log.write([records[0]]) == [records[0]])
        }
    }
}

/// Several clients keep one state in a topic of a real broker.
@Suite("Shared logs", .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct SharedLogTests {
    /// Calls block: each on a thread that is not the tests'.
    private final class Node: @unchecked Sendable {
        // Used by one thread at a time, as the test awaits each call.
        private let log: SharedLog
        let arrivals: AsyncStream<Void>

        init(_ servers: [String], _ topic: String, timeout: Int = 30_000) throws {
            let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            self.arrivals = arrivals
            log = try SharedLog(
                cluster: ClusterConfiguration(bootstrapServers: servers), topic: topic, timeout: timeout
            ) { arrived.yield() }
        }

        deinit { log.close() }

        static func make(_ servers: [String], _ topic: String, timeout: Int = 30_000) async throws -> Node {
            try await OwnThread.run { try Node(servers, topic, timeout: timeout) }
        }

        func read() async throws -> [SharedLog.Record] { try await OwnThread.run { try self.log.readToEnd() } }
        func take() async throws -> [SharedLog.Record] { try await OwnThread.run { try self.log.take() } }
        func becomeWriter() async throws -> [SharedLog.Record] {
            try await OwnThread.run { try self.log.becomeWriter() }
        }
        func write(_ records: [SharedLog.Record]) async throws -> [SharedLog.Record] {
            try await OwnThread.run { try self.log.write(records) }
        }
    }

    private static func record(_ key: String, _ value: String?) -> SharedLog.Record {
        SharedLog.Record(key: Array(key.utf8), value: value.map { Array($0.utf8) })
    }

    private static func name() -> String { "shared-\(UUID().uuidString.prefix(8))" }

    @Test("what one writes the other reads, in its order, and is told that it came")
    func twoNodes() async throws {
        let servers = try await KafkaRig.shared().servers()
        let topic = Self.name()
        let first = try await Node.make(servers, topic)
        let second = try await Node.make(servers, topic)
        #expect(try await first.read() == [])
        #expect(try await second.read() == [])
        #expect(try await first.becomeWriter() == [])
        let records = [Self.record("a", "1"), Self.record("b", "2"), Self.record("a", nil)]
        #expect(try await first.write(records) == records)

        var seen: [SharedLog.Record] = []
        var arrivals = second.arrivals.makeAsyncIterator()
        while seen.count < 3 {
            await arrivals.next()
            seen += try await second.take()
        }
        #expect(seen == records)
        #expect(try await Node.make(servers, topic).read() == records)
    }

    @Test("who takes the right to write has seen all; the other is refused and writes nothing")
    func takeover() async throws {
        let servers = try await KafkaRig.shared().servers()
        let topic = Self.name()
        let first = try await Node.make(servers, topic)
        let second = try await Node.make(servers, topic)
        _ = try await first.becomeWriter()
        _ = try await first.write([Self.record("a", "1")])
        #expect(try await second.becomeWriter() == [Self.record("a", "1")])

        let failure = await #expect(throws: SharedLog.Failure.self) {
            try await first.write([Self.record("a", "lost")])
        }
        guard case .superseded = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try await second.write([Self.record("a", "2")]) == [Self.record("a", "2")])
        #expect(try await first.becomeWriter() == [Self.record("a", "2")])
        #expect(try await first.write([Self.record("a", "3")]) == [Self.record("a", "3")])
        let all = try await Node.make(servers, topic).read()
        #expect(all.map { $0.value.map { String(decoding: $0, as: UTF8.self) } } == ["1", "2", "3"])
    }

    /// A broker that is asked to finish one writer's records while another takes the right cannot say what became of them.
    @Test("several that write at once: what is told as written is there once, what is told as superseded is not")
    func contention() async throws {
        let servers = try await KafkaRig.shared().servers()
        let topic = Self.name()
        let outcomes = try await withThrowingTaskGroup(of: (written: [String], superseded: Set<String>).self) { group in
            for number in 0..<3 {
                let node = try await Node.make(servers, topic)
                group.addTask {
                    var written: [String] = []
                    var superseded: Set<String> = []
                    for attempt in 0..<200 where written.count < 6 {
                        let value = "\(number)-\(attempt)"
                        _ = try await node.becomeWriter()
                        do {
                            _ = try await node.write([Self.record("a", value), Self.record("b", value)])
                            written.append(value)
                        } catch SharedLog.Failure.superseded { superseded.insert(value) }
                    }
                    return (written, superseded)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let all = try await Node.make(servers, topic).read()
        let values = all.map { String(decoding: $0.value ?? [], as: UTF8.self) }
        #expect(outcomes.map(\.written.count) == [6, 6, 6])
        for outcome in outcomes {
            let own = values.filter { Set(outcome.written).contains($0) }
            #expect(own == outcome.written.flatMap { [$0, $0] })
            #expect(outcome.superseded.isDisjoint(with: values))
        }
        #expect(values.count == 36)
    }

    @Test("a record may be larger than brokers take by themselves")
    func large() async throws {
        let servers = try await KafkaRig.shared().servers()
        let node = try await Node.make(servers, Self.name())
        _ = try await node.becomeWriter()
        let records = [Self.record("a", String(repeating: "x", count: 3 << 20)), Self.record("b", "")]
        #expect(try await node.write(records) == records)
    }

    @Test("without the right nothing is written")
    func withoutRight() async throws {
        let servers = try await KafkaRig.shared().servers()
        let node = try await Node.make(servers, Self.name())
        await #expect(throws: SharedLog.Failure.self) { try await node.write([Self.record("a", "1")]) }
        #expect(try await node.read() == [])
    }

    @Test(
        "a topic that would forget, or has no one order, is refused",
        arguments: [(1, ["cleanup.policy=delete"], "cleanup.policy"), (2, ["cleanup.policy=compact"], "2 partitions")])
    func unsuitable(partitions: Int, settings: [String], says: String) async throws {
        let rig = try await KafkaRig.shared()
        let topic = Self.name()
        let pairs = settings.map { $0.split(separator: "=").map(String.init) }
        try await rig.createTopic(
            topic, partitions: partitions, settings: Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) }))
        let error = await #expect(throws: KafkaError.self) { try await Node.make(rig.servers(), topic) }
        #expect(error?.message.contains(says) == true, "\(String(describing: error))")
    }

    @Test("a broker that is not there is told within the time")
    func unreachable() async throws {
        let port = try FreePorts.one()
        let error = await #expect(throws: KafkaError.self) {
            try await Node.make(["127.0.0.1:\(port)"], "none", timeout: 2_000)
        }
        #expect(error?.isRetriable == true)
    }
}
