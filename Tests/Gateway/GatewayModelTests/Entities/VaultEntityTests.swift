import JSON
import Testing

@testable import GatewayModel

@Suite("vaults")
struct VaultEntityTests {
    private static func error(_ input: String) throws -> String? {
        var bench = Workbench()
        let object = try JSONObject.parse(input)
        return Workbench.error { try bench.create("vaults", object) }?.message
    }

    @Test(
        "what is wrong with a vault is told in Kong's words",
        arguments: [
            ("{}", "2 schema violations (name: required field missing; prefix: required field missing)"),
            (#"{"name":"env"}"#, "schema violation (prefix: required field missing)"),
            (#"{"prefix":"my-env"}"#, "schema violation (name: required field missing)"),
            (#"{"name":"hcv","prefix":"my-hcv"}"#, "schema violation (name: vault 'hcv' is not installed)"),
            (#"{"name":"env","prefix":"env"}"#, "schema violation (prefix: must not be one of: env, file)"),
            (#"{"name":"env","prefix":"file"}"#, "schema violation (prefix: must not be one of: env, file)"),
            (#"{"name":"env","prefix":"My"}"#, "schema violation (prefix: invalid value: My)"),
            (#"{"name":"env","prefix":"1a"}"#, "schema violation (prefix: invalid value: 1a)"),
            (#"{"name":"env","prefix":"a"}"#, "schema violation (prefix: invalid value: a)"),
            (#"{"name":"env","prefix":"a-"}"#, "schema violation (prefix: invalid value: a-)"),
            (#"{"name":"env","prefix":"a_b"}"#, "schema violation (prefix: invalid value: a_b)"),
            (#"{"name":"env","prefix":5}"#, "schema violation (prefix: expected a string)"),
            (
                #"{"name":"env","prefix":"my-env","config":{"prefix":"1A"}}"#,
                "schema violation (config.prefix: invalid value: 1A)"
            ),
            (
                #"{"name":"env","prefix":"my-env","config":{"directory":"/x"}}"#,
                "schema violation (config.directory: unknown field)"
            ),
            (#"{"name":"file","prefix":"my"}"#, "schema violation (config.directory: required field missing)"),
            (
                #"{"name":"file","prefix":"my","config":{"directory":"x"}}"#,
                "schema violation (config.directory: should start with: /)"
            ),
            (#"{"name":"env","prefix":"my-env","config":3}"#, "schema violation (config: expected a record)"),
            (#"{"name":"env","prefix":"my-env","colour":3}"#, "schema violation (colour: unknown field)"),
        ])
    func rules(input: String, message: String) throws {
        #expect(try Self.error(input) == message)
    }

    @Test("a vault without a configuration has the fields of its kind, and another kind has its own")
    func config() throws {
        var bench = Workbench()
        let vault = try bench.create("vaults", ["name": "env", "prefix": "my-env2"])
        #expect(vault.fields["config"] == ["prefix": .null])
        #expect(bench.configuration.find(TestSchema.definition("vaults"), "my-env2")?.id == vault.id)
        #expect(
            try bench.update("vaults", "my-env2", ["config": ["prefix": "A_"]]).fields["config"] == ["prefix": "A_"])
        let file = try bench.update("vaults", "my-env2", ["name": "file", "config": ["directory": "/run"]])
        #expect(file.fields["config"] == ["directory": "/run"])
        #expect(
            Workbench.error { try bench.create("vaults", ["name": "env", "prefix": "my-env2"]) }?.message
                == #"UNIQUE violation detected on '{prefix="my-env2"}'"#)
    }

    @Test("a reference needs its vault, and a vault in use stays as it is")
    func references() throws {
        var bench = Workbench()
        let plugin: JSONObject = ["name": "echo", "config": ["text": "a", "secret": "{vault://mine/key}"]]
        #expect(
            Workbench.error { try bench.create("plugins", plugin) }?.message
                == "schema violation (config.secret: vault 'mine' does not exist; use {vault://env/NAME} or the prefix of a vault)"
        )
        let vault = try bench.create("vaults", ["name": "env", "prefix": "mine"])
        let made = try bench.create("plugins", plugin)
        let told = "vault \(vault.id) is still referenced by plugins (id = \(made.id))"
        #expect(Workbench.error { try bench.delete("vaults", "mine") }?.message == told)
        #expect(Workbench.error { try bench.update("vaults", "mine", ["prefix": "yours"]) }?.message == told)
        try bench.update("vaults", "mine", ["description": "still mine"])
        try bench.create(
            "certificates", ["cert": "{vault://mine/cert}", "key": "{vault://env/KEY}"])
        try bench.delete("plugins", made.id)
        #expect(Workbench.error { try bench.delete("vaults", "mine") }?.message.contains("certificates") == true)
        let certificate = try #require(bench.configuration.all("certificates").first)
        try bench.delete("certificates", certificate.id)
        #expect(try bench.delete("vaults", "mine"))
    }
}
