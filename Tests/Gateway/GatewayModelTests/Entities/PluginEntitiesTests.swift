import JSON
import Testing

@testable import GatewayModel

@Suite("entities that plugins bring")
struct PluginEntitiesTests {
    private static func bench() throws -> Workbench {
        var bench = Workbench()
        try bench.create("consumers", ["username": "alice", "id": "11111111-1111-4111-8111-111111111111"])
        try bench.create("consumers", ["username": "bob", "id": "22222222-2222-4222-8222-222222222222"])
        return bench
    }

    private static func consumer(_ name: String) -> JSONValue { ["username": .string(name)] }

    @Test("they are entities like all others while their plugin may be used")
    func known() {
        #expect(TestSchema.schema.definition("badge_credentials")?.pathName == "badges")
        #expect(TestSchema.schema.definition("badge_credentials")?.nestedPathName == "badge")
        #expect(TestSchema.schema.definition("badge_rights")?.nestedPathName == "badge_rights")
        #expect(GatewaySchema(plugins: [TestSchema.echo]).definition("badge_credentials") == nil)
        #expect(TestSchema.schema.definitions.last?.name == "plugins")
    }

    @Test("what is not given is made, a value is kept")
    func finish() throws {
        var bench = try Self.bench()
        let made = try bench.create("badge_credentials", ["consumer": Self.consumer("alice")])
        #expect(made.text("number") == "made")
        let given = try bench.create("badge_credentials", ["consumer": Self.consumer("alice"), "number": "7"])
        #expect(try bench.update("badge_credentials", "7", ["tags": ["t"]]).id == given.id)
        #expect(bench.configuration.find(TestSchema.definition("badge_credentials"), "7")?.tags == ["t"])
        #expect(
            Workbench.error {
                try bench.create("badge_credentials", ["consumer": Self.consumer("bob"), "number": "7"])
            }?.message == #"UNIQUE violation detected on '{number="7"}'"#)
    }

    @Test("a value that is given is transformed once, what is stored already is not")
    func transform() throws {
        var bench = try Self.bench()
        let input: JSONObject = ["consumer": Self.consumer("alice"), "number": "7", "pin": "1234"]
        let made = try bench.create("badge_credentials", input)
        #expect(made.text("pin") == "1234@1111")
        #expect(try bench.update("badge_credentials", "7", ["tags": ["t"]]).text("pin") == "1234@1111")
        #expect(try bench.update("badge_credentials", "7", ["pin": "5"]).text("pin") == "5@1111")
        #expect(try bench.update("badge_credentials", "7", ["pin": .null]).text("pin") == nil)
        #expect(try bench.upsert("badge_credentials", "7", input).text("pin") == "1234@1111")
        let error = Workbench.error { try bench.update("badge_credentials", "7", ["pin": "0000"]) }
        #expect(error?.message == "schema violation (pin: too easy)")
        var restored = Configuration(schema: TestSchema.schema)
        try restored.restore(made, TestSchema.definition("badge_credentials"))
        #expect(restored.all("badge_credentials") == [made])
    }

    @Test("a name that tells one from its siblings is found below their parent alone")
    func siblings() throws {
        var bench = try Self.bench()
        let definition = TestSchema.definition("badge_rights")
        let mine = try bench.create("badge_rights", ["consumer": Self.consumer("alice"), "door": "front"])
        let other = try bench.create("badge_rights", ["consumer": Self.consumer("bob"), "door": "front"])
        #expect(
            Workbench.error {
                try bench.create("badge_rights", ["consumer": Self.consumer("bob"), "door": "front"])
            }?.status == 409)
        for entity in [mine, other] {
            let parent = try #require(entity.reference("consumer"))
            let found = bench.configuration.find(definition, "front", where: "consumer", references: parent)
            #expect(found == entity)
            #expect(
                bench.configuration.find(definition, mine.id, where: "consumer", references: parent)
                    == (entity == mine ? mine : nil))
        }
        #expect(bench.configuration.find(definition, "front") == nil)
        #expect(
            Workbench.error { try bench.upsert("badge_rights", "front", [:]) }?.message
                == #"invalid primary key: '{id="front"}'"#)
    }

    @Test("they go with their consumer")
    func cascade() throws {
        var bench = try Self.bench()
        try bench.create("badge_credentials", ["consumer": Self.consumer("alice"), "number": "7"])
        try bench.create("badge_rights", ["consumer": Self.consumer("alice"), "door": "front"])
        try bench.create("badge_rights", ["consumer": Self.consumer("bob"), "door": "front"])
        try bench.delete("consumers", "alice")
        #expect(bench.configuration.count("badge_credentials") == 0)
        #expect(bench.configuration.count("badge_rights") == 1)
    }
}
