import EventLoop
import Foundation
import JSON
import Testing

@testable import sluice

@Suite("settings")
struct SettingsLoaderTests {
    private static func load(
        file: String? = nil, environment: [String: String] = [:], flags: [(name: String, value: String)] = []
    ) throws -> Settings {
        guard let file else { return try SettingsLoader.load(file: nil, environment: environment, flags: flags) }
        let path = NSTemporaryDirectory() + "sluice-settings-\(UUID().uuidString).yaml"
        try file.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        return try SettingsLoader.load(file: path, environment: environment, flags: flags)
    }

    private static func problem(
        file: String? = nil, environment: [String: String] = [:], flags: [(name: String, value: String)] = []
    ) -> String {
        do {
            _ = try load(file: file, environment: environment, flags: flags)
            return "no problem"
        } catch { return "\(error)" }
    }

    @Test("flags win over the environment, Sluice's over Kong's, and both over the file")
    func precedence() throws {
        let file = "log_level: debug\n"
        let kong = ["KONG_LOG_LEVEL": "info"]
        let both = kong.merging(["SLUICE_LOG_LEVEL": "warn"]) { $1 }
        #expect(try Self.load()["log_level"] == "notice")
        #expect(try Self.load(file: file)["log_level"] == "debug")
        #expect(try Self.load(file: file, environment: kong)["log_level"] == "info")
        #expect(try Self.load(file: file, environment: both)["log_level"] == "warn")
        #expect(try Self.load(file: file, environment: both, flags: [("log_level", "error")])["log_level"] == "error")
    }

    @Test("Kong's list of plugins does what a Kong user means")
    func plugins() throws {
        let settings = try Self.load(environment: ["KONG_PLUGINS": "bundled,kafka-upstream"])
        #expect(try settings.enabledPlugins(of: ["a", "kafka-upstream"]) == ["a", "kafka-upstream"])
        #expect(try Self.load(flags: [("plugins", "a")]).enabledPlugins(of: ["a", "b"]) == ["a"])
        #expect(try Self.load(flags: [("plugins", "off")]).enabledPlugins(of: ["a", "b"]) == [])
        #expect(throws: SettingsError.self) {
            try Self.load(flags: [("plugins", "kafka-upstreem")]).enabledPlugins(of: ["kafka-upstream"])
        }
    }

    @Test("what only Kong has in the environment is named, not obeyed")
    func foreignEnvironment() throws {
        let settings = try Self.load(environment: ["KONG_PG_HOST": "db", "OTHER": "x"])
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings.first?.contains("KONG_PG_HOST") == true)
        // A setting of Sluice's own is not Kong's.
        #expect(try Self.load(environment: ["KONG_EVENT_LOOPS": "1"]).warnings.count == 1)
    }

    @Test(
        "mistakes name their source and what to do",
        arguments: [
            ("proxy_listn: 127.0.0.1:1\n", "there is no setting 'proxy_listn'; did you mean 'proxy_listen'?"),
            ("event_loops: many\n", "event_loops: expected a whole number"),
            ("event_loops: 0\n", "event_loops: expected 1 to 64"),
            ("database: postgres\n", "database: expected one of: off, sqlite"),
            ("log_level: {a: b}\n", "log_level: expected a single value"),
            ("log_level:\n", "log_level: a value is missing"),
            ("- a\n", "expected lines such as 'proxy_listen: 0.0.0.0:8000'"),
            ("_format_version: '3.0'\n", "this is a declarative file of entities"),
            ("proxy_listen: 127.0.0.1\n", "'127.0.0.1' is no address with a port"),
            ("proxy_listen: 127.0.0.1:1 fast\n", "'fast' of '127.0.0.1:1' is unknown"),
            ("proxy_listen: 127.0.0.1:70000\n", "ports are 0 to 65535"),
            ("declarative_config: a.yaml\ndatabase: sqlite\n", "it is for nodes without a database"),
            ("a: [\n", "line"),
        ])
    func mistakes(file: String, message: String) {
        let problem = Self.problem(file: file)
        #expect(problem.contains(message), "\(problem)")
    }

    @Test("the environment and flags are named as they were given")
    func sources() {
        #expect(Self.problem(environment: ["SLUICE_EVENT_LOOPS": "x"]).hasPrefix("SLUICE_EVENT_LOOPS: "))
        #expect(Self.problem(environment: ["SLUICE_EVENT_LOOP": "1"]).contains("did you mean 'event_loops'?"))
        #expect(Self.problem(flags: [("event_loops", "x")]).hasPrefix("--event-loops: "))
    }

    @Test("a plain off of YAML is the word, and lists may be written as lists")
    func yamlValues() throws {
        let settings = try Self.load(
            file: "admin_listen: off\ndatabase: off\nproxy_listen: [127.0.0.1:1, '[::1]:2 backlog=5']\n")
        #expect(try settings.listeners("admin_listen").isEmpty)
        #expect(settings.usesDatabase == false)
        let proxy = try settings.listeners("proxy_listen")
        #expect(proxy.map(\.address.port) == [1, 2])
        #expect(proxy.map(\.backlog) == [4096, 5])
    }

    @Test("without a declarative file a node has a database, with one it has none")
    func database() throws {
        #expect(try Self.load().usesDatabase)
        #expect(try Self.load(flags: [("declarative_config", "a.yaml")]).usesDatabase == false)
        #expect(try Self.load(flags: [("database", "off")]).usesDatabase == false)
    }

    @Test("the Admin API shows every setting, numbers as numbers and lists as lists")
    func document() throws {
        let document = try Self.load(
            flags: [("proxy_listen", "127.0.0.1:1, 127.0.0.1:2"), ("event_loops", "3")]
        ).document(loadedPlugins: ["a"])
        #expect(document["proxy_listen"] == ["127.0.0.1:1", "127.0.0.1:2"])
        #expect(document["event_loops"] == 3)
        #expect(document["header_bytes"] == 65536)
        #expect(document["database"] == "sqlite")
        #expect(document["declarative_config"] == .null)
        #expect(document["loaded_plugins"] == ["a": true])
    }
}
