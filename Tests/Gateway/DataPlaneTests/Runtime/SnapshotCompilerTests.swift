import DataPlane
import EventLoop
import GatewayModel
import JSON
import PluginKit
import TestClient
import TestGateway
import Testing

@Suite("SnapshotCompiler")
struct SnapshotCompilerTests {
    /// Refuses, wants a certificate or an authority, or shows its secret, as its `config` says.
    private static func demanding(_ journal: Journal) -> PluginDefinition {
        let schema = PluginSchema(
            name: "demanding", priority: 1,
            config: RecordSchema(fields: [
                NamedField("refuse", .string),
                NamedField(
                    "tls",
                    .record([
                        NamedField("certificate", .string), NamedField("authority", .string),
                        NamedField("secret", .string.referenceable()),
                    ])),
            ]))
        return PluginDefinition(schema: schema, phases: .access) { config, context in
            journal.note("prepare \(context.pluginName) \(context.pluginID.suffix(1))")
            if let field = config["refuse"]?.stringValue {
                throw PluginBuildError(field == "all" ? "" : field, "cannot work")
            }
            if let id = config["tls"]?["certificate"]?.stringValue {
                let pair = try context.certificate(id, field: "tls.certificate")
                journal.note("certificate \(pair.certificate.count) \(pair.key.count)")
            }
            if let id = config["tls"]?["authority"]?.stringValue {
                _ = try context.certificateAuthority(id, field: "tls.authority")
            }
            if let secret = config["tls"]?["secret"]?.stringValue { journal.note("secret \(secret)") }
            return Prepared()
        }
    }

    private struct Prepared: PreparedPlugin {
        func plugin(on loop: EventLoop) -> any Plugin { Nothing() }
    }

    private final class Nothing: Plugin {}

    private static func id(_ number: Int) -> String { "00000000-0000-4000-8000-00000000000\(number)" }

    private static func plugin(_ number: Int, _ config: String, _ rest: String = "") -> String {
        #"{"id":"\#(id(number))","name":"demanding","config":\#(config)\#(rest)}"#
    }

    private static func gateway(
        _ journal: Journal, environment: [String: String] = [:], _ document: String = "{}"
    ) throws -> TestGateway {
        try TestGateway(
            document, plugins: [demanding(journal), .marker("marker", priority: 2, journal: journal)],
            environment: environment)
    }

    /// Field and message of what is wrong with the plugin.
    private static func problems(_ plugin: String, environment: [String: String] = [:], more: String = "") throws
        -> [String]
    {
        let gateway = try gateway(Journal(), environment: environment)
        do {
            _ = try gateway.compile(#"{"plugins":[\#(plugin)]\#(more)}"#)
            return []
        } catch let error as ModelError {
            #expect(error.status == 400)
            return error.problems.problems.map(\.text)
        }
    }

    @Test("what a plugin refuses is told by its field")
    func refusals() throws {
        #expect(try Self.problems(Self.plugin(1, #"{"refuse":"url"}"#)) == ["config.url: cannot work"])
        #expect(try Self.problems(Self.plugin(1, #"{"refuse":"a.b.c"}"#)) == ["config.a.b.c: cannot work"])
        #expect(try Self.problems(Self.plugin(1, #"{"refuse":"all"}"#)) == ["config: cannot work"])
    }

    @Test("certificates that do not exist are told by the field that names them")
    func missingCertificates() throws {
        let certificate = try Self.problems(Self.plugin(1, #"{"tls":{"certificate":"\#(Self.id(7))"}}"#))
        #expect(certificate == ["config.tls.certificate: the certificate '\(Self.id(7))' does not exist"])
        let authority = try Self.problems(Self.plugin(1, #"{"tls":{"authority":"\#(Self.id(7))"}}"#))
        #expect(authority == ["config.tls.authority: the CA certificate '\(Self.id(7))' does not exist"])
    }

    @Test("references to the environment are resolved for the plugin, and told by their field if they cannot be")
    func references() throws {
        let journal = Journal()
        let plugin = Self.plugin(1, #"{"tls":{"secret":"{vault://env/my-secret}"}}"#)
        _ = try Self.gateway(journal, environment: ["MY_SECRET": "s3"], #"{"plugins":[\#(plugin)]}"#)
        #expect(journal.all.contains("secret s3"))
        let problems = try Self.problems(plugin)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("config.tls.secret: the vault reference {vault://env/my-secret}") == true)
    }

    @Test("a reference by a vault's prefix is resolved by it, and anew when the vault changes")
    func vaults() throws {
        let journal = Journal()
        let plugin = Self.plugin(1, #"{"tls":{"secret":"{vault://mine/secret}"}}"#)
        let gateway = try Self.gateway(journal, environment: ["A_SECRET": "one", "B_SECRET": "two"])
        func document(_ prefix: String) -> String {
            #"{"vaults":[{"name":"env","prefix":"mine","config":{"prefix":"\#(prefix)"}}],"plugins":[\#(plugin)]}"#
        }
        try gateway.install(document("A_"))
        #expect(journal.all.contains("secret one"))
        try gateway.install(document("B_"))
        #expect(journal.all.contains("secret two"))
        let error = #expect(throws: ModelError.self) { try gateway.compile(document("C_")) }
        #expect(error?.problems.problems.first?.text.hasPrefix("config.tls.secret: the vault reference") == true)
        #expect(error?.problems.problems.first?.text.contains("environment variable") == true)
    }

    @Test("a certificate whose reference stands for nothing is told by the field that names it")
    func certificateReferences() throws {
        let more =
            #","certificates":[{"id":"\#(Self.id(5))","cert":"{vault://env/cert}","key":"{vault://env/key}"}]"#
        let plugin = Self.plugin(1, #"{"tls":{"certificate":"\#(Self.id(5))"}}"#)
        let problems = try Self.problems(plugin, environment: ["CERT": "c"], more: more)
        #expect(problems.count == 1)
        let text = problems.first ?? ""
        #expect(text.hasPrefix("config.tls.certificate: the certificate '\(Self.id(5))' cannot be used: "), "\(text)")
        #expect(text.contains("{vault://env/key}"), "\(text)")
        #expect(try Self.problems(plugin, environment: ["CERT": "c", "KEY": "k"], more: more) == [])
    }

    @Test("a plugin that is not enabled is not made")
    func disabled() throws {
        #expect(try Self.problems(Self.plugin(1, #"{"refuse":"x"}"#, #","enabled":false"#)) == [])
    }

    @Test("plugins are made again only when they, or certificates, have changed")
    func takingOver() throws {
        let journal = Journal()
        let gateway = try Self.gateway(journal)
        func prepared(_ plugins: String..., certificates: String = "") throws -> [String] {
            journal.clear()
            try gateway.install(
                #"{"certificates":[\#(certificates)],"plugins":[\#(plugins.joined(separator: ","))]}"#)
            return journal.all.filter { $0.hasPrefix("prepare") }.sorted()
        }
        let one = Self.plugin(1, "{}", #","created_at":1,"updated_at":1"#)
        let disabled = #"{"name":"marker","enabled":false}"#
        let certificate = #"{"id":"\#(Self.id(5))","cert":"{vault://env/cert}","key":"{vault://env/key}"}"#
        #expect(try prepared(one) == ["prepare demanding 1"])
        #expect(try prepared(one) == [])
        #expect(try prepared(one, disabled) == [])
        let changed = Self.plugin(1, #"{"tls":{"secret":"x"}}"#, #","created_at":1,"updated_at":2"#)
        #expect(try prepared(changed) == ["prepare demanding 1"])
        #expect(try prepared(changed, certificates: certificate) == ["prepare demanding 1"])
        #expect(try prepared(changed, certificates: certificate) == [])
        #expect(try prepared() == [])
        #expect(gateway.runtime.snapshot.pluginCount == 0)
        #expect(try prepared(changed) == ["prepare demanding 1"])
    }

    @Test("a refused change leaves what runs as it is")
    func refusedChange() async throws {
        let journal = Journal()
        let gateway = try Self.gateway(
            journal, #"{"routes":[{"name":"r","paths":["/"]}],"plugins":[{"name":"marker","config":{"label":"old"}}]}"#)
        #expect(throws: ModelError.self) {
            try gateway.install(#"{"plugins":[\#(Self.plugin(1, #"{"refuse":"x"}"#))]}"#)
        }
        #expect(try await gateway.ask("GET /").values("X-Trace") == ["marker:old"])
    }
}
