import GatewayModel
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("cors")
struct CORSTests {
    // MARK: - Schema

    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("cors", [:]).get()
        #expect(
            config == [
                "origins": .null, "headers": .null, "exposed_headers": .null, "methods": .array(CORS.methods),
                "max_age": .null, "credentials": false, "private_network": false, "preflight_continue": false,
                "allow_origin_absent": true,
            ])
    }

    private static let cases = [
        SchemaCase(#"{"origins":["*"],"methods":["GET"],"max_age":3600.5,"headers":["A"],"exposed_headers":["B"]}"#),
        SchemaCase(#"{"origins":["http://a.test",".*"]}"#),
        SchemaCase(#"{"origins":["[a-"]}"#, "config.origins.1: '[a-' is not a valid regex"),
        SchemaCase(#"{"origins":["a)|(b"]}"#, "config.origins.1: 'a)|(b' is not a valid regex"),
        SchemaCase(
            #"{"methods":["get"]}"#,
            "config.methods.1: expected one of: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS, TRACE, CONNECT"),
        SchemaCase(#"{"max_age":"x"}"#, "config.max_age: expected a number"),
        SchemaCase(#"{"credentials":null}"#, "config.credentials: required field missing"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("cors") }

    @Test("a consumer's configuration is refused")
    func scope() throws {
        let schema = CORS.schema
        #expect(!schema.allowsConsumer && schema.priority == 2000)
    }

    // MARK: - Preflights

    private static func gateway(_ config: String) throws -> TestGateway {
        try GatewayHarness.gateway(
            #"{"name":"cors","config":\#(config)}"#,
            #"{"name":"request-termination","config":{"status_code":299}}"#)
    }

    private static let preflight = "OPTIONS /\nOrigin: http://a.test\nAccess-Control-Request-Method: PUT"

    @Test("a preflight is answered here")
    func preflight() async throws {
        let answer = try await Self.gateway("{}").ask(Self.preflight)
        #expect(answer.status == 200 && answer.body == "" && answer["Content-Length"] == "0")
        #expect(answer.values("Access-Control-Allow-Origin") == ["*"])
        #expect(
            answer.values("Access-Control-Allow-Methods") == ["GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT"])
        for name in ["Credentials", "Headers", "Private-Network"] {
            #expect(answer["Access-Control-Allow-\(name)"] == nil)
        }
        #expect(answer["Access-Control-Max-Age"] == nil && answer["Vary"] == nil)
        #expect(answer["Access-Control-Expose-Headers"] == nil)
    }

    @Test("all that a preflight can be told")
    func full() async throws {
        let config = #"""
            {"origins":["http://a.test","http://b.test"],"methods":["GET","PUT"],"headers":["X-A","X-B"],
             "exposed_headers":["X-C"],"max_age":3600,"credentials":true,"private_network":true}
            """#
        let answer = try await Self.gateway(config).ask(
            Self.preflight + "\nAccess-Control-Request-Headers: X-Z\nAccess-Control-Request-Private-Network: true")
        #expect(answer.values("Access-Control-Allow-Origin") == ["http://a.test"])
        #expect(answer.values("Access-Control-Allow-Credentials") == ["true"])
        #expect(answer.values("Access-Control-Allow-Methods") == ["GET,PUT"])
        #expect(answer.values("Access-Control-Allow-Headers") == ["X-A,X-B"])
        #expect(answer.values("Access-Control-Max-Age") == ["3600"])
        #expect(answer.values("Access-Control-Allow-Private-Network") == ["true"])
        #expect(answer.values("Vary") == ["Origin"])
    }

    @Test("without configured headers those that are asked for are allowed")
    func requestedHeaders() async throws {
        let answer = try await Self.gateway("{}").ask(Self.preflight + "\nAccess-Control-Request-Headers: X-Z, X-Y")
        #expect(answer.values("Access-Control-Allow-Headers") == ["X-Z, X-Y"])
    }

    @Test("an origin that is not allowed is told nothing")
    func foreign() async throws {
        let answer = try await Self.gateway(#"{"origins":["http://b.test","http://c.test"],"private_network":true}"#)
            .ask(Self.preflight)
        #expect(answer.status == 200 && answer["Access-Control-Allow-Origin"] == nil)
        #expect(answer.values("Vary") == ["Origin"] && answer["Access-Control-Allow-Private-Network"] == nil)
    }

    @Test(
        "what is no preflight goes on",
        arguments: [
            "OPTIONS /\nOrigin: http://a.test", "OPTIONS /\nAccess-Control-Request-Method: PUT",
            "GET /\nOrigin: http://a.test\nAccess-Control-Request-Method: PUT",
        ])
    func other(head: String) async throws {
        #expect(try await Self.gateway("{}").ask(head).status == 299)
    }

    @Test("a preflight that goes on is left to the service")
    func continued() async throws {
        let proxied = try ProxiedHarness(#"{"name":"cors","config":{"preflight_continue":true}}"#) { connection, _ in
            try connection.answerAll("", fields: "Access-Control-Allow-Origin: http://own.test\r\n")
        }
        let answer = try await proxied.gateway.ask(Self.preflight)
        #expect(answer.values("Access-Control-Allow-Origin") == ["http://own.test"])
        #expect(proxied.requestLine == "OPTIONS / HTTP/1.1")
    }

    // MARK: - Other requests

    @Test("answers of the service get the fields, in place of its own")
    func proxied() throws {
        let proxied = try ProxiedHarness(
            #"{"name":"cors","config":{"origins":["http://a.test","http://b.test"],"exposed_headers":["X-C","X-D"]}}"#
        ) { connection, _ in
            try connection.answerAll(
                "x", fields: "Access-Control-Allow-Origin: http://own.test\r\nVary: Accept\r\nX-Own: 1\r\n")
        }
        let client = try proxied.gateway.client()
        let answer = try client.ask("GET /\nOrigin: http://b.test")
        #expect(answer.values("Access-Control-Allow-Origin") == ["http://b.test"])
        #expect(answer.values("Access-Control-Expose-Headers") == ["X-C,X-D"])
        #expect(answer.values("Vary") == ["Accept", "Origin"] && answer["X-Own"] == "1")
        #expect(answer["Access-Control-Allow-Methods"] == nil)
        let foreign = try client.ask("GET /\nOrigin: http://z.test")
        #expect(foreign["Access-Control-Allow-Origin"] == nil && foreign.values("Vary") == ["Accept", "Origin"])
    }

    @Test("credentials with any origin name the origin")
    func credentials() throws {
        let client = try Self.gateway(#"{"credentials":true}"#).client()
        let answer = try client.ask("GET /\nOrigin: http://a.test")
        #expect(answer.values("Access-Control-Allow-Origin") == ["http://a.test"])
        #expect(answer.values("Access-Control-Allow-Credentials") == ["true"] && answer.values("Vary") == ["Origin"])
        let absent = try client.ask("GET /")
        #expect(absent.values("Access-Control-Allow-Origin") == ["*"])
        #expect(absent["Access-Control-Allow-Credentials"] == nil)
    }

    @Test("requests without an origin", arguments: [true, false])
    func absent(isServed: Bool) async throws {
        let answer = try await Self.gateway(#"{"allow_origin_absent":\#(isServed)}"#).ask("GET /")
        #expect(answer.values("Access-Control-Allow-Origin") == (isServed ? ["*"] : []))
    }

    @Test("refusals of the gateway carry the fields too")
    func refused() async throws {
        let gateway = try GatewayHarness.gateway(
            #"{"name":"cors","config":{}}"#,
            #"{"name":"ip-restriction","config":{"deny":["127.0.0.1"]}}"#)
        let answer = try await gateway.ask("GET /\nOrigin: http://a.test")
        #expect(answer.status == 403 && answer["Access-Control-Allow-Origin"] == "*")
    }
}
