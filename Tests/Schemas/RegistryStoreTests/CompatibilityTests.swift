import RegistryStore
import SchemaLanguages
import Testing

/// What may follow a schema, in one language.
struct Evolution: Sendable, CustomTestStringConvertible {
    let language: SchemaLanguage
    let base: String
    /// Reads what the base wrote, but not the other way round.
    let reads: String
    /// Is read by the base, but not the other way round.
    let isRead: String
    let both: String
    let neither: String

    var testDescription: String { language.rawValue }

    static let avro = Evolution(
        language: .avro, base: record("a", "b"), reads: record("a"), isRead: record("a", "b", "c"),
        both: record("a", "b", "c=1"), neither: #"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#)

    static let json = Evolution(
        language: .json, base: object("a", "b"), reads: object("a", "b", "c"), isRead: object("a"),
        both: object("a", "b").replacing(#""type":"object""#, with: #""type":"object","title":"T""#),
        neither: object("a", "b").replacing(#""a":{"type":"string"}"#, with: #""a":{"type":"integer"}"#))

    /// A JSON object with these texts and nothing else.
    private static func object(_ names: String...) -> String {
        let properties = names.map { #""\#($0)":{"type":"string"}"# }.joined(separator: ",")
        return #"{"type":"object","properties":{\#(properties)},"additionalProperties":false}"#
    }

    private static let message = #"syntax = "proto3"; message R { string a = 1; }"#

    static let protobuf = Evolution(
        language: .protobuf, base: message + " message Q {}", reads: message + " message Q {} message S {}",
        isRead: message, both: #"syntax = "proto3"; message R { string a = 1; int32 b = 2; } message Q {}"#,
        neither: #"syntax = "proto3"; message R { int32 a = 1; } message Q {}"#)

    static let all = [avro, json, protobuf]
}

@Suite("registry, compatibility")
struct CompatibilityTests {
    @Test("each level allows what it says", arguments: Evolution.all, CompatibilityLevel.allCases)
    func levels(evolution: Evolution, level: CompatibilityLevel) async throws {
        let fixture = try await RegistryFixture()
        let language = evolution.language
        try await fixture.registry.configure(nil, RegistryConfiguration(level: level))
        try await fixture.register("s", SchemaSubmission(language, evolution.base))
        let name = level.rawValue
        for (text, isAllowed) in [
            (evolution.reads, name == "NONE" || name.hasPrefix("BACKWARD")),
            (evolution.isRead, name == "NONE" || name.hasPrefix("FORWARD")), (evolution.both, true),
            (evolution.neither, name == "NONE"),
        ] {
            let submission = SchemaSubmission(language, text)
            let verdict = try await fixture.registry.compatibility(of: submission, in: "s")
            #expect(verdict.isCompatible == isAllowed, "\(text): \(verdict.messages)")
            let exact = try await fixture.registry.compatibility(of: submission, in: "s", with: .number(1))
            #expect(exact == verdict)
            if isAllowed { continue }
            #expect(verdict.messages.last == "{compatibility: '\(name)'}")
            #expect(verdict.messages.first?.contains("oldSchemaVersion:1") == true)
            await expectCode(409) { try await fixture.register("s", submission) }
        }
        #expect(try await fixture.registry.versions("s") == [1])
    }

    @Test("only transitive levels look further back than the last version")
    func transitive() async throws {
        for (level, isAllowed) in [(CompatibilityLevel.backward, true), (.backwardTransitive, false)] {
            let fixture = try await RegistryFixture()
            try await fixture.registry.configure("s", RegistryConfiguration(level: CompatibilityLevel.none))
            try await fixture.register("s", record("a"))
            try await fixture.register("s", record("a", "b"))
            try await fixture.registry.configure("s", RegistryConfiguration(level: level))
            let third = SchemaSubmission(.avro, record("a", "b", "c=1"))
            #expect(try await fixture.registry.compatibility(of: third, in: "s").isCompatible == isAllowed)
            // Softly deleted versions do not count.
            _ = try await fixture.registry.deleteVersion("s", .number(1), permanently: false)
            #expect(try await fixture.registry.compatibility(of: third, in: "s").isCompatible)
        }
    }

    @Test("where there is nothing to compare with, all is compatible, but a version must be there")
    func nothing() async throws {
        let fixture = try await RegistryFixture()
        let submission = SchemaSubmission(.avro, record("a"))
        #expect(try await fixture.registry.compatibility(of: submission, in: "s").isCompatible)
        #expect(try await fixture.registry.compatibility(of: submission, in: "s", with: .latest).isCompatible)
        await expectCode(40401) {
            _ = try await fixture.registry.compatibility(of: submission, in: "s", with: .number(1))
        }
        try await fixture.register("s", record("a"))
        await expectCode(40402) {
            _ = try await fixture.registry.compatibility(of: submission, in: "s", with: .number(2))
        }
        await expectCode(42201) {
            _ = try await fixture.registry.compatibility(of: SchemaSubmission(.avro, "{"), in: "s")
        }
    }

    @Test("another language is not compatible")
    func languages() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.register("s", record("a"))
        let json = SchemaSubmission(.json, #"{"type":"object"}"#)
        let verdict = try await fixture.registry.compatibility(of: json, in: "s")
        #expect(verdict.messages.first?.contains("SCHEMA_TYPE_MISMATCH") == true)
        await expectCode(409) { try await fixture.register("s", json) }
    }
}
