import Foundation
import TestBrokers
import TestClient
import Testing

@testable import Kafka

@Suite(
    "a topic as a shared log", .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct TopicLogTests {
    private static func configuration(_ topic: String) async throws -> TopicLogConfiguration {
        let rig = try await KafkaRig.shared()
        return TopicLogConfiguration(
            cluster: ClusterConfiguration(bootstrapServers: rig.servers()), topic: topic,
            transactionalID: "\(topic)-writer")
    }

    private static func entry(_ key: String, _ value: String?) -> TopicLog.Entry {
        TopicLog.Entry(key: Array(key.utf8), value: value.map { Array($0.utf8) })
    }

    @Test("what one writes all read, in order, those that come later too")
    func sharing() async throws {
        let configuration = try await Self.configuration("log-sharing")
        try await OwnThread.run {
            let one = try TopicLog(configuration)
            let other = try TopicLog(configuration)
            #expect(try one.lock().isEmpty)
            try one.append([Self.entry("a", "1"), Self.entry("b", ""), Self.entry("a", nil)])
            let written = [Self.entry("a", "1"), Self.entry("b", ""), Self.entry("a", nil)]
            #expect(try other.readToEnd() == written)
            #expect(try other.lock().isEmpty)
            try other.append([Self.entry("c", "3")])
            #expect(try one.readToEnd() == written + [Self.entry("c", "3")])
            let late = try TopicLog(configuration)
            #expect(try late.readToEnd() == written + [Self.entry("c", "3")])
            #expect(try late.readToEnd().isEmpty)
        }
    }

    @Test("who takes the log fences whoever had it, and nothing of theirs is written")
    func fencing() async throws {
        let configuration = try await Self.configuration("log-fencing")
        try await OwnThread.run {
            let slow = try TopicLog(configuration)
            let fast = try TopicLog(configuration)
            #expect(try slow.lock().isEmpty)
            #expect(try fast.lock().isEmpty)
            try fast.append([Self.entry("a", "fast")])
            let error = #expect(throws: KafkaError.self) { try slow.append([Self.entry("a", "slow")]) }
            #expect(error?.name.contains("Fenced") == true || error?.name.contains("FENCED") == true, "\(error!)")
            #expect(try slow.lock() == [Self.entry("a", "fast")])
            try slow.append([Self.entry("a", "slow, later")])
            #expect(try fast.readToEnd() == [Self.entry("a", "fast"), Self.entry("a", "slow, later")])
        }
    }

    @Test("a log that was taken and given back is as it was")
    func releasing() async throws {
        let configuration = try await Self.configuration("log-releasing")
        try await OwnThread.run {
            let log = try TopicLog(configuration)
            _ = try log.lock()
            log.release()
            _ = try log.lock()
            try log.append([Self.entry("a", "1")])
            #expect(try log.readToEnd() == [Self.entry("a", "1")])
        }
    }

    @Test("a topic of several partitions is no log")
    func partitions() async throws {
        let rig = try await KafkaRig.shared()
        try await rig.createTopic("log-partitions", partitions: 2)
        let configuration = try await Self.configuration("log-partitions")
        let error = await #expect(throws: KafkaError.self) {
            try await OwnThread.run { _ = try TopicLog(configuration) }
        }
        #expect(error?.message == "the topic 'log-partitions' has 2 partitions: a log has one")
    }
}
