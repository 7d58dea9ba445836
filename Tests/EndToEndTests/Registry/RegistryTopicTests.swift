import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// Registries that share a topic of a real broker, as processes.
@Suite(
    "sluice registry in a topic", .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct RegistryTopicTests {
    private static func flags(_ topic: String, _ rig: KafkaRig) -> [String] {
        ["--registry-topic", topic, "--registry-bootstrap-servers", rig.servers().joined(separator: ",")]
    }

    private static func name() -> String { "_schemas-\(UUID().uuidString.prefix(8))" }

    private static func subjects(_ registry: RunningRegistry) async throws -> [JSONValue] {
        try JSONValue.parse(text: try await RegistryCalls.ask(registry.port, "GET /subjects").body).arrayValue ?? []
    }

    @Test("two share what is registered; one goes on when the other is killed, and a third has all")
    func shared() async throws {
        let flags = Self.flags(Self.name(), try await KafkaRig.shared())
        let first = try await RunningRegistry(flags)
        let second = try await RunningRegistry(flags)
        #expect(try await RegistryCalls.register(first.port, "a", #""string""#) == #"{"id":1}"#)
        try await Eventually.holds("the second has it") { try await Self.subjects(second) == ["a"] }
        #expect(try await RegistryCalls.register(second.port, "b", #""int""#) == #"{"id":2}"#)
        #expect(try await RegistryCalls.register(first.port, "c", #""string""#) == #"{"id":1}"#)
        #expect(try await RegistryCalls.register(second.port, "d", #""long""#) == #"{"id":3}"#)
        await second.kill()

        #expect(try await RegistryCalls.register(first.port, "e", #""double""#) == #"{"id":4}"#)
        let third = try await RunningRegistry(flags)
        #expect(try await Self.subjects(third) == ["a", "b", "c", "d", "e"])
        #expect(await first.stop() == 0)
        #expect(await third.stop() == 0)
    }

    @Test("it logs in by SASL over TLS, as settings say")
    func security() async throws {
        let rig = try await KafkaRig.shared()
        let password = try TestFiles.write("admin-secret\n", as: "password")
        let secure = [
            "--registry-topic", Self.name(), "--registry-bootstrap-servers",
            rig.servers(.saslTLS).joined(separator: ","), "--registry-kafka-ssl", "on", "--registry-kafka-ca",
            "\(rig.directory)/tls/ca.crt", "--registry-kafka-sasl-mechanism", "SCRAM-SHA-512",
            "--registry-kafka-sasl-user", "admin", "--registry-kafka-sasl-password-file", password,
        ]
        let registry = try await RunningRegistry(secure)
        #expect(try await RegistryCalls.register(registry.port, "a", #""string""#) == #"{"id":1}"#)
        #expect(await registry.stop() == 0)
    }

    @Test(
        "settings that do not go together are refused",
        arguments: [
            (["--registry-topic", "t"], "registry_bootstrap_servers is missing"),
            (["--registry-bootstrap-servers", "127.0.0.1:1"], "registry_topic is missing"),
            (
                [
                    "--registry-topic", "t", "--registry-bootstrap-servers", "127.0.0.1:1",
                    "--registry-kafka-sasl-mechanism", "PLAIN",
                ], "it needs registry_kafka_sasl_user"
            ),
            (
                [
                    "--registry-topic", "t", "--registry-bootstrap-servers", "127.0.0.1:1", "--registry-kafka-ssl",
                    "on",
                    "--registry-kafka-ca", "/nowhere.pem",
                ], "registry_kafka_ca"
            ),
        ])
    func misuse(flags: [String], says: String) async throws {
        let outcome = try await SluiceBinary.run(["registry", "--listen", "127.0.0.1:0"] + flags)
        #expect(outcome.status == 1 && outcome.errors.contains(says), "\(outcome.errors)")
    }

    @Test("while the broker is gone nothing is answered as done, and what is there is still told")
    func outage() async throws {
        let rig = try await KafkaRig()
        let registry = try await RunningRegistry(Self.flags(Self.name(), rig))
        #expect(try await RegistryCalls.register(registry.port, "a", #""string""#) == #"{"id":1}"#)
        try await rig.crash(1)
        let refused = try await RegistryCalls.ask(
            registry.port, "POST /subjects/b/versions", ["schema": #""int""#])
        let code = try JSONValue.parse(text: refused.body)["error_code"]?.integerValue
        #expect(refused.status == 500 && (code == 50001 || code == 50002), "\(refused.body)")
        #expect(try await Self.subjects(registry) == ["a"])
        #expect(registry.text.contains("schema registry cannot store"))
        #expect(await registry.stop() == 0)
        try await rig.stop()
    }
}
