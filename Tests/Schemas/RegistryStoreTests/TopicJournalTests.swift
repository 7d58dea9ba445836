import Foundation
import Kafka
import RegistryStore
import SchemaLanguages
import TestBrokers
import TestClient
import Testing

/// Several registries share a topic of a real broker.
@Suite("registry, in a topic", .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct TopicJournalTests {
    private static func fixtures(_ count: Int, topic: String? = nil) async throws -> [RegistryFixture] {
        let servers = try await KafkaRig.shared().servers()
        let topic = topic ?? "_schemas-\(UUID().uuidString.prefix(8))"
        var fixtures: [RegistryFixture] = []
        for _ in 0..<count { fixtures.append(try await RegistryFixture(servers: servers, topic: topic)) }
        return fixtures
    }

    @Test("what one registers the others have, with the same ids")
    func shared() async throws {
        let nodes = try await Self.fixtures(2)
        #expect(try await nodes[0].register("s", record("x")) == 1)
        try await Eventually.holds("the other has read it") { await nodes[1].registry.subjects() == ["s"] }
        #expect(try await nodes[1].registry.content(id: 1).text == record("x"))
        // The other writes, and then the first again.
        #expect(try await nodes[1].register("s", record("x", "y=1")) == 2)
        #expect(try await nodes[0].register("t", record("z=1")) == 3)
        _ = try await nodes[1].registry.deleteSubject("s", permanently: false)
        try await Eventually.holds("all have read it") {
            let first = try await nodes[0].registry.schemas(.all)
            let second = try await nodes[1].registry.schemas(.all)
            return first == second && first.count == 3 && first.filter(\.isDeleted).count == 2
        }
        for node in nodes { await node.close() }
    }

    @Test("what is decided at the same time is decided on the same state")
    func together() async throws {
        let nodes = try await Self.fixtures(3)
        let ids = try await withThrowingTaskGroup(of: (String, Int).self) { group in
            for (place, node) in nodes.enumerated() {
                group.addTask {
                    var last = ("", 0)
                    // One after the other on each node, all nodes at the same time; every second schema is shared.
                    for number in 0..<6 {
                        let name = number % 2 == 0 ? "Shared\(number)" : "Own\(place)\(number)"
                        last = (name, try await node.register("\(place)-\(number)", record("x", name: name)))
                    }
                    return last
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(ids.count == 3)
        try await Eventually.holds("all have read all") {
            for node in nodes where await node.registry.subjects().count != 18 { return false }
            return true
        }
        let schemas = try await nodes[0].registry.schemas()
        var idsOfTexts: [String: Set<Int>] = [:]
        for schema in schemas { idsOfTexts[schema.content.text, default: []].insert(schema.id) }
        #expect(idsOfTexts.count == 12 && idsOfTexts.values.allSatisfy { $0.count == 1 })
        #expect(Set(schemas.map(\.id)) == Set(1...12))
        for node in nodes.dropFirst() { #expect(try await node.registry.schemas() == schemas) }
        for node in nodes { await node.close() }
    }

    @Test("a record that is no event stops changes, instead of being left out")
    func strangeRecord() async throws {
        let topic = "_schemas-\(UUID().uuidString.prefix(8))"
        let servers = try await KafkaRig.shared().servers()
        let node = try await Self.fixtures(1, topic: topic)[0]
        try await node.register("s", record("x"))
        try await OwnThread.run {
            let log = try SharedLog(cluster: ClusterConfiguration(bootstrapServers: servers), topic: topic) {}
            _ = try log.becomeWriter()
            _ = try log.write([SharedLog.Record(key: Array("no event".utf8), value: nil)])
            log.close()
        }
        await expectCode(50001) { try await node.register("t", record("x")) }
        await expectCode(50001) { try await node.register("t", record("x")) }
        #expect(await node.registry.subjects() == ["s"])
        await node.close()
        await #expect(throws: (any Error).self) { try await Self.fixtures(1, topic: topic) }
    }

    @Test("a registry that begins later has all, also which ids were given")
    func restart() async throws {
        let topic = "_schemas-\(UUID().uuidString.prefix(8))"
        let first = try await Self.fixtures(1, topic: topic)[0]
        try await first.register("s", record("x"))
        try await first.registry.configure("s", RegistryConfiguration(level: .full))
        try await first.register("t", record("y"))
        for permanently in [false, true] { _ = try await first.registry.deleteSubject("t", permanently: permanently) }
        let before = try await first.registry.schemas(.all)
        await first.close()
        let second = try await Self.fixtures(1, topic: topic)[0]
        #expect(try await second.registry.schemas(.all) == before)
        #expect(try await second.registry.configuration("s").level == .full)
        #expect(try await second.register("u", record("z")) == 3)
        await second.close()
    }
}

extension RegistryFixture {
    convenience init(servers: [String], topic: String) async throws {
        try await self.init { arrived in
            try TopicJournal(
                cluster: ClusterConfiguration(bootstrapServers: servers), topic: topic, arrived: arrived)
        }
    }
}
