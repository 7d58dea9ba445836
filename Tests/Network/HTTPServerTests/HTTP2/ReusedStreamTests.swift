import EventLoop
import Synchronization
import TestBrokers
import Testing

@testable import HTTPServer

/// Streams are used again for later requests of their connection.
@Suite(
    "Streams that are used again",
    .enabled(if: TestEnvironment.hasPython, "needs the Python tools of 'scripts/prepare test'"))
struct ReusedStreamTests {
    /// Talks to the server on the port that is its argument: `ask` gives the number of a new stream, `answer` waits for
    /// one.
    private static let client = """
        import socket, sys
        import h2.config, h2.connection, h2.events
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
        connection.initiate_connection()
        server = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
        server.settimeout(60)
        seen = []
        def flush(): server.sendall(connection.data_to_send())
        def ask(path, body=None, ends=True):
            stream = connection.get_next_available_stream_id()
            fields = [(':method', 'GET' if body is None else 'POST'), (':scheme', 'http'), (':authority', 'x'),
                      (':path', path)]
            connection.send_headers(stream, fields, end_stream=body is None)
            if body is not None: connection.send_data(stream, body, end_stream=ends)
            flush()
            return stream
        def until(holds):
            while True:
                for event in seen:
                    if holds(event): return
                data = server.recv(65536)
                if not data: sys.exit('the server has closed')
                seen.extend(connection.receive_data(data))
                flush()
        def settled():
            # What was sent before has been seen.
            seen.clear()
            connection.ping(b'settled!')
            flush()
            until(lambda event: isinstance(event, h2.events.PingAckReceived))
        def answer(stream):
            until(lambda event: isinstance(event, h2.events.StreamEnded) and event.stream_id == stream)
            body = b''.join(event.data for event in seen
                            if isinstance(event, h2.events.DataReceived) and event.stream_id == stream)
            seen.clear()
            return body.decode()

        """

    private func server() throws -> TestServer {
        try TestServer(options: {
            var options = HTTPListenerOptions()
            options.speaksHTTP2 = true
            return options
        })
    }

    @Test("what comes too late for a request that was reset does not reach the next")
    func stale() async throws {
        let server = try server()
        async let output = ChildProcess.run(
            TestEnvironment.python,
            [
                "-c",
                Self.client + """
                    first = ask('/suspend')
                    settled()
                    connection.reset_stream(first, 8)
                    flush()
                    settled()
                    print(answer(ask('/suspend')))
                    """, String(server.port),
            ])
        try await server.waitFor("the second request") { server.events.filter { $0 == "handle /suspend" }.count == 2 }
        let held = server.handler.held.withLock { $0 }
        held[0]()
        try await server.waitFor("resume false")
        held[1]()
        #expect(try await output == "resumed\n")
        #expect(server.events.filter { $0.hasPrefix("resume") } == ["resume false", "resume true"])
        #expect(server.events.filter { $0.hasPrefix("finished") } == ["finished clientGone", "finished sent"])
    }

    @Test("nothing of one request is found by the next: body, fields, refusals, sizes")
    func clean() async throws {
        let server = try server()
        let output = try await ChildProcess.run(
            TestEnvironment.python,
            [
                "-c",
                Self.client + """
                    for body in (b'first', b'', b'a longer second body', b'x' * 900):
                        print(answer(ask('/echo', body)) == body.decode())
                    # Refused for its size, in the midst of its body; then one that is reset.
                    large = ask('/echo', b'y' * 1001, ends=False)
                    print(answer(large))
                    reset = ask('/echo', b'z', ends=False)
                    settled()
                    connection.reset_stream(reset, 8)
                    flush()
                    print(answer(ask('/echo', b'last')), answer(ask('/')), len(answer(ask('/block'))), answer(ask('/wait')))
                    """, String(server.port),
            ])
        let refusal = "the body is larger than 1000 bytes"
        #expect(output == "True\nTrue\nTrue\nTrue\n\(refusal)\nlast hello 16000 waited\n")
    }
}
