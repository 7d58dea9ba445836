import Foundation
import JSON
import RegistryStore
import SQLite
import SchemaLanguages
import Testing

@Suite("registry, what is kept")
struct JournalTests {
    private static let item = SchemaReference(name: "Item", subject: "item", version: 1)

    /// Something of everything.
    private static func fill(_ fixture: RegistryFixture) async throws {
        let registry = fixture.registry
        try await fixture.register("item", record("sku", name: "Item"))
        let order = #"{"type":"record","name":"Order","fields":[{"name":"item","type":"Item"}]}"#
        try await fixture.register("order", SchemaSubmission(.avro, order, references: [item]))
        try await fixture.register(
            "json", SchemaSubmission(.json, #"{"title":"é\"\n","x":1}"#, metadata: ["properties": ["a": "b"]]))
        for field in ["x=1", "y=1", "z=1"] { try await fixture.register("gone", record(field)) }
        _ = try await registry.deleteVersion("gone", .number(1), permanently: false)
        _ = try await registry.deleteVersion("gone", .number(1), permanently: true)
        _ = try await registry.deleteSubject("gone", permanently: false)
        try await fixture.register("gone", record("w=1"))
        try await fixture.register("for good", record("v=1"))
        for permanently in [false, true] { _ = try await registry.deleteSubject("for good", permanently: permanently) }
        try await registry.configure(nil, RegistryConfiguration(level: .full, normalizes: true))
        try await registry.configure("item", RegistryConfiguration(level: .forwardTransitive))
        try await registry.configure("order", RegistryConfiguration(level: .full))
        _ = try await registry.removeConfiguration("order")
        try await registry.setMode("order", .readOnly, force: false)
        try await registry.setMode("new", .import, force: false)
        try await registry.setMode(nil, .readOnly, force: false)
    }

    private struct Picture: Equatable {
        let schemas: [RegisteredSchema]
        let configurations: [RegistryConfiguration]
        let modes: [RegistryMode]
        let referrers: [Int]
        let highestID: Int

        init(_ registry: EmbeddedRegistry) async throws {
            schemas = try await registry.schemas(.all)
            var configurations = [try await registry.configuration(nil)]
            var modes = [try await registry.mode(nil)]
            for subject in ["item", "order", "new", "gone"] {
                configurations.append(try await registry.configuration(subject, inherits: true))
                modes.append(try await registry.mode(subject, inherits: true))
            }
            self.configurations = configurations
            self.modes = modes
            referrers = try await registry.referrers("item", .latest)
            highestID = await registry.highestID
        }
    }

    @Test("a restart keeps everything")
    func restart() async throws {
        let folder = try TestFolder()
        let first = try await RegistryFixture(path: folder.database)
        try await Self.fill(first)
        let before = try await Picture(first.registry)
        #expect(before.schemas.count == 6 && before.highestID == 8 && before.referrers == [2])
        await first.close()
        let second = try await RegistryFixture(path: folder.database)
        #expect(try await Picture(second.registry) == before)
        // The highest id was that of a schema that is no more.
        try await second.registry.setMode(nil, .readWrite, force: false)
        #expect(try await second.register("another", record("u=1")) == 9)
        await second.close()
    }

    @Test("what cannot be stored does not happen")
    func closed() async throws {
        let folder = try TestFolder()
        let fixture = try await RegistryFixture(path: folder.database)
        try await fixture.register("s", record("x"))
        await fixture.close()
        await expectCode(50001) { try await fixture.register("s", record("x", "y=1")) }
        await expectCode(50001) { _ = try await fixture.registry.deleteSubject("s", permanently: false) }
        #expect(try await fixture.registry.versions("s") == [1])
    }

    @Test("questions are answered while a change waits for its journal")
    func slowJournal() async throws {
        let journal = SlowJournal()
        let fixture = try await RegistryFixture { _ in journal }
        journal.gate.signal()
        try await fixture.register("s", record("x"))
        async let second = fixture.register("s", record("x", "y=1"))
        await journal.isWaiting()
        #expect(try await fixture.registry.versions("s") == [1])
        #expect(try await fixture.register("s", record("x")) == 1)
        let third = SchemaSubmission(.avro, record("x", "z"))
        #expect(try await fixture.registry.compatibility(of: third, in: "s").isCompatible == false)
        journal.gate.signal()
        #expect(try await second == 2)
        #expect(try await fixture.registry.versions("s") == [1, 2])
    }

    @Test("a file has one registry at a time, and must be one")
    func file() async throws {
        let folder = try TestFolder()
        let first = try await RegistryFixture(path: folder.database)
        await #expect(throws: SQLiteJournal.Failure.self) { try await RegistryFixture(path: folder.database) }
        await first.close()
        let foreign = try Database(path: folder.path + "/foreign.db")
        try foreign.execute("CREATE TABLE t (x)")
        foreign.close()
        await #expect(throws: SQLiteJournal.Failure.self) {
            try await RegistryFixture(path: folder.path + "/foreign.db")
        }
        let newer = try Database(path: folder.database)
        try newer.execute("PRAGMA user_version = 99")
        newer.close()
        let failure = await #expect(throws: SQLiteJournal.Failure.self) {
            try await RegistryFixture(path: folder.database)
        }
        #expect(failure?.description.contains("newer") == true)
    }

    @Test("an event that cannot be read stops the start instead of being left out")
    func damaged() async throws {
        let folder = try TestFolder()
        let fixture = try await RegistryFixture(path: folder.database)
        try await fixture.register("s", record("x"))
        await fixture.close()
        let database = try Database(path: folder.database)
        try database.execute("UPDATE events SET value = '{}'")
        database.close()
        await #expect(throws: SQLiteJournal.Failure.self) { try await RegistryFixture(path: folder.database) }
    }

    @Test(
        "events are records of Confluent's topic",
        arguments: [
            (
                #"{"keytype":"CONFIG","subject":null,"magic":0}"#, #"{"compatibilityLevel":"FULL","normalize":true}"#
            ),
            (#"{"keytype":"CONFIG","subject":"s","magic":0}"#, #"{"subject":"s","compatibilityLevel":"NONE"}"#),
            (#"{"keytype":"CONFIG","subject":"s","magic":0}"#, nil),
            (#"{"keytype":"NOOP","magic":0}"#, #"{"id":7}"#),
            (#"{"keytype":"MODE","subject":null,"magic":0}"#, #"{"mode":"IMPORT"}"#),
            (#"{"keytype":"MODE","subject":"s","magic":0}"#, nil),
            (#"{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}"#, #"{"subject":"s","version":3}"#),
            (#"{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}"#, nil),
            (#"{"keytype":"SCHEMA","subject":"s","version":2,"magic":1}"#, nil),
            (
                #"{"keytype":"SCHEMA","subject":"s","version":2,"magic":1}"#,
                #"{"subject":"s","version":2,"id":7,"guid":"GUID","schemaType":"JSON","references":[{"name":"n","subject":"o","version":1}],"metadata":{"properties":{"a":"b"}},"schema":"{\"x\":1}","deleted":true}"#
            ),
        ] as [(String, String?)])
    func events(key: String, value: String?) throws {
        let key = try JSONValue.parse(text: key)
        let value = try value.map { try JSONValue.parse(text: $0) }
        let event = try RegistryEvent(key: key, value: value)
        #expect(event.key == key)
        var written = event.value?.objectValue
        if written?["guid"] != nil { written?["guid"] = "GUID" }
        #expect(written == value?.objectValue)
    }

    @Test(
        "events of unknown kinds are refused",
        arguments: [
            #"{"keytype":"CONTEXT","magic":0}"#, "{}", #"{"keytype":"SCHEMA","subject":"s"}"#,
            #"{"keytype":"SCHEMA","subject":"s","version":1}"#, #"{"keytype":"MODE"}"#,
        ])
    func badEvents(key: String) throws {
        #expect(throws: RegistryEventError.self) { try RegistryEvent(key: try .parse(text: key), value: [:]) }
    }
}

/// Keeps a change up until the test lets it go.
private final class SlowJournal: RegistryJournal, Sendable {
    let gate = DispatchSemaphore(value: 0)
    private let waits = AsyncStream.makeStream(of: Void.self)

    /// Returns when the next change but the first has come.
    func isWaiting() async {
        var count = 0
        for await _ in waits.stream {
            count += 1
            if count == 2 { return }
        }
    }

    func load() -> [RegistryEvent] { [] }

    func append(_ events: [RegistryEvent]) -> [RegistryEvent] {
        waits.continuation.yield()
        gate.wait()
        return events
    }

    func close() {}
}
