import DataPlane
import EventLoop
import Foundation
import HTTPUpstream
import JSON
import TLS
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
            ("proxy_listen: 127.0.0.1:1 deferred\n", "'deferred' of '127.0.0.1:1' is not available"),
            ("stream_listen: 127.0.0.1:1\n", "stream_listen: TCP and TLS streams are not proxied"),
            ("router_flavor: expressions\n", "routes as expressions are not available"),
            ("ssl_cipher_suite: old\n", "'old' means versions of TLS that are broken"),
            ("ssl_protocols: SSLv3\n", "'SSLv3' is unknown; expected some of: TLSv1.1, TLSv1.2, TLSv1.3"),
            ("ssl_session_timeout: long\n", "expected a time such as 90s"),
            ("trusted_ips: 10.0.0.0/40\n", "trusted_ips: "), ("dns_resolver: ns.example\n", "dns_resolver: "),
            ("dns_order: LAST,MX\n", "'MX' is unknown"), ("client_ssl: maybe\n", "expected on or off"),
            ("dns_valid_ttl: 0\n", "expected 1 to 604800"), ("anonymous_reports: on\n", "Sluice reports nothing"),
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

    @Test("listeners have Kong's flags")
    func listeners() throws {
        let text = "127.0.0.1:8443 ssl http2 reuseport backlog=16, [::1]:80 proxy_protocol bind ipv6only=on"
        let listeners = try Self.load(flags: [("proxy_listen", text)]).listeners("proxy_listen")
        #expect(listeners.map(\.address.description) == ["127.0.0.1:8443", "[::1]:80"])
        #expect(listeners.map(\.usesTLS) == [true, false] && listeners.map(\.speaksHTTP2) == [true, false])
        #expect(listeners.map(\.hasProxyHeader) == [false, true] && listeners.map(\.backlog) == [16, 4096])
        #expect(listeners.map(\.protocols) == ["https, HTTP/2 too", "PROXY, http"])
        #expect(try Self.load(flags: [("proxy_listen", "off")]).listeners("proxy_listen").isEmpty)
    }

    @Test(
        "times are nginx's",
        arguments: [
            ("90", 90), ("90s", 90), ("10m", 600), ("1h 30m", 5_400), ("1d", 86_400), ("2w", 1_209_600), ("0", 0),
            ("", nil), ("d", nil), ("1x", nil), ("-1", nil), ("11y", nil), ("1 d", nil),
            ("99999999999999999999s", nil),
        ])
    func times(text: String, seconds: Int?) { #expect(Setting.seconds(text) == seconds) }

    @Test("TLS: which versions and ciphers")
    func tls() throws {
        let standard = try Self.load().tlsOptions()
        #expect(standard.minimumVersion == .tls12 && standard.maximumVersion == .tls13 && standard.ciphers == nil)
        #expect(standard.sessionTimeout == 86_400 && standard.givesSessionTickets && standard.prefersServerCiphers)
        #expect(try Self.load(flags: [("ssl_cipher_suite", "modern")]).tlsOptions().minimumVersion == .tls13)
        let custom = try Self.load(flags: [
            ("ssl_cipher_suite", "custom"), ("ssl_ciphers", "AES128-SHA"), ("ssl_protocols", "TLSv1.1 TLSv1.2"),
            ("ssl_session_tickets", "off"), ("ssl_session_timeout", "10m"),
        ]).tlsOptions()
        #expect(try Self.load(flags: [("ssl_ciphers", "AES128-SHA")]).warnings.count == 1)
        #expect(custom.ciphers == "AES128-SHA" && custom.maximumVersion == .tls12)
        #expect(!custom.givesSessionTickets && custom.sessionTimeout == 600)
        #expect(throws: SettingsError.self) {
            try Self.load(flags: [("ssl_cipher_suite", "custom"), ("ssl_protocols", "TLSv1.1")]).tlsOptions()
        }
    }

    @Test("what the gateway adds to answers is chosen as in Kong")
    func answerFields() throws {
        func fields(_ value: String) throws -> GatewayOptions.AnswerFields {
            try Self.load(flags: [("headers", value)]).gatewayOptions(serverName: "s").answerFields
        }
        #expect(try Self.load().gatewayOptions(serverName: "s").answerFields == .standard)
        #expect(try fields("off") == [] && fields("server_tokens") == [.server, .via])
        #expect(try fields("latency_tokens, X-Kong-Upstream-Status") == [.latencies, .upstreamStatus])
        #expect(try fields("x-kong-request-id,Via") == [.requestID, .via])
        #expect(try !Self.load(flags: [("headers", "Via")]).tellsAdminLatency)
    }

    @Test("connections to services are kept as Kong's settings say")
    func pools() throws {
        let limits = try Self.load(flags: [
            ("upstream_keepalive_pool_size", "7"), ("upstream_keepalive_max_requests", "0"),
            ("upstream_keepalive_idle_timeout", "5"),
        ]).upstreamPoolLimits
        #expect(limits.idle == 7 && limits.requests == .max && limits.idleTimeout == 5_000)
    }
}
