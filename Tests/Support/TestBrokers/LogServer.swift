import Foundation

/// A server that takes log entries by TCP, TLS, UDP or a socket for datagrams: in Python, and not ours.
package final class LogServer: Sendable {
    package enum Kind: Sendable {
        case tcp, udp
        /// PEM files.
        case tls(certificate: String, key: String)
        /// Datagrams at a path.
        case local(String)
    }

    private let process: ChildProcess
    package let port: Int

    /// - Parameter port: 0 for a free one.
    package init(_ kind: Kind, port: Int = 0) async throws {
        let arguments: [String] =
            switch kind {
            case .tcp: ["tcp", "\(port)"]
            case .udp: ["udp", "\(port)"]
            case .tls(let certificate, let key): ["tls", "\(port)", certificate, key]
            case .local(let path): ["local", path]
            }
        process = try ChildProcess(
            TestEnvironment.python, ["-u", "-c", Self.script] + arguments, keepsErrorsApart: true)
        let process = process
        try await Eventually.holds("the server listens") {
            guard process.isRunning else { throw TestEnvironmentError("it ended: \(process.errors)") }
            return process.errors.contains("listening ")
        }
        let said = process.errors.split(separator: "\n").first { $0.hasPrefix("listening ") } ?? ""
        self.port = Int(said.split(separator: " ").last ?? "") ?? 0
    }

    /// What it was sent: each line of a stream, and each datagram. A line that was cut ends with `<cut>`.
    package var entries: [String] { process.text.split(separator: "\n").map(String.init) }

    /// What happened to connections: a line each.
    package var events: [String] { process.errors.split(separator: "\n").map(String.init) }

    package func waitFor(_ count: Int) async throws {
        try await Eventually.holds("\(count) entries, not \(entries.count)") { entries.count >= count }
    }

    package func stop() async { await process.stop() }

    private static let script = """
        import os, socket, ssl, sys, threading
        kind, where, *files = sys.argv[1:]
        lock = threading.Lock()
        def tell(*words): print(*words, file=sys.stderr, flush=True)
        def take(entry):
            with lock: sys.stdout.buffer.write(entry + b"\\n"); sys.stdout.buffer.flush()
        def serve(connection):
            tell("connected")
            try:
                if kind == "tls":
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(*files)
                    context.sni_callback = lambda _, name, __: tell("name", name)
                    connection = context.wrap_socket(connection, server_side=True)
                for line in connection.makefile("rb"):
                    take(line[:-1] if line.endswith(b"\\n") else line + b"<cut>")
                tell("ended")
            except OSError as error: tell("failed", error)
            connection.close()
        if kind in ("tcp", "tls"):
            server = socket.create_server(("127.0.0.1", int(where)))
            tell("listening", server.getsockname()[1])
            while True: threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
        if kind == "udp":
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            server.bind(("127.0.0.1", int(where)))
            tell("listening", server.getsockname()[1])
        else:
            if os.path.exists(where): os.unlink(where)
            server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            server.bind(where)
            tell("listening", 0)
        while True: take(server.recv(1 << 20))
        """
}
