import GatewayModel
import JSON
import TestPlugins
import Testing

@testable import ReportingPlugins

@Suite("udp-log")
struct UDPLogTests {
    private static let cases = [
        SchemaCase(#"{"host":"log.test","port":514}"#), SchemaCase(#"{"host":"log.test","port":514,"timeout":1}"#),
        SchemaCase(#"{}"#, "config.host: required field missing", "config.port: required field missing"),
        SchemaCase(#"{"host":"a","port":-1}"#, "config.port: value should be between 0 and 65535"),
        SchemaCase(#"{"host":"a","port":1,"tls":true}"#, "config.tls: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("udp-log") }

    @Test("defaults are Kong's")
    func defaults() throws {
        let config = try PluginFixture.config("udp-log", ["host": "log.test", "port": 514])
        #expect(config["timeout"] == 10_000 && UDPLog.schema.priority == 8)
    }
}
