import GatewayModel
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("request-termination")
struct RequestTerminationTests {
    /// The entity of a configuration.
    private static func plugin(_ config: String) -> String { #"{"name":"request-termination","config":\#(config)}"# }

    private static func gateway(_ config: String) throws -> TestGateway { try GatewayHarness.gateway(plugin(config)) }

    // MARK: - Schema

    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("request-termination", [:]).get()
        #expect(
            config == [
                "status_code": 503, "message": .null, "content_type": .null, "body": .null, "echo": false,
                "trigger": .null,
            ])
    }

    private static let cases = [
        SchemaCase(#"{"status_code":200}"#), SchemaCase(#"{"status_code":599}"#),
        SchemaCase(#"{"status_code":99}"#, "config.status_code: value should be between 100 and 599"),
        SchemaCase(#"{"status_code":600}"#, "config.status_code: value should be between 100 and 599"),
        SchemaCase(#"{"status_code":199}"#, "config.status_code: 1xx is no final status: use 200 to 599"),
        SchemaCase(#"{"status_code":"200"}"#, "config.status_code: expected an integer"),
        SchemaCase(#"{"trigger":""}"#, "config.trigger: length must be at least 1"),
        SchemaCase(#"{"message":"m"}"#), SchemaCase(#"{"body":"b"}"#),
        SchemaCase(#"{"body":"b","content_type":"t/x"}"#),
        SchemaCase(#"{"message":"m","body":"b"}"#, "config: message cannot be used with content_type or body"),
        SchemaCase(
            #"{"message":"m","content_type":"t/x"}"#, "config: message cannot be used with content_type or body"),
        SchemaCase(#"{"content_type":"t/x"}"#, "config: content_type requires a body"),
        SchemaCase(#"{"echo":true,"body":"b"}"#, "config: echo cannot be used with content_type and body"),
        SchemaCase(#"{"echo":true,"message":"m"}"#),
        SchemaCase(#"{"other":1}"#, "config.other: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) async throws { try wanted.check("request-termination") }

    // MARK: - Answers

    @Test(
        "a status without a message has Kong's words",
        arguments: [
            (401, "Unauthorized"), (404, "Not found"), (405, "Method not allowed"),
            (500, "An unexpected error occurred"), (502, "Bad Gateway"), (503, "Service unavailable"),
        ])
    func defaultMessages(status: Int, message: String) async throws {
        let answer = try await Self.gateway(#"{"status_code":\#(status)}"#).ask("GET /any")
        #expect(answer.status == status)
        #expect(answer["Content-Type"] == "application/json; charset=utf-8")
        #expect(answer.body == #"{"message":"\#(message)"}"#)
    }

    @Test("a status that has none has no body", arguments: [200, 204, 418, 599])
    func withoutMessage(status: Int) async throws {
        let answer = try await Self.gateway(#"{"status_code":\#(status)}"#).ask("GET /")
        #expect(answer.status == status)
        #expect(answer.body == "")
        #expect(answer["Content-Type"] == nil)
    }

    @Test("the message is JSON, whatever it holds")
    func message() async throws {
        let answer = try await Self.gateway(#"{"status_code":403,"message":"\"so\" \n é"}"#).ask("GET /")
        #expect(answer.status == 403)
        #expect(try JSONValue.parse(text: answer.body) == ["message": "\"so\" \n é"])
    }

    @Test("the body goes as it is, with its type or as JSON")
    func body() async throws {
        let typed = try await Self.gateway(#"{"status_code":200,"body":"<a/>","content_type":"text/xml"}"#).ask("GET /")
        #expect(typed.body == "<a/>")
        #expect(typed["Content-Type"] == "text/xml")
        let plain = try await Self.gateway(#"{"body":"{}"}"#).ask("GET /")
        #expect(plain.status == 503)
        #expect(plain.body == "{}")
        #expect(plain["Content-Type"] == "application/json; charset=utf-8")
    }

    @Test("only requests with the trigger end, as a field or a query argument")
    func trigger() async throws {
        let gateway = try Self.gateway(#"{"status_code":200,"body":"ended","trigger":"X-End now"}"#)
        for request in ["GET /?X-End+now", "GET /?a=b&X-End%20now=1", "POST /?X-End+now="] {
            #expect(try await gateway.ask(request).body == "ended", "\(request)")
        }
        for request in ["GET /", "GET /?x-end+now", "GET /?X-End", "GET /X-End+now", "GET /\nX-End: 1"] {
            #expect(try await gateway.ask(request).status == 503, "\(request)")
            #expect(try await gateway.ask(request).body.contains("no Service found"), "\(request)")
        }
        let field = try Self.gateway(#"{"status_code":200,"body":"ended","trigger":"X-End"}"#)
        #expect(try await field.ask("GET /\nx-end:").body == "ended")
        #expect(try await field.ask("GET /\nX-END: 0").body == "ended")
    }

    // MARK: - Echo

    @Test("echo shows what was asked")
    func echo() async throws {
        let gateway = try TestGateway(
            #"""
            {"services":[{"name":"s","host":"x.test","id":"00000000-0000-4000-8000-000000000002"}],
            "routes":[{"name":"r","paths":["/"],"service":"s","id":"00000000-0000-4000-8000-000000000001"}],
            "plugins":[\#(Self.plugin(#"{"status_code":200,"echo":true,"message":"hi"}"#))]}
            """#, plugins: GatewayHarness.plain)
        let answer = try await gateway.ask("POST /a%20b?x=1&y&x=2+3&x=4\nHost: h.test:1\nX-A: 1\nx-a: 2", body: "text")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "application/json; charset=utf-8")
        let expected: JSONValue = [
            "message": "hi", "status_code": 200,
            "request": [
                "scheme": "http", "host": "h.test:1", "port": .integer(Int(gateway.port)), "method": "POST",
                "path": "/a%20b", "query": ["x": ["1", "2 3", "4"], "y": true],
                "headers": ["host": "h.test:1", "x-a": ["1", "2"], "content-length": "4"], "raw_body": "text",
            ],
            "matched_route": ["id": "00000000-0000-4000-8000-000000000001", "name": "r"],
            "matched_service": ["id": "00000000-0000-4000-8000-000000000002", "name": "s"],
        ]
        #expect(try JSONValue.parse(text: answer.body) == expected)
    }

    @Test("echo shows the trigger and its value")
    func echoTrigger() async throws {
        let gateway = try Self.gateway(#"{"echo":true,"trigger":"x-echo"}"#)
        for (request, value) in [("GET /\nX-Echo: a", "a"), ("GET /?x-echo=b%21", "b!"), ("GET /?x-echo", "")] {
            let answer = try await JSONValue.parse(text: gateway.ask(request).body)
            #expect(answer["trigger"] == ["name": "x-echo", "value": .string(value)])
            #expect(answer["message"] == "Service unavailable")
            #expect(answer["matched_service"] == nil)
        }
    }

    @Test("echo reads a body in chunks, up to its limit")
    func echoBodies() async throws {
        let gateway = try Self.gateway(#"{"status_code":200,"echo":true}"#)
        let client = try gateway.client()
        try client.sendChunked("POST /", ["one ", "two"])
        #expect(try JSONValue.parse(text: client.answer().body)["request"]?["raw_body"] == "one two")
        let large = try await gateway.ask("POST /", body: String(repeating: "x", count: RequestEcho.bodyLimit + 1))
        #expect(large.status == 413)
        #expect(large.body.contains("the request body is larger than 1048576 bytes"))
    }

    @Test("bytes that are no text do not break the echo")
    func echoBytes() throws {
        let gateway = try Self.gateway(#"{"status_code":200,"echo":true}"#)
        let client = try gateway.client()
        try client.connection.send(
            Array("POST /?%ff=%fe HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n".utf8) + [0xff, 0x00, 0x22])
        let answer = try client.answer()
        let request = try JSONValue.parse(text: answer.body)["request"]
        #expect(request?["raw_body"] == "\u{fffd}\u{0}\"")
        #expect(request?["query"] == ["\u{fffd}": "\u{fffd}"])
    }
}
