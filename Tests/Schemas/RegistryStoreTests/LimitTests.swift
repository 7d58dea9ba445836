import JSON
import RegistryStore
import SchemaLanguages
import Testing

@Suite("registry, limits")
struct LimitTests {
    @Test("a schema that is too large is refused before it is read")
    func schema() async throws {
        var limits = RegistryLimits()
        limits.schemaBytes = 100
        let fixture = try await RegistryFixture(limits: limits)
        let text = #"{"type":"string","doc":"\#(String(repeating: "x", count: 100))"}"#
        await expectCode(42209) { try await fixture.register("s", text) }
        let verdict = SchemaSubmission(.avro, text)
        await expectCode(42209) { _ = try await fixture.registry.compatibility(of: verdict, in: "s") }
    }

    @Test("subjects, versions and bytes have bounds")
    func counts() async throws {
        var limits = RegistryLimits()
        limits.subjects = 2
        limits.versions = 3
        limits.totalBytes = 500
        let fixture = try await RegistryFixture(limits: limits)
        for field in ["x=1", "y=1", "z=1"] { try await fixture.register("s", record(field)) }
        await expectCode(42205) { try await fixture.register("s", record("w=1")) }
        try await fixture.register("t", record("x=1"))
        await expectCode(42205) { try await fixture.register("u", record("x=1")) }
        try await fixture.registry.configure("t", RegistryConfiguration(level: CompatibilityLevel.none))
        await expectCode(42205) {
            try await fixture.register("t", record("a", "b", "c", "d", "e", "f", "g", "h", "i"))
        }
        for subject in ["a", "b"] {
            try await fixture.registry.setMode(subject, .readWrite, force: false)
        }
        await expectCode(42205) { try await fixture.registry.setMode("c", .readWrite, force: false) }
        try await fixture.registry.configure("b", RegistryConfiguration(level: .full))
        await expectCode(42205) { try await fixture.registry.configure("c", RegistryConfiguration(level: .full)) }
    }

    @Test("a list that would be too long is refused, and may be had in parts")
    func lists() async throws {
        var limits = RegistryLimits()
        limits.listBytes = 250
        let fixture = try await RegistryFixture(limits: limits)
        for subject in ["a", "b", "c", "d"] { try await fixture.register(subject, record("x")) }
        await expectCode(422) { _ = try await fixture.registry.schemas() }
        #expect(try await fixture.registry.schemas(offset: 1, limit: 2).map(\.place.subject) == ["b", "c"])
    }

    @Test("references and metadata have bounds")
    func references() async throws {
        var limits = RegistryLimits()
        limits.references = 2
        limits.closure = 2
        limits.metadataBytes = 20
        let fixture = try await RegistryFixture(limits: limits)
        var references: [SchemaReference] = []
        for name in ["A", "B", "C"] {
            try await fixture.register(name, SchemaSubmission(.avro, record("x", name: name), references: references))
            references = [SchemaReference(name: name, subject: name, version: 1)]
        }
        // C refers to B, and that to A: three.
        await expectCode(42201) {
            try await fixture.register("s", SchemaSubmission(.avro, #""C""#, references: references))
        }
        let many = ["A", "B", "C"].map { SchemaReference(name: $0, subject: $0, version: 1) }
        await expectCode(42209) { try await fixture.register("s", SchemaSubmission(.avro, #""C""#, references: many)) }
        await expectCode(42209) {
            try await fixture.register(
                "s", SchemaSubmission(.avro, record("x"), metadata: ["properties": ["owner": "somebody"]]))
        }
    }
}
