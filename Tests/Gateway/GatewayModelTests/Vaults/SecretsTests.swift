import JSON
import Testing

@testable import GatewayModel

@Suite("secrets")
struct SecretsTests {
    private static let files = [
        "/run/secrets/plain": "s3cret", "/run/secrets/line": "s3cret\n", "/run/secrets/windows": "s3cret\r\n",
        "/run/secrets/json": #"{"user":"u","number":5}"#, "/etc/passwd": "root",
    ]

    private struct NoFile: Error, CustomStringConvertible {
        let description = "no such file"
    }

    private static func secrets(_ environment: [String: String] = [:]) throws -> Secrets {
        var bench = Workbench()
        try bench.create("vaults", ["name": "env", "prefix": "mine", "config": ["prefix": "my-app_"]])
        try bench.create("vaults", ["name": "env", "prefix": "bare"])
        try bench.create("vaults", ["name": "file", "prefix": "files", "config": ["directory": "/run/secrets"]])
        try bench.create("vaults", ["name": "file", "prefix": "slash", "config": ["directory": "/run/secrets/"]])
        let sources = SecretSources(environment: environment) { path in
            guard let text = files[path] else { throw NoFile() }
            return Array(text.utf8)
        }
        return Secrets(sources, vaults: bench.configuration.all("vaults"))
    }

    @Test(
        "variables are found by their name, in capitals or as given, with the vault's prefix",
        arguments: [
            ("{vault://env/pass-word}", ["PASS_WORD": "a"], "a"), ("{vault://env/lower}", ["lower": "b"], "b"),
            ("{vault://bare/pass}", ["PASS": "c"], "c"), ("{vault://mine/pass}", ["MY_APP_PASS": "d"], "d"),
            ("{vault://mine/pass}", ["my-app_pass": "e"], "e"),
            ("{vault://env/json/user}", ["JSON": #"{"user":"f"}"#], "f"),
            ("{vault://mine/json/user}", ["MY_APP_JSON": #"{"user":"g"}"#], "g"),
        ])
    func variables(reference: String, environment: [String: String], value: String) throws {
        #expect(try Self.secrets(environment).value(of: reference) == value)
    }

    @Test(
        "files are found below the vault's folder, a line feed at the end does not count",
        arguments: [
            ("{vault://files/plain}", "s3cret"), ("{vault://files/line}", "s3cret"),
            ("{vault://files/windows}", "s3cret"), ("{vault://slash/plain}", "s3cret"),
            ("{vault://files/json/user}", "u"),
        ])
    func files(reference: String, value: String) throws {
        #expect(try Self.secrets().value(of: reference) == value)
    }

    @Test(
        "what stands for nothing says why, and tells no secret",
        arguments: [
            ("{vault://env/none}", "is the environment variable set?"),
            ("{vault://mine/none}", "is the environment variable set?"), ("{vault://files/none}", "no such file"),
            ("{vault://files/..}", "no such file"), ("{vault://files/.}", "no such file"),
            ("{vault://files/plain/key}", "the secret is no JSON object"),
            ("{vault://files/json/none}", "the secret has no text 'none'"),
            ("{vault://files/json/number}", "the secret has no text 'number'"),
            ("{vault://other/a}", "vault 'other' does not exist"), ("{vault://file/a}", "vault 'file' does not exist"),
            ("{vault://files}", "malformed"), ("{vault://files/a/b/c}", "malformed"),
            ("{vault:///a}", "malformed"), ("{vault://env/}", "malformed"), ("{vault://env/a?ttl=1}", "malformed"),
        ])
    func missing(reference: String, why: String) throws {
        let error = #expect(throws: Secrets.Missing.self) { try Self.secrets(["X": "s3cret"]).value(of: reference) }
        #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test("a node without files says so")
    func noFiles() throws {
        var bench = Workbench()
        try bench.create("vaults", ["name": "file", "prefix": "files", "config": ["directory": "/run/secrets"]])
        let secrets = Secrets(SecretSources(environment: [:]), vaults: bench.configuration.all("vaults"))
        #expect(throws: Secrets.Missing.self) { try secrets.value(of: "{vault://files/plain}") }
    }

    @Test("references are found and replaced wherever a field may hold one, and nowhere else")
    func places() throws {
        let schema = RecordSchema(fields: [
            NamedField("plain", .string), NamedField("secret", .string.referenceable()),
            NamedField("list", .array(.string.referenceable())),
            NamedField("map", .map(value: .string.referenceable())),
            NamedField("record", .record([NamedField("deep", .string.referenceable())])),
            NamedField("records", .set(.record([NamedField("deep", .string.referenceable())]))),
        ])
        let text = "{vault://files/plain}"
        let record: JSONObject = [
            "plain": .string(text), "secret": .string(text), "list": ["a", .string(text)], "map": ["k": .string(text)],
            "record": ["deep": .string(text)], "records": [["deep": .string(text)]],
        ]
        let places = schema.references(in: record).map { $0.path.map(\.text).joined(separator: ".") }
        #expect(places == ["secret", "list.2", "map.k", "record.deep", "records.1.deep"])
        #expect(
            try schema.resolvingReferences(in: record, by: Self.secrets()) == [
                "plain": .string(text), "secret": "s3cret", "list": ["a", "s3cret"], "map": ["k": "s3cret"],
                "record": ["deep": "s3cret"], "records": [["deep": "s3cret"]],
            ])
    }
}
