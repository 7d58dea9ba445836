import Foundation

/// An upstream by HTTP/2 without TLS whose every event is in the hands of a script (PyPI `h2`).
///
/// The script defines `event(connection, number, event, send)`: `connection` is the `H2Connection` of connection
/// `number`, from 1; `send()` writes what it has to send, and `send(True)` closes after it.
package struct ScriptedHTTP2: Sendable {
    package let port: Int
    private let process: ChildProcess

    package init(_ script: String) async throws {
        process = try ChildProcess(TestEnvironment.python, ["-u", "-c", Self.prelude + script + Self.server])
        try await process.waitFor("port ")
        let line = process.text.split(separator: "\n").first { $0.hasPrefix("port ") } ?? ""
        guard let port = Int(line.dropFirst(5)) else { throw TestEnvironmentError("no port: \(process.text)") }
        self.port = port
    }

    /// Until the script has printed that.
    package func waitFor(_ text: String) async throws { try await process.waitFor(text) }

    /// What it has printed, but for its port.
    package var lines: [String] {
        process.text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("port ") }
    }

    private static let prelude = #"""
        import socket, sys, threading, h2.config, h2.connection, h2.events, h2.errors, h2.settings
        from h2.events import *
        from h2.errors import ErrorCodes

        settings = {}
        def head(stream, status='0', message=None):
            fields = [(':status', '200'), ('content-type', 'application/grpc'), ('grpc-status', status)]
            return fields + ([('grpc-message', message)] if message else [])

        def answer(connection, stream, text=b'\0\0\0\0\0'):
            connection.send_headers(stream, [(':status', '200'), ('content-type', 'application/grpc')])
            connection.send_data(stream, text)
            connection.send_headers(stream, [('grpc-status', '0')], end_stream=True)

        """#

    private static let server = #"""

        def serve(client, number):
            config = h2.config.H2Configuration(client_side=False, header_encoding='utf-8')
            connection = h2.connection.H2Connection(config)
            connection.local_settings = h2.settings.Settings(client=False, initial_values=settings)
            connection.initiate_connection()
            lock = threading.Lock()
            def send(close=False):
                with lock:
                    data = connection.data_to_send()
                if data: client.sendall(data)
                if close: client.close()
            send()
            try:
                while True:
                    data = client.recv(65536)
                    if not data: break
                    for one in connection.receive_data(data):
                        event(connection, number, one, send)
                    send()
            except OSError:
                pass
            print('connection', number, 'over', flush=True)

        listener = socket.create_server(('127.0.0.1', 0), backlog=100)
        print('port', listener.getsockname()[1], flush=True)
        number = 0
        while True:
            client, _ = listener.accept()
            number += 1
            threading.Thread(target=serve, args=(client, number), daemon=True).start()
        """#
}
