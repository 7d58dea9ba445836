import HTTPServer
import TLS
import TestBrokers
import TestCertificates
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("WebSocket", .enabled(if: TestEnvironment.hasPython, "needs the Python tools of 'scripts/prepare test'"))
struct WebSocketTests {
    private func gateway(
        _ port: Int, service: String = "", options: (GatewayRuntime) throws -> HTTPListenerOptions = { _ in .init() }
    ) throws -> TestGateway {
        try TestGateway(
            #"""
            {"services":[{"name":"s","host":"127.0.0.1","port":\#(port)\#(service)}],
            "routes":[{"name":"all","paths":["/ws"],"service":{"name":"s"}}]}
            """#, plugins: [], options: options)
    }

    @Test("messages, pings, subprotocol and compression pass, and both ends close with their codes")
    func messages() async throws {
        let server = try await WebSocketServer()
        let gateway = try gateway(server.port)
        let lines = try await WebSocketClient.run(
            port: gateway.port,
            #"""
            with open('/ws/echo', subprotocols=['first', 'second']) as connection:
                print(connection.subprotocol, connection.response.headers['Sec-WebSocket-Extensions'].split(';')[0])
                print(connection.response.headers['Via'] is not None, connection.response.headers['Upgrade'])
                for message in 'text', b'bytes', '', 'x' * 70000:
                    connection.send(message)
                    assert connection.recv() == message
                print(connection.ping().wait(20))
            print(connection.close_code)
            with open('/ws/head') as connection: print(connection.recv())
            with open('/ws/leave') as connection: print(ending(connection))
            """#)
        #expect(
            lines == [
                "second permessage-deflate", "True websocket", "True", "1000", "/ws/head", "(4001, 'enough')",
            ])
        try await server.process.waitFor("over /echo")
    }

    @Test("large messages pass both ways, held back by who reads slowly")
    func large() async throws {
        let server = try await WebSocketServer()
        let gateway = try gateway(server.port)
        let lines = try await WebSocketClient.run(
            port: gateway.port,
            #"""
            with open('/ws/large', compression=None) as connection:
                time.sleep(0.5)
                for number in range(200): assert connection.recv() == bytes([number]) * 100_000, number
            with open('/ws/count', compression=None) as connection:
                for number in range(100): connection.send(bytes(100_000))
                connection.send(bytes(5_000_000))
                connection.send('end')
                print(connection.recv())
            """#)
        #expect(lines == ["101 messages, 15000000 bytes"])
    }

    @Test("the abrupt end of either side is the other's too")
    func broken() async throws {
        let server = try await WebSocketServer()
        let gateway = try gateway(server.port)
        let lines = try await WebSocketClient.run(
            port: gateway.port,
            #"""
            with open('/ws/break') as connection:
                print(connection.recv())
                connection.send('now')
                print(ending(connection))
            connection = open('/ws/hold')
            print(connection.recv())
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            connection.socket.shutdown(socket.SHUT_RD)
            connection.socket.close()
            """#)
        #expect(lines == ["before", "abrupt", "held"])
        try await server.process.waitFor("closed abruptly")
    }

    @Test("a connection on which nobody sends anything ends after the read time-out, one with pings does not")
    func idle() async throws {
        let server = try await WebSocketServer()
        let gateway = try gateway(server.port, service: #","read_timeout":1500"#)
        let lines = try await WebSocketClient.run(
            port: gateway.port,
            #"""
            busy = open('/ws/echo', ping_interval=0.2)
            with open('/ws/hold', ping_interval=None) as connection:
                print(connection.recv())
                print(ending(connection))
            busy.send('still here')
            print(busy.recv())
            busy.close()
            """#)
        #expect(lines == ["held", "abrupt", "still here"])
        try await server.process.waitFor("closed abruptly")
    }

    @Test("a service that refuses is heard, and the connection goes on with HTTP")
    func refused() async throws {
        let upstream = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                try connection.answer(
                    request.contains("Upgrade: websocket") ? "no" : "plain", status: "403 Forbidden")
            }
        }
        let gateway = try gateway(upstream.port)
        let client = try gateway.client()
        let asked = try client.ask("GET /ws\nConnection: Upgrade\nUpgrade: websocket")
        #expect(asked.status == 403 && asked.body == "no")
        #expect(try client.ask("GET /ws").body == "plain")
    }

    @Test("a change of protocols that nobody asked for is no answer")
    func unasked() async throws {
        let upstream = try ScriptedUpstream { connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nbytes")
        }
        #expect(try await gateway(upstream.port).ask("GET /ws").status == 502)
    }

    @Test("with TLS")
    func secure() async throws {
        let server = try await WebSocketServer()
        let certificates = try TestCertificates.shared()
        let identity = certificates.server
        let gateway = try gateway(
            server.port,
            options: { _ in
                var options = HTTPListenerOptions()
                let own = try TLSIdentity(certificate: identity.certificate, key: identity.key)
                options.tls = try TLSContext.server { _ in [own] }
                return options
            })
        let lines = try await WebSocketClient.run(
            port: gateway.port,
            #"""
            with open('/ws/echo') as connection:
                connection.send('x' * 1_000_000)
                print(len(connection.recv()))
            with open('/ws/large') as connection:
                print(sum(len(connection.recv()) for _ in range(200)))
            """#, tls: certificates.authority.certificatePath)
        #expect(lines == ["1000000", "20000000"])
    }
}
