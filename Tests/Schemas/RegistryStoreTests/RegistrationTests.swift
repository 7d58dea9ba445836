import JSON
import RegistryStore
import SchemaLanguages
import Testing

@Suite("registry, registration")
struct RegistrationTests {
    @Test("one schema has one id in all subjects, and one version in each")
    func sameIDs() async throws {
        let fixture = try await RegistryFixture()
        #expect(try await fixture.register("a", record("x")) == 1)
        #expect(try await fixture.register("b", record("x")) == 1)
        #expect(try await fixture.register("a", record("x")) == 1)
        #expect(try await fixture.register("a", record("x", "y=1")) == 2)
        #expect(try await fixture.registry.versions("a") == [1, 2])
        #expect(try await fixture.registry.versions("b") == [1])
        #expect(try await fixture.registry.places(of: 1).map(\.subject) == ["a", "b"])
        #expect(await fixture.registry.subjects() == ["a", "b"])
    }

    @Test(
        "what differs only in how it was written is one schema",
        arguments: [
            (
                SchemaLanguage.avro, #"{"type":"record","name":"R","fields":[{"name":"x","type":"string"}]}"#,
                "{ \"name\" : \"R\",\n\"fields\":[{\"type\":{\"type\":\"string\"},\"name\":\"x\"}], \"type\":\"record\"}"
            ),
            (.json, #"{"type":"object","title":"T"}"#, "{ \"type\" : \"object\" ,\n\t\"title\":\"T\" }"),
            (
                .protobuf, #"syntax = "proto3"; message M { string a = 1; }"#,
                "syntax = 'proto3';\n// Words.\nmessage M {\n  string a = 1; // More.\n}\n"
            ),
            // A descriptor, as Python's serialiser sends it.
            (
                .protobuf, #"syntax = "proto3"; message M { string a = 1; }"#,
                "CgdtLnByb3RvIg4KAU0SCQoBYRgBIAEoCWIGcHJvdG8z"
            ),
        ])
    func sameText(language: SchemaLanguage, first: String, second: String) async throws {
        let fixture = try await RegistryFixture()
        let id = try await fixture.register("s", SchemaSubmission(language, first))
        #expect(try await fixture.register("s", SchemaSubmission(language, second)) == id)
        #expect(try await fixture.registry.lookUp("s", SchemaSubmission(language, second)).id == id)
    }

    @Test("a Protobuf schema keeps its comments, also over a restart")
    func comments() async throws {
        let folder = try TestFolder()
        let text = "syntax = \"proto3\";\n// Words.\nmessage M {\n  string a = 1;\n}"
        let plain = SchemaSubmission(.protobuf, text.replacing("// Words.\n", with: ""))
        let first = try await RegistryFixture(path: folder.database)
        try await first.register("s", SchemaSubmission(.protobuf, text + "\n"))
        #expect(try await first.registry.content(id: 1).text == text)
        await first.close()
        let second = try await RegistryFixture(path: folder.database)
        #expect(try await second.registry.content(id: 1).text == text)
        #expect(try await second.registry.lookUp("s", plain).id == 1)
        #expect(try await second.register("t", plain) == 1)
        await second.close()
    }

    @Test("the order of a JSON schema's members counts unless it is normalised")
    func normalised() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.registry.configure("s", RegistryConfiguration(level: CompatibilityLevel.none))
        let first = SchemaSubmission(.json, #"{"title":"T","type":"object"}"#)
        let second = SchemaSubmission(.json, #"{"type":"object","title":"T"}"#)
        #expect(try await fixture.register("s", first) == 1)
        #expect(try await fixture.register("s", second) == 2)
        #expect(try await fixture.register("s", second, normalizes: true) == 1)
        try await fixture.registry.configure("s", RegistryConfiguration(normalizes: true))
        #expect(try await fixture.register("s", second) == 1)
        #expect(try await fixture.register("s", second, normalizes: false) == 2)
    }

    @Test("languages, references and metadata make schemas different")
    func differentContents() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.registry.configure(nil, RegistryConfiguration(level: CompatibilityLevel.none))
        try await fixture.register("other", record("x", name: "Other"))
        var ids: Set<Int> = []
        let text = #"{"type":"string"}"#
        let other = SchemaReference(name: "Other", subject: "other", version: 1)
        ids.insert(try await fixture.register("s", SchemaSubmission(.avro, text)))
        ids.insert(try await fixture.register("s", SchemaSubmission(.json, text)))
        ids.insert(try await fixture.register("s", SchemaSubmission(.avro, text, references: [other])))
        ids.insert(
            try await fixture.register(
                "s", SchemaSubmission(.avro, text, metadata: ["properties": ["owner": "me"]])))
        #expect(ids.count == 4)
    }

    @Test("a schema that was softly deleted becomes a new version with its old id")
    func again() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.register("s", record("x"))
        _ = try await fixture.registry.deleteSubject("s", permanently: false)
        let again = try await fixture.registry.register("s", SchemaSubmission(.avro, record("x")))
        #expect(again.id == 1 && again.place.version == 2)
    }

    @Test("an id is never given twice")
    func idsAreNotReused() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.register("s", record("x"))
        for permanently in [false, true] { _ = try await fixture.registry.deleteSubject("s", permanently: permanently) }
        #expect(try await fixture.register("s", record("y")) == 2)
        #expect(try await fixture.registry.versions("s") == [1])
    }

    @Test("a bad schema is refused and leaves nothing", arguments: [#"{"type":"recor"}"#, "{", #"{"type":1}"#])
    func badSchema(text: String) async throws {
        let fixture = try await RegistryFixture()
        for language in [SchemaLanguage.avro, .json] where !(language == .json && text.contains("recor")) {
            await expectCode(42201) { try await fixture.register("s", SchemaSubmission(language, text)) }
        }
        #expect(await fixture.registry.subjects(.all) == [])
        #expect(await fixture.registry.highestID == 0)
    }

    @Test(
        "names of subjects that cannot be used",
        arguments: ["", "a\u{7}b", "__GLOBAL", "__EMPTY", ":.ctx:s", String(repeating: "n", count: 1025)])
    func names(subject: String) async throws {
        let fixture = try await RegistryFixture()
        await expectCode(42208) { try await fixture.register(subject, record("x")) }
    }

    @Test("a version that is given must be the next one")
    func givenVersion() async throws {
        let fixture = try await RegistryFixture()
        var submission = SchemaSubmission(.avro, record("x"))
        submission.version = 2
        await expectCode(42201) { try await fixture.register("s", submission) }
        submission.version = 1
        #expect(try await fixture.register("s", submission) == 1)
        #expect(try await fixture.register("s", submission) == 1)
    }

    @Test("what is looked up is found by its text, or the error says what is missing")
    func lookUp() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.register("s", record("x"))
        let found = try await fixture.registry.lookUp("s", SchemaSubmission(.avro, record("x")))
        #expect(found.id == 1 && found.place == SubjectVersion(subject: "s", version: 1))
        await expectCode(40401) { _ = try await fixture.registry.lookUp("t", SchemaSubmission(.avro, record("x"))) }
        await expectCode(40403) { _ = try await fixture.registry.lookUp("s", SchemaSubmission(.avro, record("y"))) }
        await expectCode(42201) { _ = try await fixture.registry.lookUp("s", SchemaSubmission(.avro, "{}")) }
        _ = try await fixture.registry.deleteVersion("s", .latest, permanently: false)
        await expectCode(40401) { _ = try await fixture.registry.lookUp("s", SchemaSubmission(.avro, record("x"))) }
        #expect(try await fixture.registry.lookUp("s", SchemaSubmission(.avro, record("x")), .all).isDeleted)
    }

    @Test("metadata comes back, and finds the newest version that has it")
    func metadata() async throws {
        let fixture = try await RegistryFixture()
        for (field, stage) in [("x=1", "test"), ("y=1", "prod"), ("z=1", "test")] {
            try await fixture.register(
                "s",
                SchemaSubmission(.avro, record(field), metadata: ["properties": ["stage": .string(stage)]]))
        }
        #expect(try await fixture.registry.latest("s", having: ["stage": "prod"]).place.version == 2)
        #expect(try await fixture.registry.latest("s", having: ["stage": "test"]).place.version == 3)
        #expect(try await fixture.registry.content(id: 2).metadata?["properties"]?["stage"] == "prod")
        await expectCode(40403) { _ = try await fixture.registry.latest("s", having: ["stage": "none"]) }
        await expectCode(40401) { _ = try await fixture.registry.latest("t", having: [:]) }
    }

    @Test("a schema's guid is the same in every registry")
    func guid() async throws {
        var guids: Set<String> = []
        for _ in 0..<2 {
            let fixture = try await RegistryFixture()
            let content = try await fixture.registry.register("s", SchemaSubmission(.avro, record("x"))).content
            let found = try await fixture.registry.content(guid: content.guid.uppercased())
            #expect(found.id == 1 && found.content == content)
            guids.insert(content.guid)
            await expectCode(40403) { _ = try await fixture.registry.content(guid: "none") }
        }
        #expect(guids.count == 1)
    }
}
