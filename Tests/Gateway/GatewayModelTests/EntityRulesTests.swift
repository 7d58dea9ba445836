import JSON
import Testing

@testable import GatewayModel

enum TestSchema {
    static let echo = PluginSchema(
        name: "echo", priority: 1, allowsConsumer: false,
        config: RecordSchema(fields: [
            NamedField("text", .string.required()),
            NamedField("count", .integer.default(3).between(1, 10)),
            NamedField("flag", .boolean.default(false)),
            NamedField("words", .array(.string)),
            NamedField("labels", .map(value: .integer)),
            NamedField("secret", .string.referenceable()),
            NamedField("later", .string.unsupported("not honoured yet")),
            NamedField(
                "servers",
                .set(
                    .record([
                        NamedField("host", .string.required()),
                        NamedField("port", .integer.required().between(0, 65535)),
                    ]))),
            NamedField("inner", .record([NamedField("deep", .record([NamedField("on", .boolean.default(true))]))])),
        ]))
    static let schema = GatewaySchema(plugins: [echo])
    static func definition(_ name: String) -> EntityDefinition {
        guard let definition = schema.definition(name) else { preconditionFailure("no \(name)") }
        return definition
    }
}

@Suite("entity rules")
struct EntityRulesTests {
    @Test(
        "what is wrong with an entity is told in Kong's words",
        arguments: [
            ("services", "{}", "schema violation (host: required field missing)"),
            ("services", #"{"host":"a","port":70000}"#, "schema violation (port: value should be between 0 and 65535)"),
            ("services", #"{"host":"a","port":"80"}"#, "schema violation (port: expected an integer)"),
            ("services", #"{"host":"a","colour":1}"#, "schema violation (colour: unknown field)"),
            ("services", #"{"host":"a","path":"x"}"#, "schema violation (path: should start with: /)"),
            ("services", #"{"host":1}"#, "schema violation (host: expected a string)"),
            ("services", #"{"host":""}"#, "schema violation (host: length must be at least 1)"),
            (
                "services", #"{"host":"a","name":"x y"}"#,
                "schema violation (name: invalid value 'x y': the only accepted ascii characters are alphanumerics or ., -, _, and ~)"
            ),
            (
                "services", #"{"host":"a","protocol":"ftp"}"#,
                "schema violation (protocol: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp, ws, wss)"
            ),
            ("services", #"{"host":"a","id":"x"}"#, "schema violation (id: expected a valid UUID)"),
            ("services", #"{"host":"a","tags":"x"}"#, "schema violation (tags: expected a set)"),
            (
                "services", #"{"host":"a","tags":["a,b"]}"#,
                "schema violation (tags.1: invalid tag 'a,b': expected printable ascii (except `,` and `/`) or valid utf-8 sequences)"
            ),
            (
                "services", #"{"host":"a","enabled":1,"retries":-1}"#,
                "2 schema violations (enabled: expected a boolean; retries: value should be between 0 and 32767)"
            ),
            ("services", #"{"url":"x"}"#, "schema violation (url: missing scheme in url)"),
            (
                "routes", "{}",
                "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https')"
            ),
            (
                "routes", #"{"protocols":["http"]}"#,
                "schema violation (must set one of 'methods', 'hosts', 'headers', 'paths' when 'protocols' is 'http')"
            ),
            (
                "routes", #"{"paths":["x"]}"#,
                "schema violation (paths.1: should start with: / (fixed path) or ~/ (regex path))"
            ),
            ("routes", #"{"paths":["/a"],"methods":["get"]}"#, "schema violation (methods.1: invalid value: get)"),
            (
                "routes", #"{"hosts":["*.a.*"]}"#,
                "schema violation (hosts.1: invalid wildcard: must have at most one wildcard)"
            ),
            (
                "routes", #"{"hosts":["a.*.b"]}"#,
                "schema violation (hosts.1: invalid wildcard: must be placed at leftmost or rightmost label)"
            ),
            (
                "routes", #"{"headers":{"Host":["a"]}}"#,
                "schema violation (headers.Host: cannot contain 'host' header, which must be specified in the 'hosts' attribute)"
            ),
            (
                "routes", #"{"paths":["/a"],"service":{"id":"x"}}"#,
                "schema violation (service.id: expected a valid UUID)"
            ),
            (
                "routes", #"{"paths":["/a"],"service":{"name":"nope"}}"#,
                "the foreign key '{name=\"nope\"}' does not reference an existing 'services' entity."
            ),
            (
                "consumers", "{}",
                "schema violation (at least one of these fields must be non-empty: 'custom_id', 'username')"
            ),
            ("plugins", "{}", "schema violation (name: required field missing)"),
            (
                "plugins", #"{"name":"nope"}"#,
                "schema violation (name: plugin 'nope' not enabled; add it to the 'plugins' configuration property)"
            ),
            ("plugins", #"{"name":"echo"}"#, "schema violation (config.text: required field missing)"),
            (
                "plugins", #"{"name":"echo","config":{"text":"a","servers":[{"host":"h"}]}}"#,
                "schema violation (config.servers.1.port: required field missing)"
            ),
            (
                "plugins", #"{"name":"echo","config":{"text":"a","later":"x"}}"#,
                "schema violation (config.later: not honoured yet)"
            ),
            (
                "plugins", #"{"name":"echo","config":{"text":"a"},"protocols":["tcp"]}"#,
                "schema violation (protocols.1: expected one of: grpc, grpcs, http, https)"
            ),
            (
                "plugins", #"{"name":"echo","config":{"text":"a","secret":"{vault://aws/x}"}}"#,
                "schema violation (config.secret: vault 'aws' is not available; use {vault://env/NAME})"
            ),
            ("certificates", #"{"cert":"x","key":"y"}"#, "2 schema violations"),
        ])
    func refused(collection: String, input: String, message: String) throws {
        var configuration = Configuration(schema: TestSchema.schema)
        var change = ConfigurationChange()
        let object = try #require(try JSONValue.parse(text: input).objectValue)
        let error = #expect(throws: ModelError.self) {
            try configuration.create(TestSchema.definition(collection), object, now: 1, change: &change)
        }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        #expect(change.steps.isEmpty)
    }

    @Test("an entity comes complete: defaults, nulls, times in seconds")
    func complete() throws {
        var configuration = Configuration(schema: TestSchema.schema)
        var change = ConfigurationChange()
        let service = try configuration.create(
            TestSchema.definition("services"), ["url": "https://example.com/v1", "name": "s"], now: 42, change: &change)
        #expect(service.fields["protocol"] == "https")
        #expect(service.fields["port"] == 443)
        #expect(service.fields["path"] == "/v1")
        #expect(service.fields["retries"] == 5)
        #expect(service.fields["tags"] == .null)
        #expect(service.fields["created_at"] == 42)
        #expect(service.fields["url"] == nil)
        let plugin = try configuration.create(
            TestSchema.definition("plugins"), ["name": "echo", "config": ["text": "a"], "service": ["name": "s"]],
            now: 42,
            change: &change)
        #expect(plugin.fields["config"]?["count"] == 3)
        #expect(plugin.fields["config"]?["inner"] == ["deep": ["on": true]])
        #expect(plugin.fields["service"] == ["id": .string(service.id)])
        #expect(plugin.fields["protocols"] == ["grpc", "grpcs", "http", "https"])
    }

    @Test("names, references and scopes are kept unique and whole")
    func integrity() throws {
        var configuration = Configuration(schema: TestSchema.schema)
        var change = ConfigurationChange()
        let services = TestSchema.definition("services")
        let plugins = TestSchema.definition("plugins")
        _ = try configuration.create(services, ["host": "a", "name": "s"], now: 1, change: &change)
        let unique = #expect(throws: ModelError.self) {
            try configuration.create(services, ["host": "b", "name": "s"], now: 1, change: &change)
        }
        #expect(unique?.status == 409)
        #expect(unique?.message == #"UNIQUE violation detected on '{name="s"}'"#)
        _ = try configuration.create(
            TestSchema.definition("routes"), ["paths": ["/"], "service": ["name": "s"], "name": "r"], now: 1,
            change: &change)
        let input: JSONObject = ["name": "echo", "config": ["text": "a"], "route": ["name": "r"]]
        _ = try configuration.create(plugins, input, now: 1, change: &change)
        let twice = #expect(throws: ModelError.self) {
            try configuration.create(plugins, input, now: 1, change: &change)
        }
        #expect(twice?.status == 409)
        #expect(
            twice?.message.hasPrefix(#"UNIQUE violation detected on '{consumer=null,name="echo",route={id="#) == true)
        let inUse = #expect(throws: ModelError.self) { try configuration.delete(services, key: "s", change: &change) }
        #expect(inUse?.message == "an existing 'routes' entity references this 'services' entity")
        change.steps = []
        try configuration.delete(TestSchema.definition("routes"), key: "r", change: &change)
        #expect(change.steps.count == 2)
        #expect(configuration.count("plugins") == 0)
        try configuration.delete(services, key: "s", change: &change)
        #expect(configuration.hash == String(repeating: "0", count: 32))
    }

    @Test("PUT returns what is not mentioned to its default, PATCH keeps it and merges the configuration")
    func changes() throws {
        var configuration = Configuration(schema: TestSchema.schema)
        var change = ConfigurationChange()
        let plugins = TestSchema.definition("plugins")
        let plugin = try configuration.create(
            plugins, ["name": "echo", "config": ["text": "a", "count": 5, "inner": ["deep": ["on": false]]]], now: 1,
            change: &change)
        let patched = try configuration.update(
            plugins, key: plugin.id, ["config": ["text": "b"]], now: 2, change: &change)
        #expect(patched.fields["config"]?["count"] == 5)
        #expect(patched.fields["config"]?["text"] == "b")
        #expect(patched.fields["config"]?["inner"] == ["deep": ["on": false]])
        #expect(patched.fields["created_at"] == 1 && patched.fields["updated_at"] == 2)
        let put = try configuration.upsert(
            plugins, key: plugin.id, ["name": "echo", "config": ["text": "c"]], now: 3, change: &change)
        #expect(put.fields["config"]?["count"] == 3)
        #expect(put.id == plugin.id)
        let missing = #expect(throws: ModelError.self) {
            try configuration.update(plugins, key: "none", [:], now: 2, change: &change)
        }
        #expect(missing?.status == 404)
    }

    @Test("references to the environment are resolved for plugins, and a missing variable names its field")
    func vaults() throws {
        let config: JSONObject = ["text": "a", "secret": "{vault://env/my-secret}"]
        let resolved = try TestSchema.echo.config.resolvingReferences(in: config, environment: ["MY_SECRET": "s3"])
        #expect(resolved["secret"] == "s3")
        let error = #expect(throws: FieldErrors.self) {
            try TestSchema.echo.config.resolvingReferences(in: config, environment: [:])
        }
        #expect(error?.problems.first?.pathText == "secret")
    }
}
