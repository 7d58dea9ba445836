import Foundation
import TestBrokers

/// An independent gRPC server (PyPI `grpcio`) whose messages are plain bytes. It says on its output what becomes of calls
/// that end early.
struct GRPCServer {
    let port: Int
    let process: ChildProcess

    /// - Parameter tls: Files of a certificate and its key; nil: plain text.
    init(tls: (certificate: String, key: String)? = nil) async throws {
        process = try ChildProcess(
            TestEnvironment.python, ["-u", "-c", Self.script] + (tls.map { [$0.certificate, $0.key] } ?? []))
        try await process.waitFor("port ")
        let line = process.text.split(separator: "\n").first { $0.hasPrefix("port ") } ?? ""
        guard let port = Int(line.dropFirst(5)) else { throw TestEnvironmentError("no port: \(process.text)") }
        self.port = port
    }

    private static let script = #"""
        import concurrent.futures, sys, threading, grpc

        def unary(request, context):
            context.send_initial_metadata((('x-head', 'h'),))
            context.set_trailing_metadata((('x-tail', 't'), ('x-tail-bin', b'\x00\xff')))
            return b'echo:' + request

        def fail(request, context):
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, 'no \u2013 100% no')

        def metadata(request, context):
            own = sorted(k + '=' + str(v) for k, v in context.invocation_metadata() if k.startswith('x-'))
            return '\n'.join(own).encode()

        def server_stream(request, context):
            for i in range(int(request)):
                yield b'%d:' % i + b'x' * 1000

        def client_stream(requests, context):
            count = size = 0
            for request in requests:
                count += 1
                size += len(request)
            return b'%d messages, %d bytes' % (count, size)

        def bidi(requests, context):
            for request in requests:
                yield b'<' + request + b'>'

        def early(requests, context):
            next(requests)
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, 'enough')

        def slow(request, context):
            over = threading.Event()
            context.add_callback(over.set)
            if request != b'silent':
                yield b'begun'
            over.wait()
            print('slow is over', flush=True)

        def forever(request, context):
            try:
                while True:
                    yield b'y' * 60000
            finally:
                print('forever is over', flush=True)

        handlers = {
            'Unary': grpc.unary_unary_rpc_method_handler(unary),
            'Fail': grpc.unary_unary_rpc_method_handler(fail),
            'Metadata': grpc.unary_unary_rpc_method_handler(metadata),
            'Server': grpc.unary_stream_rpc_method_handler(server_stream),
            'Client': grpc.stream_unary_rpc_method_handler(client_stream),
            'Bidi': grpc.stream_stream_rpc_method_handler(bidi),
            'Early': grpc.stream_stream_rpc_method_handler(early),
            'Slow': grpc.unary_stream_rpc_method_handler(slow),
            'Forever': grpc.unary_stream_rpc_method_handler(forever),
        }
        server = grpc.server(concurrent.futures.ThreadPoolExecutor(64))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler('t.S', handlers),))
        if len(sys.argv) > 2:
            certificate, key = (open(path, 'rb').read() for path in sys.argv[1:3])
            port = server.add_secure_port('127.0.0.1:0', grpc.ssl_server_credentials([(key, certificate)]))
        else:
            port = server.add_insecure_port('127.0.0.1:0')
        server.start()
        print('port', port, flush=True)
        server.wait_for_termination()
        """#
}

/// Calls of an independent gRPC client (PyPI `grpcio`).
enum GRPCClient {
    /// Runs Python with a channel to the gateway: `unary`, `server`, `client` and `bidi` call methods of `t.S` by their
    /// names.
    ///
    /// - Returns: What it has printed.
    static func run(port: UInt16, _ calls: String, authority: String = "127.0.0.1", tls authorities: String? = nil)
        async throws -> [String]
    {
        let output = try await ChildProcess.run(
            TestEnvironment.python, ["-u", "-c", prelude + calls, String(port), authority, authorities ?? ""])
        return output.split(separator: "\n").map(String.init)
    }

    private static let prelude = #"""
        import sys, threading, grpc
        options = [('grpc.default_authority', sys.argv[2]), ('grpc.ssl_target_name_override', 'localhost')]
        if sys.argv[3]:
            credentials = grpc.ssl_channel_credentials(open(sys.argv[3], 'rb').read())
            channel = grpc.secure_channel('127.0.0.1:' + sys.argv[1], credentials, options[1:])
        else:
            channel = grpc.insecure_channel('127.0.0.1:' + sys.argv[1], options[:1])
        unary = lambda name: channel.unary_unary('/t.S/' + name)
        server = lambda name: channel.unary_stream('/t.S/' + name)
        client = lambda name: channel.stream_unary('/t.S/' + name)
        bidi = lambda name: channel.stream_stream('/t.S/' + name)

        def error(call):
            try:
                print('answered', call())
            except grpc.RpcError as error:
                print(error.code().name, error.details())

        """#
}
