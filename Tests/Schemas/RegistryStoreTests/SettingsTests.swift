import RegistryStore
import SchemaLanguages
import Testing

@Suite("registry, levels and modes")
struct SettingsTests {
    @Test("a subject has its own level, or the registry's")
    func levels() async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        #expect(try await registry.configuration(nil).level == .backward)
        await expectCode(40408) { _ = try await registry.configuration("s") }
        #expect(try await registry.configuration("s", inherits: true).level == .backward)
        try await registry.configure(nil, RegistryConfiguration(level: .full))
        try await registry.configure("s", RegistryConfiguration(normalizes: true))
        #expect(try await registry.configuration("s") == RegistryConfiguration(normalizes: true))
        #expect(
            try await registry.configuration("s", inherits: true)
                == RegistryConfiguration(level: .full, normalizes: true)
        )
        #expect(try await registry.removeConfiguration("s") == RegistryConfiguration(normalizes: true))
        await expectCode(40408) { _ = try await registry.removeConfiguration("s") }
        #expect(try await registry.removeConfiguration(nil).level == .full)
        #expect(try await registry.configuration(nil).level == .backward)
    }

    @Test(
        "in a read-only registry nothing changes but the mode", arguments: [RegistryMode.readOnly, .readOnlyOverride])
    func readOnly(mode: RegistryMode) async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        try await fixture.register("s", record("x"))
        try await registry.setMode("free", .readWrite, force: false)
        try await registry.setMode(nil, mode, force: false)
        // What is there already needs no change.
        #expect(try await fixture.register("s", record("x")) == 1)
        await expectCode(42205) { try await fixture.register("s", record("x", "y=1")) }
        await expectCode(42205) { _ = try await registry.deleteSubject("s", permanently: false) }
        await expectCode(42205) { _ = try await registry.deleteVersion("s", .latest, permanently: false) }
        await expectCode(42205) { try await registry.configure(nil, RegistryConfiguration(level: .full)) }
        await expectCode(42205) { try await registry.configure("s", RegistryConfiguration(level: .full)) }
        if mode == .readOnlyOverride {
            await expectCode(42205) { try await fixture.register("free", record("x")) }
        } else {
            #expect(try await fixture.register("free", record("x")) == 1)
        }
        try await registry.setMode(nil, .readWrite, force: false)
        #expect(try await fixture.register("s", record("x", "y=1")) == 2)
    }

    @Test("a subject has its own mode, or the registry's")
    func modes() async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        #expect(try await registry.mode(nil) == .readWrite)
        await expectCode(40409) { _ = try await registry.mode("s") }
        #expect(try await registry.mode("s", inherits: true) == .readWrite)
        try await registry.setMode("s", .readOnly, force: false)
        #expect(try await registry.mode("s") == .readOnly)
        #expect(try await registry.removeMode("s") == .readOnly)
        await expectCode(40409) { _ = try await registry.removeMode("s") }
    }

    @Test("imported schemas keep their ids and versions, and are not compared")
    func `import`() async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        var submission = SchemaSubmission(.avro, record("x"), id: 100, version: 7)
        await expectCode(42205) { try await fixture.register("s", submission) }
        try await registry.setMode("s", .import, force: false)
        #expect(try await fixture.register("s", submission) == 100)
        #expect(try await registry.versions("s") == [7])
        #expect(try await fixture.register("s", submission) == 100)
        await expectCode(42205) { try await fixture.register("s", record("y")) }
        // Nothing is overwritten: neither an id, nor a version.
        await expectCode(42205) {
            try await fixture.register("s", SchemaSubmission(.avro, record("y"), id: 100, version: 8))
        }
        await expectCode(42205) {
            try await fixture.register("s", SchemaSubmission(.avro, record("y"), id: 101, version: 7))
        }
        submission.id = 101
        await expectCode(42207) { try await fixture.register("s", submission) }
        submission.version = 9
        await expectCode(42207) { try await fixture.register("s", submission) }
        #expect(try await fixture.register("s", SchemaSubmission(.avro, record("y"), id: 50, version: 3)) == 50)
        #expect(try await registry.versions("s") == [3, 7])
        try await registry.setMode("s", .readWrite, force: false)
        #expect(try await fixture.register("s", record("x", "z=1")) == 101)
        #expect(try await registry.versions("s") == [3, 7, 8])
    }

    @Test("an import brings back what was softly deleted, but does not overwrite it")
    func importOverDeleted() async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        try await registry.setMode("s", .import, force: false)
        let submission = SchemaSubmission(.avro, record("x"), id: 5, version: 2)
        try await fixture.register("s", submission)
        _ = try await registry.deleteVersion("s", .number(2), permanently: false)
        await expectCode(42205) {
            try await fixture.register("s", SchemaSubmission(.avro, record("y"), id: 6, version: 2))
        }
        #expect(try await registry.versions("s", .onlyDeleted) == [2])
        try await fixture.register("s", submission)
        #expect(try await registry.versions("s") == [2])
    }

    @Test("importing begins with nothing, or is forced")
    func force() async throws {
        let fixture = try await RegistryFixture()
        let registry = fixture.registry
        try await fixture.register("s", record("x"))
        await expectCode(42205) { try await registry.setMode("s", .import, force: false) }
        await expectCode(42205) { try await registry.setMode(nil, .import, force: false) }
        try await registry.setMode("t", .import, force: false)
        try await registry.setMode("s", .import, force: true)
        #expect(try await registry.mode("s") == .import)
    }
}
