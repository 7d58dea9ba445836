import RegistryStore
import SchemaLanguages
import Testing

@Suite("registry, deletion")
struct DeletionTests {
    private static func fixture() async throws -> RegistryFixture {
        let fixture = try await RegistryFixture()
        try await fixture.register("s", record("x"))
        try await fixture.register("s", record("x", "y=1"))
        return fixture
    }

    @Test("a subject goes softly first, then for good")
    func subject() async throws {
        let fixture = try await Self.fixture()
        let registry = fixture.registry
        await expectCode(40401) { _ = try await registry.deleteSubject("t", permanently: false) }
        await expectCode(40405) { _ = try await registry.deleteSubject("s", permanently: true) }
        #expect(try await registry.deleteSubject("s", permanently: false) == [1, 2])
        await expectCode(40404) { _ = try await registry.deleteSubject("s", permanently: false) }
        #expect(await registry.subjects() == [])
        #expect(await registry.subjects(.all) == ["s"])
        #expect(await registry.subjects(.onlyDeleted) == ["s"])
        await expectCode(40401) { _ = try await registry.versions("s") }
        #expect(try await registry.versions("s", .all) == [1, 2])
        // Records with its id are still read.
        #expect(try await registry.content(id: 1).text == record("x"))
        #expect(try await registry.places(of: 1) == [])
        #expect(try await registry.deleteSubject("s", permanently: true) == [1, 2])
        #expect(await registry.subjects(.all) == [])
        await expectCode(40403) { _ = try await registry.content(id: 1) }
        await expectCode(40401) { _ = try await registry.deleteSubject("s", permanently: true) }
    }

    @Test("a version goes softly first, then for good")
    func version() async throws {
        let fixture = try await Self.fixture()
        let registry = fixture.registry
        await expectCode(40401) { _ = try await registry.deleteVersion("t", .latest, permanently: false) }
        await expectCode(40402) { _ = try await registry.deleteVersion("s", .number(9), permanently: false) }
        await expectCode(40407) { _ = try await registry.deleteVersion("s", .number(2), permanently: true) }
        #expect(try await registry.deleteVersion("s", .latest, permanently: false) == 2)
        await expectCode(40406) { _ = try await registry.deleteVersion("s", .number(2), permanently: false) }
        #expect(try await registry.versions("s") == [1])
        #expect(try await registry.versions("s", .all) == [1, 2])
        #expect(try await registry.versions("s", .onlyDeleted) == [2])
        await expectCode(40402) { _ = try await registry.schema("s", .number(2)) }
        #expect(try await registry.schema("s", .latest).place.version == 1)
        #expect(try await registry.schema("s", .latest, .all).place.version == 2)
        #expect(try await registry.deleteVersion("s", .number(2), permanently: true) == 2)
        #expect(try await registry.versions("s", .all) == [1])
        // The next version's number is that of the one that has gone.
        #expect(try await registry.register("s", SchemaSubmission(.avro, record("x", "z=1"))).place.version == 2)
    }

    @Test("a subject's own settings go with it")
    func settings() async throws {
        let fixture = try await Self.fixture()
        let registry = fixture.registry
        try await registry.configure("s", RegistryConfiguration(level: .full))
        try await registry.setMode("s", .readWrite, force: false)
        _ = try await registry.deleteSubject("s", permanently: false)
        await expectCode(40408) { _ = try await registry.configuration("s") }
        await expectCode(40409) { _ = try await registry.mode("s") }
    }

    @Test("an id that another subject uses stays")
    func sharedID() async throws {
        let fixture = try await Self.fixture()
        try await fixture.register("t", record("x"))
        for permanently in [false, true] { _ = try await fixture.registry.deleteSubject("s", permanently: permanently) }
        #expect(try await fixture.registry.content(id: 1).text == record("x"))
        #expect(try await fixture.register("u", record("x")) == 1)
        await expectCode(40403) { _ = try await fixture.registry.content(id: 2) }
    }
}
