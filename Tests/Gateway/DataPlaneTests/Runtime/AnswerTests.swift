import HTTPServer
import JSON
import PluginKit
import TestClient
import TestGateway
import Testing

/// An `Accept` field and the media type of the error that it gets; nil: no such field.
private struct AcceptCase: Sendable, CustomTestStringConvertible {
    let accept: String?
    let type: String

    init(_ accept: String?, _ type: String) {
        self.accept = accept
        self.type = type
    }

    var testDescription: String { accept ?? "none" }

    static let all = [
        AcceptCase(nil, "application/json"), AcceptCase("*/*", "application/json"), AcceptCase("", "application/json"),
        AcceptCase("application/json", "application/json"), AcceptCase("application/*", "application/json"),
        AcceptCase("image/png", "application/json"), AcceptCase("text/html", "text/html"),
        AcceptCase("TEXT/HTML", "text/html"), AcceptCase("text/*", "text/html"),
        AcceptCase("application/xhtml+xml", "text/html"), AcceptCase("text/plain", "text/plain"),
        AcceptCase("application/xml", "application/xml"), AcceptCase("text/xml", "application/xml"),
        AcceptCase("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        AcceptCase("text/plain;q=0.5, application/xml", "application/xml"),
        AcceptCase("text/plain;q=0.5, application/xml;q=0.4", "text/plain"),
        AcceptCase("text/plain; q=0.2 , text/html ; q=0.3", "text/html"),
        AcceptCase("text/plain;q=0.2,\ttext/html;\tq=0.3", "text/html"),
        AcceptCase("text/plain;Q=0.2,text/html;Q=0.3", "text/html"),
        AcceptCase("text/html;level=1;q=0.1, text/plain;q=0.2", "text/plain"),
        AcceptCase("text/plain, text/html", "text/plain"), AcceptCase("text/html, text/plain", "text/html"),
        AcceptCase("text/html;q=0", "application/json"), AcceptCase("text/html;q=0, text/plain", "text/plain"),
        AcceptCase("image/png, text/plain;q=0.1", "text/plain"), AcceptCase("text/plain;q=", "application/json"),
        AcceptCase("text/plain;q=x, text/html;q=0.1", "text/html"),
        AcceptCase("text/plain;q=-1, text/html;q=0.1", "text/html"),
        AcceptCase("text/plain;q=0x1p9, text/html", "text/html"), AcceptCase(";;,,;q=1,", "application/json"),
        AcceptCase("text/html;q=inf", "application/json"), AcceptCase("text/html;q=0.1234", "application/json"),
        AcceptCase("text/html;q=0.001", "text/html"), AcceptCase("text/html;q=1.000", "text/html"),
        AcceptCase("text/html;q=1.001", "application/json"),
        AcceptCase("text/plain;q=0., text/html;q=0.01", "text/html"),
        AcceptCase("text/plain;q=0.09, text/html;q=0.1", "text/html"),
        AcceptCase("text/html;q=5, text/plain", "text/plain"),
        AcceptCase(String(repeating: "a,", count: 600) + "text/html", "application/json"),
    ]
}

@Suite("Answers of the gateway itself")
struct AnswerTests {
    private static let routes = #"""
        {"services":[{"name":"s","host":"x.test"}],
        "routes":[{"name":"none","paths":["/none"]},{"name":"served","paths":["/served"],"service":"s"},
        {"name":"secure","paths":["/secure"],"protocols":["https"]},
        {"name":"r301","paths":["/r301"],"protocols":["https"],"https_redirect_status_code":301},
        {"name":"r302","paths":["/r302"],"protocols":["https"],"https_redirect_status_code":302},
        {"name":"r307","paths":["/r307"],"protocols":["https"],"https_redirect_status_code":307},
        {"name":"r308","paths":["/r308"],"protocols":["https"],"https_redirect_status_code":308},
        {"name":"any","methods":["PURGE"],"protocols":["https"],"https_redirect_status_code":301}],
        "plugins":[{"name":"marker"}]}
        """#

    private static func gateway() throws -> TestGateway {
        try TestGateway(routes, plugins: [.marker("marker", priority: 1)])
    }

    private static func message(_ answer: HTTPAnswer) throws -> String? {
        try JSONValue.parse(text: answer.body)["message"]?.stringValue
    }

    @Test("each status has Kong's words")
    func messages() async throws {
        let gateway = try Self.gateway()
        let expected = [
            ("GET /else", 404, "no Route matched with those values"),
            ("GET /none", 503, "no Service found with those values"),
            ("GET /secure", 426, "Please use HTTPS protocol"),
        ]
        for (request, status, message) in expected {
            let answer = try await gateway.ask(request)
            #expect(answer.status == status)
            #expect(try Self.message(answer) == message)
            #expect(try JSONValue.parse(text: answer.body)["request_id"]?.stringValue == answer["X-Kong-Request-Id"])
        }
    }

    @Test("each carries the server's name, the time it took and its own id")
    func fields() throws {
        let gateway = try Self.gateway()
        let client = try gateway.client()
        var ids: Set<String> = []
        for request in ["GET /else", "GET /none", "GET /secure", "GET /r301", "HEAD /none"] {
            let answer = try client.ask(request)
            #expect(answer.values("Server") == ["sluice/test"])
            #expect(answer["X-Kong-Response-Latency"].flatMap(Int.init) != nil)
            let id = try #require(answer["X-Kong-Request-Id"])
            #expect(id.utf8.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(ids.insert(id).inserted)
        }
    }

    @Test("426 asks for an upgrade, and the route's plugins see it")
    func upgrade() async throws {
        let answer = try await Self.gateway().ask("GET /secure")
        #expect(answer.values("Connection").contains("Upgrade"))
        #expect(answer["Upgrade"] == "TLS/1.2, HTTP/1.1")
        #expect(answer.values("X-Trace") == [])
        #expect(answer.values("X-Filtered") == ["marker:-"])
    }

    @Test("redirects go to the same place by TLS, without a body", arguments: [301, 302, 307, 308])
    func redirects(status: Int) async throws {
        let gateway = try Self.gateway()
        let answer = try await gateway.ask("GET /r\(status)/x%20y/../z?a=1&b=//\nHost: Some.Host:8000")
        #expect(answer.status == status)
        #expect(answer["Location"] == "https://Some.Host/r\(status)/x%20y/../z?a=1&b=//")
        #expect(answer.body.isEmpty)
        let address = try await gateway.ask("GET /r\(status)\nHost: [::1]:8000")
        #expect(address["Location"] == "https://[::1]/r\(status)")
        let absolute = try await gateway.ask("GET http://other.test:99/r\(status)?q\nHost: x")
        #expect(absolute["Location"] == "https://other.test/r\(status)?q")
    }

    @Test("a request without a host cannot be redirected: it is asked to use TLS")
    func redirectWithoutHost() throws {
        let gateway = try Self.gateway()
        let client = try gateway.client()
        try client.connection.send("GET /r301 HTTP/1.0\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == 426)
        #expect(answer["Location"] == nil)
    }

    @Test("an error has the form that the client accepts", arguments: AcceptCase.all)
    fileprivate func accept(_ wanted: AcceptCase) async throws {
        let answer = try await Self.gateway().ask("GET /else" + (wanted.accept.map { "\nAccept: \($0)" } ?? ""))
        #expect(answer.status == 404)
        #expect(answer["Content-Type"] == "\(wanted.type); charset=utf-8")
        let id = try #require(answer["X-Kong-Request-Id"])
        let message = "no Route matched with those values"
        switch wanted.type {
        case "application/json": #expect(answer.body == #"{"message":"\#(message)","request_id":"\#(id)"}"#)
        case "text/plain": #expect(answer.body == "\(message)\nrequest_id: \(id)\n")
        case "text/html": #expect(answer.body.hasPrefix("<!doctype html>") && answer.body.contains("<p>\(message)</p>"))
        default: #expect(answer.body.hasPrefix("<?xml") && answer.body.contains("<message>\(message)</message>"))
        }
        #expect(answer.body.contains(id))
    }

    @Test("messages are escaped for their form")
    func escaping() async throws {
        let gateway = try TestGateway(
            #"{"routes":[{"name":"r","paths":["/"]}],"plugins":[{"name":"failing"}]}"#,
            plugins: [
                .scripted(
                    "failing", priority: 1,
                    Script(access: { exchange, context, _ in
                        ErrorResponse.write(500, #"<a> & "b""#, to: &exchange, context)
                        return .answer
                    }))
            ])
        for type in ["text/html", "text/xml"] {
            #expect(try await gateway.ask("GET /\nAccept: \(type)").body.contains("&lt;a&gt; &amp; &quot;b&quot;"))
        }
        #expect(try await Self.message(gateway.ask("GET /")) == #"<a> & "b""#)
        #expect(try await gateway.ask("GET /\nAccept: text/plain").body.hasPrefix(#"<a> & "b""#))
    }

    @Test("what the server refuses is answered in the gateway's form")
    func refusals() throws {
        let gateway = try Self.gateway()
        for (text, status) in [
            ("GET / HTTP/1.1\r\n\r\n", 400), ("BAD\r\n\r\n", 400),
            ("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", 501),
        ] {
            let client = try gateway.client()
            try client.connection.send(text)
            let answer = try client.answer()
            #expect(answer.status == status)
            #expect(try Self.message(answer) != nil)
            #expect(answer["Server"] == "sluice/test")
            #expect(answer["X-Kong-Request-Id"]?.utf8.count == 32)
            #expect(answer["Connection"] == "close")
        }
    }

    @Test("a refusal after requests on the connection has an id of its own, and no plugins of theirs")
    func refusalAfterRequest() throws {
        let gateway = try Self.gateway()
        let client = try gateway.client()
        let first = try client.ask("GET /none")
        try client.connection.send("BAD\r\n\r\n")
        let second = try client.answer()
        #expect(second.status == 400)
        #expect(second["X-Kong-Request-Id"] != first["X-Kong-Request-Id"])
        #expect(second.values("X-Filtered") == [])
    }
}
