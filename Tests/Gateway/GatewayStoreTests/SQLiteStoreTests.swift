import GatewayModel
import Glibc
import JSON
import SQLite
import System
import Testing

@testable import GatewayStore

@Suite("SQLiteStore")
struct SQLiteStoreTests {
    private static let schema = GatewaySchema(plugins: [])
    private static let services = EntityDefinition.named("services")

    private let folder = TemporaryFolder()

    private static func change(_ input: JSONObject, in configuration: inout Configuration) throws -> ConfigurationChange
    {
        var change = ConfigurationChange()
        _ = try configuration.create(services, input, now: 1, change: &change)
        return change
    }

    /// The message of opening and loading this.
    private static func problem(_ path: String, _ schema: GatewaySchema = schema) -> String {
        do {
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            _ = try store.load(schema)
            return "no problem"
        } catch { return (error as? ModelError)?.message ?? "\(error)" }
    }

    @Test("entities come back as they were, whatever their text holds")
    func roundTrip() throws {
        let path = folder.path()
        var configuration = Configuration(schema: Self.schema)
        let change = try Self.change(
            ["host": "a", "name": "größe", "tags": ["a \"quoted\" tag", "'; DROP TABLE entities; --", "😀"]],
            in: &configuration)
        let store = try SQLiteStore(path: path)
        try store.save(change)
        store.close()
        let again = try SQLiteStore(path: path)
        #expect(try again.load(Self.schema).all("services") == configuration.all("services"))
        again.close()
    }

    @Test("a new file is readable for its user only")
    func mode() throws {
        let path = folder.path()
        try SQLiteStore(path: path).close()
        var facts = stat()
        #expect(stat(path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
    }

    @Test("a database in memory leaves no file behind")
    func inMemory() throws {
        try SQLiteStore(path: SQLiteStore.inMemory).close()
        #expect(!File.exists(SQLiteStore.inMemory))
    }

    @Test("a file of a newer version is refused and left as it is")
    func newer() throws {
        let path = folder.path()
        try SQLiteStore(path: path).close()
        let database = try Database(path: path)
        try database.execute("PRAGMA user_version = \(SQLiteStore.layout + 1)")
        database.close()
        #expect(Self.problem(path).contains("was written by a newer Sluice (layout 2, this one knows 1)"))
    }

    @Test("one process holds a file")
    func held() throws {
        let path = folder.path()
        let store = try SQLiteStore(path: path)
        #expect(Self.problem(path) == "\(path) is used by another process: give each node its own data_dir")
        store.close()
        #expect(Self.problem(path) == "no problem")
    }

    @Test("what is no store is refused with its name")
    func foreign() throws {
        let garbage = folder.path()
        try File.write(Array(String(repeating: "no database ", count: 100).utf8), to: garbage)
        #expect(Self.problem(garbage).hasPrefix("\(garbage) is damaged or no database of Sluice"))
        let other = folder.path()
        let database = try Database(path: other)
        try database.execute("CREATE TABLE songs (name TEXT)")
        database.close()
        #expect(Self.problem(other) == "\(other) is no database of Sluice: it holds 'songs'")
        #expect(Self.problem("/nonexistent/x.sqlite").contains("/nonexistent/x.sqlite"))
    }

    @Test(
        "damage inside names what is damaged",
        arguments: [
            ("INSERT INTO entities VALUES ('partials', 'x', '{}')", "holds 'partials', which this version does not"),
            ("INSERT INTO entities VALUES ('services', 'x', '[]')", "is damaged: the stored entity x is no object"),
            ("INSERT INTO entities VALUES ('services', 'x', '{}')", "service x: schema violation (host: required"),
        ])
    func damaged(statement: String, message: String) throws {
        let path = folder.path()
        try SQLiteStore(path: path).close()
        let database = try Database(path: path)
        try database.execute(statement)
        database.close()
        #expect(Self.problem(path).contains(message), "\(Self.problem(path))")
    }

    @Test("every collection comes back, and a file from before there were some loads with the newer fields empty")
    func collections() throws {
        let badge = EntityDefinition(
            name: "badges", singular: "badge", nameField: "number",
            schema: RecordSchema(fields: [
                NamedField("id", .string.uuid().automatic()),
                NamedField("consumer", .foreign("consumers").required().cascading()),
                NamedField("number", .string.unique()),
            ]))
        let plugin = PluginSchema(
            name: "p", priority: 1, allowsConsumerGroup: true, config: RecordSchema(fields: []), entities: [badge])
        let schema = GatewaySchema(plugins: [plugin])
        let path = folder.path()
        var configuration = Configuration(schema: schema)
        var change = ConfigurationChange()
        for (collection, input) in [
            ("vaults", ["name": "env", "prefix": "my-env"]), ("upstreams", ["name": "u"]),
            ("targets", ["upstream": "u", "target": "a"]), ("consumers", ["username": "c"]),
            ("consumer_groups", ["name": "g"]), ("consumer_group_consumers", ["consumer": "c", "consumer_group": "g"]),
            ("key_sets", ["name": "s"]), ("keys", ["kid": "k", "set": "s", "jwk": "{vault://my-env/jwk}"]),
            ("badges", ["consumer": "c", "number": "7"]), ("plugins", ["name": "p", "consumer_group": "g"]),
        ] as [(String, JSONObject)] {
            let definition = try #require(schema.definition(collection))
            let now = Timestamp(milliseconds: 1_700_000_000_123)
            _ = try configuration.create(definition, input, now: now, change: &change)
        }
        let store = try SQLiteStore(path: path)
        try store.save(change)
        let loaded = try store.load(schema)
        for definition in schema.definitions {
            #expect(loaded.all(definition.name) == configuration.all(definition.name), "\(definition.name)")
        }
        store.close()
        #expect(
            Self.problem(path)
                == "\(path) holds 'badges', which this version does not know, or which belong to a plugin that is not enabled"
        )
        let database = try Database(path: path)
        try database.execute(
            "DELETE FROM entities WHERE collection NOT IN ('consumers', 'plugins', 'consumer_groups')")
        try database.execute("UPDATE entities SET fields = json_remove(fields, '$.consumer_group')")
        database.close()
        let older = try SQLiteStore(path: path)
        #expect(try older.load(schema).all("plugins").first?.fields["consumer_group"] == .null)
        older.close()
    }

    @Test("fields that came with a later version have their defaults, and a plugin that is gone is named")
    func upgraded() throws {
        func plugin(_ fields: [NamedField]) -> GatewaySchema {
            GatewaySchema(plugins: [PluginSchema(name: "p", priority: 1, config: RecordSchema(fields: fields))])
        }
        let path = folder.path()
        let before = plugin([NamedField("a", .integer.default(1))])
        let definition = try #require(before.definition("plugins"))
        var configuration = Configuration(schema: before)
        var change = ConfigurationChange()
        let entity = try configuration.create(definition, ["name": "p"], now: 1, change: &change)
        let store = try SQLiteStore(path: path)
        try store.save(change)
        store.close()
        let after = plugin([NamedField("a", .integer.default(1)), NamedField("b", .integer.default(2))])
        let again = try SQLiteStore(path: path)
        #expect(try again.load(after).entity("plugins", id: entity.id)?.fields["config"] == ["a": 1, "b": 2])
        again.close()
        #expect(
            Self.problem(path)
                == "\(path) holds what cannot be used now:\nplugin \(entity.id): schema violation (name: plugin 'p' not enabled; add it to the 'plugins' configuration property)"
        )
    }
}
