import TestBrokers
import Testing

@testable import Kafka

/// Bootstrap addresses at which something else than a broker listens.
@Suite(
    "Ports of other protocols",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct OtherProtocolTests {
    /// Answers whatever it is sent with these bytes, and hangs up.
    private static let server = """
        import socket, sys
        answer = bytes.fromhex(sys.argv[1])
        listener = socket.create_server(("127.0.0.1", 0))
        print("listening", listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)
        """

    @Test(
        "are told as such, with what to look at",
        arguments: [
            // HTTP/1.1 400
            ("485454502f312e3120343030", "an HTTP server answers there"),
            // A TLS alert, protocol_version: too short for librdkafka to look at.
            ("15030100020246", "the broker hangs up at once: does this listener expect TLS"),
        ])
    func told(answer: String, says: String) async throws {
        let server = try ChildProcess(TestEnvironment.python, ["-u", "-c", Self.server, answer])
        try await Eventually.holds("the server listens") { server.text.hasSuffix("\n") }
        let port = try #require(server.text.split(separator: " ").last.flatMap { Int($0.dropLast()) })
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(["127.0.0.1:\(port)"]))
        try await Eventually.holds("the fault is known") { producer.status.brokers.contains { $0.lastFault != nil } }
        let fault = try #require(producer.status.brokers.first?.lastFault)
        #expect(fault.error.message.hasPrefix(says), "\(fault)")
        await server.stop()
    }
}
