import Foundation
import TestBrokers

/// An independent WebSocket server (PyPI `websockets`) that does by path what a test wants.
struct WebSocketServer {
    let port: Int
    let process: ChildProcess

    init() async throws {
        process = try ChildProcess(TestEnvironment.python, ["-u", "-c", Self.script])
        try await process.waitFor("port ")
        let line = process.text.split(separator: "\n").first { $0.hasPrefix("port ") } ?? ""
        guard let port = Int(line.dropFirst(5)) else { throw TestEnvironmentError("no port: \(process.text)") }
        self.port = port
    }

    private static let script = #"""
        import socket, struct, threading
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.server import serve

        def handle(connection):
            path = connection.request.path
            try:
                if path == '/echo':
                    for message in connection: connection.send(message)
                elif path == '/head':
                    connection.send(connection.request.headers.get('X-Forwarded-Path', 'none'))
                elif path == '/large':
                    for number in range(200): connection.send(bytes([number]) * 100_000)
                elif path == '/count':
                    count = size = 0
                    for message in connection:
                        if message == 'end': break
                        count, size = count + 1, size + len(message)
                    connection.send('%d messages, %d bytes' % (count, size))
                elif path == '/leave':
                    connection.close(4001, 'enough')
                elif path == '/break':
                    connection.send('before')
                    connection.recv()
                    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                    connection.socket.close()
                elif path == '/hold':
                    connection.send('held')
                    connection.recv()
            except ConnectionClosed as closed:
                print('closed', closed.rcvd.code if closed.rcvd else 'abruptly', flush=True)
            else:
                print('over', path, flush=True)

        def choose(connection, offered):
            return 'second' if 'second' in offered else None

        with serve(handle, '127.0.0.1', 0, select_subprotocol=choose, max_size=None) as server:
            print('port', server.socket.getsockname()[1], flush=True)
            server.serve_forever()
        """#
}

/// Connections of an independent WebSocket client (PyPI `websockets`).
enum WebSocketClient {
    /// Runs Python with `open(path, …)`, which connects by the gateway.
    ///
    /// - Returns: What it has printed.
    static func run(port: UInt16, _ script: String, tls authorities: String? = nil) async throws -> [String] {
        let output = try await ChildProcess.run(
            TestEnvironment.python, ["-u", "-c", prelude + script, String(port), authorities ?? ""])
        return output.split(separator: "\n").map(String.init)
    }

    private static let prelude = #"""
        import hashlib, socket, ssl, struct, sys, time
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.client import connect

        def open(path, **more):
            if sys.argv[2]:
                more['ssl'] = ssl.create_default_context(cafile=sys.argv[2])
                return connect('wss://localhost:%s%s' % (sys.argv[1], path), max_size=None, open_timeout=60, **more)
            return connect('ws://127.0.0.1:%s%s' % (sys.argv[1], path), max_size=None, open_timeout=60, **more)

        def ending(connection):
            try:
                connection.recv()
            except ConnectionClosed as closed:
                return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else 'abrupt'

        """#
}
