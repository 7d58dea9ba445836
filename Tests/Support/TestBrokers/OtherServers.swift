import Foundation

/// The rig's OAuth 2 token endpoint, whose tokens a `KafkaRig` accepts. Client sluice with `sluice-secret`.
package final class TokenEndpoint: Sendable {
    private let process: ChildProcess
    package let port: Int

    package var url: String { "http://localhost:\(port)/token" }

    package init(for kafka: KafkaRig, lifetime seconds: Int = 300) async throws {
        guard let rig = TestEnvironment.rig else { throw TestEnvironmentError(TestEnvironment.needsRig) }
        port = try FreePorts.one()
        let tls = "\(kafka.directory)/tls"
        process = try ChildProcess(
            "\(rig)/oidc",
            ["--key", "\(tls)/jwt.key", "--jwks", "\(tls)/jwks.json", "--port", "\(port)", "--ttl", "\(seconds)"])
        try Leftovers.atExit("kill \(process.identifier)")
        try await process.waitFor("oidc: http")
    }

    package func stop() async { await process.stop() }
}

/// A Tansu broker in memory: an implementation of Kafka's protocol by other people. Makes topics on demand through
/// `createTopic`.
package final class TansuBroker: Sendable {
    private let process: ChildProcess
    package let port: Int

    package var server: String { "127.0.0.1:\(port)" }

    package init() async throws {
        guard let binary = TestEnvironment.tansu else { throw TestEnvironmentError(TestEnvironment.needsTansu) }
        let port = try FreePorts.one()
        self.port = port
        process = try ChildProcess(
            binary,
            [
                "--listener-url", "tcp://127.0.0.1:\(port)", "--advertised-listener-url", "tcp://127.0.0.1:\(port)",
                "--storage-engine", "memory://tansu/", "--silent",
            ])
        try Leftovers.atExit("kill \(process.identifier)")
        try await Python.run(
            """
            import sys
            from confluent_kafka.admin import AdminClient
            AdminClient({"bootstrap.servers": sys.argv[1]}).list_topics(timeout=30)
            """, [server])
    }

    private static let sharedBroker = SharedServer { try await TansuBroker() }

    /// One for all tests; stopped when the process ends.
    package static func shared() async throws -> TansuBroker { try await sharedBroker.get() }

    package func createTopic(_ name: String, partitions: Int = 1) async throws {
        guard let binary = TestEnvironment.tansu else { throw TestEnvironmentError(TestEnvironment.needsTansu) }
        try await ChildProcess.run(
            binary, ["topic", "create", name, "--broker", "tcp://\(server)", "--partitions", "\(partitions)"])
    }

    /// SIGSTOP: it keeps its connections and says nothing.
    package func pause() async throws { try await process.pause() }
    package func resume() { process.resume() }

    package func stop() async { await process.stop() }
}
