import Foundation

/// A real Apache Kafka on loopback: one to three nodes, all listeners, steered by the rig's own command.
///
/// Users alice, bob and admin with `<name>-secret`; certificates in `tls`; topics must be created.
package final class KafkaRig: Sendable {
    package enum Listener: String, Sendable {
        case plaintext = "PLAINTEXT"
        case tls = "SSL"
        case mutualTLS = "MTLS"
        case sasl = "SASL_PLAINTEXT"
        case saslTLS = "SASL_SSL"
    }

    package let directory: String
    package let port: Int
    package let nodes: Int
    private let command: String

    /// Starts the nodes and waits until each answers.
    ///
    /// - Parameter settings: broker properties, such as `message.max.bytes=1000`.
    package init(nodes: Int = 1, settings: [String] = []) async throws {
        guard let rig = TestEnvironment.rig else { throw TestEnvironmentError(TestEnvironment.needsRig) }
        command = "\(rig)/kafka/kafka"
        directory = try TestEnvironment.makeFolder("kafka")
        port = try FreePorts.range(10 * nodes)
        self.nodes = nodes
        try Leftovers.atExit("'\(command)' stop --dir '\(directory)' ; rm -rf '\(directory)'")
        try await ChildProcess.run(
            command,
            ["start", "--dir", directory, "--port", "\(port)", "--nodes", "\(nodes)"]
                + settings.flatMap { ["--set", $0] })
    }

    private static let sharedNode = SharedServer { try await KafkaRig() }
    // A node that is silent is taken for lost sooner than by the rig's own settings.
    private static let sharedThree = SharedServer {
        try await KafkaRig(
            nodes: 3, settings: ["broker.session.timeout.ms=4000", "broker.heartbeat.interval.ms=500"])
    }

    /// One node for all tests that do not harm it; started by the first, stopped when the process ends.
    package static func shared() async throws -> KafkaRig { try await sharedNode.get() }

    /// Three nodes, for tests that crash and hang them; such tests must not run at the same time.
    package static func sharedCluster() async throws -> KafkaRig { try await sharedThree.get() }

    /// `localhost:port` of each node's listener.
    package func servers(_ listener: Listener = .plaintext) -> [String] {
        let offsets: [Listener: Int] = [.plaintext: 0, .tls: 1, .mutualTLS: 2, .sasl: 3, .saslTLS: 4]
        return (0..<nodes).map { "localhost:\(port + 10 * $0 + offsets[listener]!)" }
    }

    /// A PEM file by its name: `ca.crt`, `client.crt`, `client.key`, `client-encrypted.key` (`client-pass`), `stranger.crt`, ….
    package func pem(_ name: String) throws -> String {
        try String(contentsOfFile: "\(directory)/tls/\(name)", encoding: .utf8)
    }

    package func createTopic(_ name: String, partitions: Int = 1, settings: [String: String] = [:]) async throws {
        try await KafkaTopics.create(
            [name], on: servers(), partitions: partitions, copies: min(3, nodes), settings: settings)
    }

    /// Only `user` may write to the topic: everybody else is denied, for a resource with an ACL is closed to the rest.
    package func allowWriting(_ topic: String, user: String) async throws {
        try await Python.run(
            """
            import sys
            from confluent_kafka.admin import *
            servers, topic, user = sys.argv[1:4]
            admin = AdminClient({"bootstrap.servers": servers})
            acl = AclBinding(ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, f"User:{user}", "*",
                             AclOperation.ALL, AclPermissionType.ALLOW)
            for future in admin.create_acls([acl]).values(): future.result(30)
            """, [servers().joined(separator: ","), topic, user])
    }

    /// SIGKILL: the node is gone without a word.
    package func crash(_ node: Int) async throws { try await control("kill", node) }
    /// Starts a crashed node on its own data and waits until it answers.
    package func restart(_ node: Int) async throws { try await control("node", node) }
    /// SIGSTOP: the node keeps its connections and says nothing.
    package func pause(_ node: Int) async throws { try await control("pause", node) }
    package func resume(_ node: Int) async throws { try await control("resume", node) }

    package func stop() async throws { try await ChildProcess.run(command, ["stop", "--dir", directory]) }

    private func control(_ verb: String, _ node: Int) async throws {
        try await ChildProcess.run(command, [verb, "--dir", directory, "--node", "\(node)"])
    }
}

/// A server that is started once, by the first who asks, and then shared.
package actor SharedServer<Server: Sendable> {
    private let start: @Sendable () async throws -> Server
    private var task: Task<Server, any Error>?

    package init(_ start: @escaping @Sendable () async throws -> Server) { self.start = start }

    package func get() async throws -> Server {
        if let task { return try await task.value }
        let start = self.start
        let started = Task { try await start() }
        task = started
        return try await started.value
    }
}
