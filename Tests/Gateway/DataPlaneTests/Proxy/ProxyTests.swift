import Foundation
import GatewayModel
import PluginKit
import TestClient
import TestGateway
import Testing

@testable import DataPlane

/// A gateway with one service, played by a script.
struct Proxied {
    let upstream: ScriptedUpstream
    let gateway: TestGateway

    /// - Parameters:
    ///   - service: Further fields of the service, as JSON members with a comma before.
    ///   - routes: Routes of it, as JSON; by default one that takes everything as it is.
    ///   - plugins: Kinds of plugins, each configured for all requests.
    init(
        service: String = "",
        routes: String = #"{"name":"all","paths":["/"],"strip_path":false,"service":{"name":"s"}}"#,
        plugins: [PluginDefinition] = [],
        _ script: @escaping @Sendable (ScriptedUpstream.Connection, Int) throws -> Void
    ) throws {
        let entities = plugins.map { #"{"name":"\#($0.schema.name)"}"# }.joined(separator: ",")
        upstream = try ScriptedUpstream(script)
        gateway = try TestGateway(
            #"{"services":[{"name":"s","host":"127.0.0.1","port":\#(upstream.port)\#(service)}],"routes":[\#(routes)],"plugins":[\#(entities)]}"#,
            plugins: plugins)
    }

    /// What a field of the last request was; nil without one.
    func sent(_ name: String) -> String? {
        let lines = (upstream.requests.last ?? "").components(separatedBy: "\r\n")
        return lines.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    var requestLine: String? { upstream.requests.last?.components(separatedBy: "\r\n").first }
}

@Suite("proxying")
struct ProxyTests {
    @Test("a request goes to its service and the answer comes back, with the fields of an intermediary")
    func simple() async throws {
        let proxied = try Proxied { connection, _ in
            try connection.answerAll("hello", fields: "X-Own: yes\r\nServer: origin/1\r\nConnection: keep-alive\r\n")
        }
        let answer = try await proxied.gateway.ask(
            "GET /a/b?c=d\nHost: Example.com:8080\nX-Mine: 1\nX-Forwarded-For: 192.0.2.9\nX-Forwarded-Host: spoofed")
        #expect(answer.status == 200 && answer.body == "hello")
        #expect(answer["X-Own"] == "yes" && answer["Server"] == "origin/1")
        #expect(answer["Via"] == "1.1 sluice/test" && answer["Connection"] == nil)
        #expect(answer["X-Kong-Upstream-Latency"] != nil && answer["X-Kong-Proxy-Latency"] != nil)
        #expect(answer["X-Kong-Response-Latency"] == nil)
        #expect(proxied.requestLine == "GET /a/b?c=d HTTP/1.1")
        #expect(proxied.sent("Host") == "127.0.0.1:\(proxied.upstream.port)")
        #expect(proxied.sent("X-Mine") == "1")
        #expect(proxied.sent("X-Forwarded-For") == "192.0.2.9, 127.0.0.1" && proxied.sent("X-Real-IP") == "127.0.0.1")
        #expect(proxied.sent("X-Forwarded-Proto") == "http" && proxied.sent("X-Forwarded-Host") == "Example.com")
        #expect(proxied.sent("X-Forwarded-Port") == "8080" && proxied.sent("X-Forwarded-Path") == "/a/b")
        #expect(proxied.sent("X-Kong-Request-Id") == answer["X-Kong-Request-Id"])
        #expect(proxied.sent("Connection") == nil)
    }

    @Test("connections to the service are kept and used again")
    func keepAlive() throws {
        let proxied = try Proxied { connection, number in
            while let request = try connection.request() {
                try connection.answer(request.hasPrefix("HEAD") ? "" : "from \(number)")
            }
        }
        let client = try proxied.gateway.client()
        for _ in 0..<5 { #expect(try client.ask("GET /").body == "from 1") }
        #expect(try client.ask("HEAD /").status == 200)
        #expect(try client.ask("POST /", body: "x").body == "from 1")
        #expect(proxied.upstream.connections == 1)
    }

    @Test("a connection that the service closes is not used again")
    func connectionClose() throws {
        let proxied = try Proxied { connection, number in
            _ = try connection.request()
            try connection.answer("from \(number)", fields: "Connection: close\r\n")
        }
        let client = try proxied.gateway.client()
        for number in 1...3 { #expect(try client.ask("GET /").body == "from \(number)") }
    }

    @Test("the path is stripped and joined, and the prefix told")
    func stripped() async throws {
        let proxied = try Proxied(
            service: #","path":"/base""#, routes: #"{"paths":["/api"],"service":{"name":"s"}}"#
        ) { connection, _ in try connection.answerAll("x") }
        _ = try await proxied.gateway.ask("GET /api/items/1?q=%20")
        #expect(proxied.requestLine == "GET /base/items/1?q=%20 HTTP/1.1")
        #expect(proxied.sent("X-Forwarded-Prefix") == "/api" && proxied.sent("X-Forwarded-Path") == "/api/items/1")
        _ = try await proxied.gateway.ask("GET /api")
        #expect(proxied.requestLine == "GET /base HTTP/1.1")
        _ = try await proxied.gateway.ask("GET /x/..//%61pi/items/1")
        #expect(proxied.requestLine == "GET /base/items/1 HTTP/1.1" && proxied.sent("X-Forwarded-Prefix") == "/api")
    }

    @Test("what is sent is the path that was matched, without detours")
    func normalized() async throws {
        let proxied = try Proxied { connection, _ in try connection.answerAll("x") }
        _ = try await proxied.gateway.ask("GET /a/../b/./c//d/%65%2f?x=/../y")
        #expect(proxied.requestLine == "GET /b/c/d/e%2F?x=/../y HTTP/1.1")
    }

    @Test("the client's host is kept when the route says so")
    func preservedHost() async throws {
        let proxied = try Proxied(
            routes: #"{"paths":["/"],"preserve_host":true,"service":{"name":"s"}}"#
        ) { connection, _ in try connection.answerAll("x") }
        _ = try await proxied.gateway.ask("GET /\nHost: a.example:81")
        #expect(proxied.sent("Host") == "a.example:81")
    }

    @Test("what belongs to the client's connection stays on it")
    func hopByHop() async throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            try connection.answer(
                "x", fields: "Connection: X-Drop\r\nX-Drop: 1\r\nKeep-Alive: timeout=5\r\nX-Stay: 1\r\n")
        }
        let answer = try await proxied.gateway.ask(
            "GET /\nConnection: keep-alive, X-Secret\nX-Secret: 1\nKeep-Alive: 3\nProxy-Connection: x\nTE: trailers, x\nUpgrade: h2c\nExpect: 100-continue"
        )
        #expect(proxied.sent("X-Secret") == nil && proxied.sent("Keep-Alive") == nil)
        #expect(proxied.sent("Proxy-Connection") == nil && proxied.sent("Upgrade") == nil)
        #expect(proxied.sent("Expect") == nil && proxied.sent("TE") == "trailers")
        #expect(answer["X-Drop"] == nil && answer["Keep-Alive"] == nil && answer["X-Stay"] == "1")
    }

    @Test(
        "no protocol passes behind which requests could hide",
        arguments: ["h2c", "websocket, h2c", "TLS/1.3", "HTTP/2.0"])
    func otherUpgrade(_ name: String) async throws {
        let proxied = try Proxied { connection, _ in try connection.answerAll("x") }
        let fields = "Connection: Upgrade, HTTP2-Settings\nUpgrade: \(name)\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
        #expect(try await proxied.gateway.ask("GET /\n\(fields)").body == "x")
        #expect(proxied.sent("Upgrade") == nil && proxied.sent("Connection") == nil)
        #expect(proxied.sent("HTTP2-Settings") == nil)
    }

    @Test("however many fields Connection names")
    func manyOptions() async throws {
        let proxied = try Proxied { connection, _ in try connection.answerAll("x") }
        let names = (0..<100).map { "X-\($0)" }.joined(separator: ",")
        _ = try await proxied.gateway.ask("GET /\nConnection: \(names), x-last\nX-Last: 1\nX-99: 1\nX-100: 1")
        #expect(proxied.sent("X-Last") == nil && proxied.sent("X-99") == nil && proxied.sent("X-100") == "1")
    }

    @Test("bodies pass both ways: known length, in chunks, large")
    func bodies() throws {
        let proxied = try Proxied { connection, _ in
            while let request = try connection.request() {
                let body = request.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
                if request.hasPrefix("POST /chunked") {
                    try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                    try connection.send("2\r\nde\r\n0\r\n\r\n")
                } else {
                    try connection.answer(body)
                }
            }
        }
        let client = try proxied.gateway.client()
        #expect(try client.ask("POST /echo", body: "some text").body == "some text")
        #expect(try client.ask("POST /chunked", body: "x").body == "abcde")
        try client.sendChunked("POST /echo", ["ab", "cde"])
        #expect(try client.answer().body == "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n")
        #expect(proxied.sent("Transfer-Encoding") == "chunked" && proxied.sent("Content-Length") == nil)
        let large = String(repeating: "0123456789", count: 300_000)
        #expect(try client.ask("POST /echo", body: large).body == large)
        #expect(proxied.sent("Content-Length") == "3000000")
        #expect(proxied.upstream.connections == 1)
    }

    @Test("an answer that ends with its connection is passed on whole")
    func untilClose() throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\n\r\npart one, ")
            try connection.send("part two")
        }
        let client = try proxied.gateway.client()
        #expect(try client.ask("GET /").body == "part one, part two")
        #expect(try client.ask("GET /").body == "part one, part two")
    }

    @Test("informational answers are passed over, and an answer before the body's end is passed on")
    func early() throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.head()
            try connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
            try connection.answer("no", status: "413 Content Too Large", fields: "Connection: close\r\n")
        }
        let client = try proxied.gateway.client()
        try client.connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")
        let answer = try client.answer()
        #expect(answer.status == 413 && answer.body == "no" && answer["Connection"] == "close")
    }

    @Test("after an upgrade bytes pass both ways")
    func upgrade() throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            try connection.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo/1\r\nX-Agreed: 1\r\n\r\nwelcome"
            )
            while let text = try connection.read() { try connection.send("<\(text)>") }
        }
        let client = try proxied.gateway.client()
        try client.send("GET /\nConnection: Upgrade\nUpgrade: echo/1")
        let head = try client.connection.readUntil("welcome")
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(head.lowercased().contains("upgrade: echo/1") && head.contains("X-Agreed: 1"))
        #expect(proxied.sent("Upgrade") == "echo/1" && proxied.sent("Connection") == "Upgrade")
        try client.connection.send("one")
        _ = try client.connection.readUntil("<one>")
        try client.connection.send("two")
        _ = try client.connection.readUntil("<two>")
    }

    @Test("routes whose service is switched off match nothing")
    func disabled() async throws {
        let proxied = try Proxied(service: #","enabled":false"#) { connection, _ in try connection.answerAll("x") }
        #expect(try await proxied.gateway.ask("GET /").status == 404)
    }

    @Test("plugins see the answer's head before the client does")
    func headerFilter() async throws {
        let upstream = try ScriptedUpstream { connection, _ in try connection.answerAll("x") }
        let gateway = try TestGateway(
            """
            {"services":[{"name":"s","host":"127.0.0.1","port":\(upstream.port)}],
             "routes":[{"paths":["/"],"service":{"name":"s"}}],"plugins":[{"name":"marker"}]}
            """, plugins: [.marker("marker", priority: 1)])
        #expect(try await gateway.ask("GET /").values("X-Filtered").count == 1)
    }
}
