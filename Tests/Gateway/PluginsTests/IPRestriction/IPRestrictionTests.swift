import EventLoop
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("ip-restriction")
struct IPRestrictionTests {
    private static let cases = [
        SchemaCase(#"{"allow":["127.0.0.1"]}"#), SchemaCase(#"{"deny":["10.0.0.0/8","2001:db8::/32","::1"]}"#),
        SchemaCase(#"{"allow":["0.0.0.0/0"],"deny":["127.0.0.1"],"status":401,"message":"no"}"#),
        SchemaCase("{}", "at least one of these fields must be non-empty: 'config.allow', 'config.deny'"),
        SchemaCase(
            #"{"allow":[],"deny":[]}"#,
            "at least one of these fields must be non-empty: 'config.allow', 'config.deny'"),
        SchemaCase(#"{"allow":["127.0.0.300"]}"#, "config.allow.1: invalid ip or cidr range: '127.0.0.300'"),
        SchemaCase(#"{"allow":["::1","10.0.0.0/33"]}"#, "config.allow.2: invalid ip or cidr range: '10.0.0.0/33'"),
        SchemaCase(#"{"deny":["example.com"]}"#, "config.deny.1: invalid ip or cidr range: 'example.com'"),
        SchemaCase(#"{"deny":["::1"],"status":99}"#, "config.status: value should be an integer between 200 and 599"),
        SchemaCase(#"{"deny":["::1"],"status":"x"}"#, "config.status: expected a number"),
        SchemaCase(
            #"{"whitelist":["::1"]}"#, "config.whitelist: unknown field",
            "at least one of these fields must be non-empty: 'config.allow', 'config.deny'"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("ip-restriction") }

    /// A client's address and whether it passes.
    struct Case: Sendable, CustomTestStringConvertible {
        let config: String
        let address: String
        let passes: Bool

        init(_ config: String, _ address: String, _ passes: Bool) {
            self.config = config
            self.address = address
            self.passes = passes
        }

        var testDescription: String { "\(config) \(address)" }
    }

    @Test(
        "who passes",
        arguments: [
            Case(#"{"allow":["192.0.2.1"]}"#, "192.0.2.1", true),
            Case(#"{"allow":["192.0.2.1"]}"#, "192.0.2.2", false),
            Case(#"{"allow":["192.0.2.0/28","198.51.100.7"]}"#, "192.0.2.15", true),
            Case(#"{"allow":["192.0.2.0/28","198.51.100.7"]}"#, "192.0.2.16", false),
            Case(#"{"allow":["192.0.2.0/28","198.51.100.7"]}"#, "198.51.100.7", true),
            Case(#"{"deny":["192.0.2.0/24"]}"#, "192.0.2.9", false),
            Case(#"{"deny":["192.0.2.0/24"]}"#, "192.0.3.9", true),
            Case(#"{"allow":["192.0.2.0/24"],"deny":["192.0.2.9"]}"#, "192.0.2.8", true),
            Case(#"{"allow":["192.0.2.0/24"],"deny":["192.0.2.9"]}"#, "192.0.2.9", false),
            Case(#"{"allow":["0.0.0.0/0"]}"#, "203.0.113.1", true),
            Case(#"{"allow":["0.0.0.0/0"]}"#, "2001:db8::1", false),
            Case(#"{"allow":["::/0"]}"#, "2001:db8::1", true),
            Case(#"{"allow":["2001:db8::/32"]}"#, "2001:db8:ffff::1", true),
            Case(#"{"allow":["2001:db8::/32"]}"#, "2001:db9::1", false),
            Case(#"{"deny":["2001:db8::5"]}"#, "2001:db8:0:0::5", false),
            Case(#"{"allow":["192.0.2.1"]}"#, "::ffff:192.0.2.1", true),
        ])
    func passing(_ wanted: Case) throws {
        let config = try PluginFixture.complete("ip-restriction", try JSONValue.parse(text: wanted.config)).get()
        let prepared = try PreparedIPRestriction(config)
        #expect(prepared.lets(try SocketAddress(host: wanted.address, port: 1)) == wanted.passes)
    }

    @Test("the refusal")
    func refusal() async throws {
        let plain = try GatewayHarness.gateway(
            #"{"name":"ip-restriction","config":{"deny":["127.0.0.0/8"]}}"#,
            #"{"name":"request-termination","config":{"status_code":200}}"#)
        let answer = try await plain.ask("GET /")
        #expect(answer.status == 403)
        #expect(try JSONValue.parse(text: answer.body)["message"] == "IP address not allowed: 127.0.0.1")
        let own = try GatewayHarness.gateway(
            #"{"name":"ip-restriction","config":{"allow":["::1"],"status":401,"message":"not from there"}}"#)
        let other = try await own.ask("GET /")
        #expect(other.status == 401)
        #expect(try JSONValue.parse(text: other.body)["message"] == "not from there")
    }

    @Test("who is allowed reaches the next plugin")
    func allowed() async throws {
        let gateway = try GatewayHarness.gateway(
            #"{"name":"ip-restriction","config":{"allow":["127.0.0.1"]}}"#,
            #"{"name":"request-termination","config":{"status_code":202}}"#)
        #expect(try await gateway.ask("GET /").status == 202)
    }
}
