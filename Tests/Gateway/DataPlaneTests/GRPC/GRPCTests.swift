import EventLoop
import HTTPServer
import TLS
import TestBrokers
import TestCertificates
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("gRPC", .enabled(if: TestEnvironment.hasPython, "needs the Python tools of 'scripts/prepare test'"))
struct GRPCTests {
    private static let routes = #"""
        {"name":"all","paths":["/"],"protocols":["grpc"],"service":{"name":"s"}}
        """#

    private func gateway(
        port: Int, routes: String = GRPCTests.routes, service: String = "", limits: HTTPServerLimits = .init()
    ) throws -> TestGateway {
        try TestGateway(
            #"""
            {"services":[{"name":"s","protocol":"grpc","host":"127.0.0.1","port":\#(port)\#(service)}],
            "routes":[\#(routes)]}
            """#, plugins: [], limits: limits,
            options: { _ in
                var options = HTTPListenerOptions()
                options.speaksHTTP2 = true
                return options
            })
    }

    @Test("unary calls pass with their metadata, and so do statuses with their messages")
    func unary() async throws {
        let server = try await GRPCServer()
        let gateway = try gateway(port: server.port)
        let lines = try await GRPCClient.run(
            port: gateway.port,
            #"""
            answer, call = unary('Unary').with_call(b'hello', metadata=[('x-mine', '1')])
            print(answer, [v for k, v in call.initial_metadata() if k == 'x-head'])
            print(sorted((k, v) for k, v in call.trailing_metadata() if k.startswith('x-tail')))
            print([k for k, v in call.initial_metadata() if k in ('via', 'x-kong-upstream-latency', 'content-length')])
            error(lambda: unary('Fail')(b''))
            error(lambda: unary('Missing')(b''))
            print(unary('Metadata')(b'', metadata=[('x-mine', '1')]).decode())
            print(unary('Unary')(b'z' * 3000000) == b'echo:' + b'z' * 3000000)
            print(unary('Unary')(b''))
            """#)
        #expect(lines[0] == "b'echo:hello' ['h']")
        #expect(lines[1] == #"[('x-tail', 't'), ('x-tail-bin', b'\x00\xff')]"#)
        #expect(lines[2] == "['via', 'x-kong-upstream-latency']")
        #expect(lines[3] == "FAILED_PRECONDITION no – 100% no")
        #expect(lines[4] == "UNIMPLEMENTED Method not found!")
        #expect(lines.contains("x-mine=1") && lines.contains("x-forwarded-path=/t.S/Metadata"))
        #expect(lines.suffix(2) == ["True", "b'echo:'"])
    }

    @Test("streams pass in both directions, message by message")
    func streams() async throws {
        let server = try await GRPCServer()
        let gateway = try gateway(port: server.port)
        let lines = try await GRPCClient.run(
            port: gateway.port,
            #"""
            answers = list(server('Server')(b'2000'))
            print(len(answers), sum(map(len, answers)))
            print(client('Client')(b'm' * 1000 for _ in range(3000)))
            # Each message is sent when the answer to the one before has come.
            ready = threading.Semaphore(1)
            def messages():
                for number in range(200):
                    ready.acquire()
                    yield b'%d' % number
            count = 0
            for answer in bidi('Bidi')(messages()):
                assert answer == b'<%d>' % count, answer
                count += 1
                ready.release()
            print(count)
            error(lambda: list(bidi('Early')(iter([b'a', b'b']))))
            """#)
        #expect(lines == ["2000 2008890", "b'3000 messages, 3000000 bytes'", "200", "RESOURCE_EXHAUSTED enough"])
    }

    @Test("with TLS on both sides HTTP/2 is agreed on")
    func secure() async throws {
        let certificates = try TestCertificates.shared()
        let identity = certificates.server
        let server = try await GRPCServer(tls: (identity.certificatePath, identity.keyPath))
        let gateway = try TestGateway(
            #"""
            {"services":[{"name":"s","protocol":"grpcs","host":"127.0.0.1","port":\#(server.port)}],
            "routes":[{"name":"all","paths":["/"],"protocols":["grpcs"],"service":{"name":"s"}}]}
            """#, plugins: [],
            options: { _ in
                var options = HTTPListenerOptions()
                options.speaksHTTP2 = true
                var tls = TLSOptions()
                tls.protocols = ["h2", "http/1.1"]
                let own = try TLSIdentity(certificate: identity.certificate, key: identity.key)
                options.tls = try TLSContext.server(tls) { _ in [own] }
                return options
            })
        let call = "print(unary('Unary')(b'hello'))\nprint(list(bidi('Bidi')(iter([b'a', b'b']))))"
        let authority = certificates.authority.certificatePath
        #expect(
            try await GRPCClient.run(port: gateway.port, call, tls: authority) == ["b'echo:hello'", "[b'<a>', b'<b>']"])
    }

    @Test("many calls at once share a connection to the service")
    func shared() async throws {
        let server = try await GRPCServer()
        let gateway = try gateway(port: server.port)
        let lines = try await GRPCClient.run(
            port: gateway.port,
            #"""
            calls = [unary('Unary').future(b'%d' % number) for number in range(500)]
            print(all(call.result() == b'echo:%d' % number for number, call in enumerate(calls)))
            """#)
        #expect(lines == ["True"])
        #expect(await gateway.upstreamConnections() == 1)
    }

    @Test("a deadline and a cancelled call end the call at the service too")
    func cancelled() async throws {
        let server = try await GRPCServer()
        let gateway = try gateway(port: server.port)
        let lines = try await GRPCClient.run(
            port: gateway.port,
            #"""
            call = server('Slow')(b'', timeout=5)
            print(next(call))
            try:
                next(call)
            except grpc.RpcError as ended:
                print(ended.code().name)
            call = server('Forever')(b'')
            next(call)
            call.cancel()
            error(lambda: next(call))
            """#)
        #expect(
            lines == [
                "b'begun'", "DEADLINE_EXCEEDED", "CANCELLED Locally cancelled by application!",
            ])
        try await server.process.waitFor("slow is over")
        try await server.process.waitFor("forever is over")
    }

    @Test("a client that reads slowly holds back the service, and nobody else")
    func backPressure() async throws {
        let server = try await GRPCServer()
        let gateway = try gateway(port: server.port)
        let lines = try await GRPCClient.run(
            port: gateway.port,
            #"""
            slow = server('Forever')(b'')
            next(slow)
            print(unary('Unary')(b'meanwhile'))
            for _ in range(40): next(slow)
            slow.cancel()
            print('done')
            """#)
        #expect(lines == ["b'echo:meanwhile'", "done"])
    }

    @Test("a service that is down, slow or unknown is told as a status of gRPC")
    func gatewayErrors() async throws {
        let server = try await GRPCServer()
        let down = try ScriptedUpstream { _, _ in }
        down.stop()
        let gateway = try gateway(port: server.port, service: #","read_timeout":300"#)
        #expect(
            try await GRPCClient.run(port: gateway.port, "error(lambda: list(server('Slow')(b'silent')))")
                == ["DEADLINE_EXCEEDED The upstream server is timing out"])
        try gateway.install(
            #"""
            {"services":[{"name":"s","protocol":"grpc","host":"127.0.0.1","port":\#(down.port)}],
            "routes":[\#(Self.routes)]}
            """#)
        #expect(
            try await GRPCClient.run(port: gateway.port, "error(lambda: unary('Unary')(b''))")
                == ["INTERNAL An invalid response was received from the upstream server"])
        try gateway.install(#"{"routes":[{"name":"other","paths":["/else"],"protocols":["grpc"]}]}"#)
        #expect(
            try await GRPCClient.run(
                port: gateway.port, "error(lambda: unary('Unary')(b''))\nerror(lambda: list(server('Server')(b'')))")
                == ["NOT_FOUND no Route matched with those values", "NOT_FOUND no Route matched with those values"])
    }

    @Test("a route for gRPC takes nothing else, and one for TLS no plain text")
    func others() async throws {
        let gateway = try gateway(port: 1)
        let old = try await gateway.ask("POST /t.S/Unary\nContent-Type: application/grpc", body: "")
        #expect(old.status == 426)
        #expect(old["Upgrade"] == "HTTP/2" && old["Connection"]?.lowercased().contains("upgrade") == true)
        #expect(old.body.hasPrefix(#"{"message":"Please use HTTP2 protocol""#))
        let plain = try await gateway.ask("POST /t.S/Unary\nContent-Type: application/json", body: "{}")
        #expect(plain.status == 415)
        #expect(plain.body.hasPrefix(#"{"message":"Non-gRPC request matched gRPC route""#))
        try gateway.install(
            #"{"services":[{"name":"s","host":"127.0.0.1"}],"routes":[{"paths":["/"],"protocols":["grpcs"],"service":{"name":"s"}}]}"#
        )
        #expect(
            try await GRPCClient.run(port: gateway.port, "error(lambda: unary('Unary')(b''))")
                == ["CANCELLED gRPC request matched gRPCs route"])
    }
}
