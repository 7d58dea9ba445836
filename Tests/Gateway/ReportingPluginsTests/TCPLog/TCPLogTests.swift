import GatewayModel
import JSON
import TLS
import TestPlugins
import Testing

@testable import LogKit
@testable import ReportingPlugins

@Suite("tcp-log")
struct TCPLogTests {
    private static let cases = [
        SchemaCase(#"{"host":"log.test","port":514}"#), SchemaCase(#"{"host":"10.0.0.1","port":0}"#),
        SchemaCase(#"{"host":"[::1]","port":65535,"tls":true,"tls_sni":"log.test"}"#),
        SchemaCase(#"{}"#, "config.host: required field missing", "config.port: required field missing"),
        SchemaCase(#"{"host":"a b","port":1}"#, "config.host: invalid value: a b"),
        SchemaCase(#"{"host":"log.test:1","port":1}"#, "config.host: must not have a port"),
        SchemaCase(#"{"host":"a","port":65536}"#, "config.port: value should be between 0 and 65535"),
        SchemaCase(#"{"host":"a","port":1,"timeout":0}"#, "config.timeout: value should be between 1 and 2147483646"),
        SchemaCase(#"{"host":"a","port":1,"tls_sni":"a b"}"#, "config.tls_sni: invalid value: a b"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("tcp-log") }

    private static func peer(_ config: JSONObject) throws -> TCPOutput.Peer {
        TCPLog.peer(
            try PluginFixture.config("tcp-log", ["host": "log.test", "port": 514], config), PluginFixture.context())
    }

    @Test("fields and Kong's defaults reach the connection")
    func fields() throws {
        let plain = TCPOutput.Peer(host: "log.test", port: 514, timeout: 10_000, keepalive: 60_000)
        #expect(TCPLog.schema.priority == 7)
        #expect(try Self.peer([:]) == plain)
        #expect(
            try Self.peer(["host": "[::1]", "timeout": 5, "keepalive": 6])
                == TCPOutput.Peer(host: "::1", port: 514, timeout: 5, keepalive: 6))
        var tls = plain
        tls.tls = .init(serverName: "log.test", trust: nil)
        #expect(try Self.peer(["tls": true]) == tls)
        tls.tls = .init(serverName: "other.test", trust: TLSTrust())
        #expect(try Self.peer(["tls": true, "tls_sni": "other.test", "tls_verify": true]) == tls)
        #expect(try Self.peer(["tls_sni": "other.test"]) == plain)
    }

    @Test("what the log calls a server")
    func names() {
        var peer = TCPOutput.Peer(host: "::1", port: 514, timeout: 1, keepalive: 1)
        #expect(LogDestination.tcp(peer).description == "tcp://[::1]:514")
        peer.tls = .init(serverName: "a", trust: nil)
        peer.host = "log.test"
        #expect(LogDestination.tcp(peer).description == "tls://log.test:514")
    }
}
