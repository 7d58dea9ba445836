import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("redirect")
struct RedirectTests {
    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("redirect", ["location": "https://a.test/"]).get()
        #expect(config == ["status_code": 301, "location": "https://a.test/", "keep_incoming_path": false])
    }

    private static let cases = [
        SchemaCase(#"{"location":"https://a.test:8443/x?y=z#f","status_code":308,"keep_incoming_path":true}"#),
        SchemaCase(#"{"location":"http://[::1]/"}"#), SchemaCase(#"{"location":"http://user@a.test"}"#),
        SchemaCase("{}", "config.location: required field missing"),
        SchemaCase(#"{"location":"/x"}"#, "config.location: missing host in url"),
        SchemaCase(#"{"location":"a.test"}"#, "config.location: missing host in url"),
        SchemaCase(#"{"location":"https://"}"#, "config.location: missing host in url"),
        SchemaCase(#"{"location":"https://:80/"}"#, "config.location: missing host in url"),
        SchemaCase(#"{"location":"https://a.test/\r\nX: y"}"#, "config.location: missing host in url"),
        SchemaCase(
            #"{"location":"http://a.test","status_code":99}"#,
            "config.status_code: value should be between 100 and 599"),
        SchemaCase(
            #"{"location":"http://a.test","status_code":100}"#,
            "config.status_code: 1xx is no final status: use 200 to 599"),
        SchemaCase(#"{"location":"http://a.test","incoming_path":"keep"}"#, "config.incoming_path: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("redirect") }

    @Test(
        "where clients are sent",
        arguments: [
            (#"{"location":"https://a.test/new?x=1"}"#, "/old?y=2", 301, "https://a.test/new?x=1"),
            (#"{"location":"https://a.test/new","status_code":307}"#, "/old", 307, "https://a.test/new"),
            (
                #"{"location":"https://a.test:8443/new?x=1#f","keep_incoming_path":true}"#, "/old/%20?y=2", 301,
                "https://a.test:8443/old/%20?y=2"
            ),
            (#"{"location":"http://a.test","keep_incoming_path":true}"#, "/old", 301, "http://a.test/old"),
            (#"{"location":"http://a.test","keep_incoming_path":true}"#, "/?", 301, "http://a.test/?"),
        ])
    func sent(config: String, target: String, status: Int, location: String) async throws {
        let gateway = try GatewayHarness.gateway(#"{"name":"redirect","config":\#(config)}"#)
        let answer = try await gateway.ask("GET \(target)")
        #expect(answer.status == status && answer.values("Location") == [location])
        #expect(answer.body == "redirecting")
    }
}
