import Foundation
import JSON
import Kafka
import Observability
import TestClient
import Testing

@testable import Console

@Suite("The console")
struct ConsoleTests {
    @Test("the page's files, which load nothing from elsewhere")
    func files() async throws {
        let server = try await ConsoleServer()
        for (path, type) in [
            ("/", "text/html; charset=utf-8"), ("/console.css", "text/css; charset=utf-8"),
            ("/console.js", "text/javascript; charset=utf-8"),
        ] {
            let answer = try await server.ask("GET \(path)")
            #expect(answer.status == 200 && answer["content-type"] == type)
            #expect(answer["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(answer["x-content-type-options"] == "nosniff")
            let addresses = answer.body.components(separatedBy: "http").dropFirst().map { "http" + $0.prefix(30) }
            #expect(addresses.allSatisfy { $0.hasPrefix("http://www.w3.org/2000/svg") }, "\(addresses)")
        }
        let page = try await server.ask("GET /").body
        #expect(!page.contains("style=") && !page.contains("onclick"), "the policy allows nothing within the page")
    }

    @Test("what is not there, and what may not be done")
    func refusals() async throws {
        let server = try await ConsoleServer()
        #expect(try await server.ask("GET /services").status == 404)
        let answer = try await server.ask("POST /")
        #expect(answer.status == 405 && answer["allow"] == "GET, HEAD, OPTIONS")
    }

    /// The data of the next event.
    private static func event(_ client: RawClient, _ rest: inout String) throws -> JSONValue {
        while rest.range(of: "\n\n") == nil { rest += try client.readUntil("\n\n") }
        let end = try #require(rest.range(of: "\n\n"))
        let data = try #require(rest[..<end.lowerBound].components(separatedBy: "data: ").last)
        rest = String(rest[end.upperBound...])
        return try JSONValue.parse(text: data)
    }

    @Test("events tell the node, its clusters and the last minutes; a stop ends them")
    func events() async throws {
        var cluster = ClusterStatus()
        cluster.labels = ["orders"]
        cluster.queueDepth = 7
        let server = try await ConsoleServer(clusters: [cluster])
        server.console.tick()
        server.traffic.finished(status: 200, bytesReceived: 1, bytesSent: 1, milliseconds: 1, isClientGone: false)
        server.console.tick()
        try await OwnThread.run {
            let client = try RawClient(port: server.port)
            try client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            var rest = try client.readUntil("\r\n\r\n")
            #expect(rest.contains("text/event-stream"))
            let first = try Self.event(client, &rest)
            #expect(first["node"]?["host"] == "test" && first["node"]?["readiness"] == "ready")
            #expect(first["clusters"]?[0]?["names"] == ["orders"])
            #expect(first["clusters"]?[0]?["producer"]?["queued"] == 7)
            let point = try #require(first["points"]?[0]?.arrayValue)
            let names = ConsolePoint.names
            #expect(point.count == names.count)
            #expect(point[try #require(names.firstIndex(of: "s2"))] == 1)
            for _ in 0..<8 { server.console.tick() }
            // The last five alone, for it knows those before.
            let second = try Self.event(client, &rest)
            #expect((1...5).contains(second["points"]?.arrayValue?.count ?? 0))
            server.endFeeds()
            _ = try client.readUntil("0\r\n\r\n")
        }
    }

    @Test("the page reads points as they are written")
    func names() throws {
        let script = String(decoding: PackageResources.console_js, as: UTF8.self)
        let list = try #require(
            script.components(separatedBy: "const NAMES = [").last?.components(separatedBy: "]").first)
        let names = list.components(separatedBy: ",").map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: " \n\""))
        }
        #expect(names == ConsolePoint.names)
    }

    @Test("no more listen than there is room for; one that goes makes room")
    func room() async throws {
        let server = try await ConsoleServer()
        try await OwnThread.run {
            var clients: [RawClient] = []
            for _ in 0..<32 {
                let client = try RawClient(port: server.port)
                try client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try client.readUntil("\n\n")
                clients.append(client)
            }
            let refused = try HTTPClient(port: server.port).ask("GET /events")
            #expect(refused.status == 503 && refused.body.contains("close another one"))
            clients.removeLast().close()
            // The node learns of it when it next writes.
            var status = ""
            while !status.hasPrefix("HTTP/1.1 200") {
                let client = try RawClient(port: server.port)
                try client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                status = try client.readUntil("\r\n\r\n")
            }
        }
    }
}
