import Bytes
import HTTPServer
import PluginKit
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("The body filter")
struct BodyFilterTests {
    /// Puts its name around the body, which it reads up to `maximum`.
    private static func wrapping(_ name: String, priority: Int, maximum: Int = 100) -> PluginDefinition {
        .scripted(
            name, priority: priority,
            Script(
                bodyUse: { exchange, _, _ in
                    exchange.response.addField("X-Asked", name)
                    return .whole(maximum: maximum)
                },
                changeBody: { exchange, _, _ in
                    exchange.response.body = Array(
                        "\(name)(\(String(decoding: exchange.response.body, as: UTF8.self)))".utf8)
                    exchange.response.addField("X-Changed", name)
                }))
    }

    /// Tells the journal what passes.
    private static func watching(_ journal: Journal, priority: Int = 5) -> PluginDefinition {
        .scripted(
            "watching", priority: priority, Script(bodyUse: { _, _, _ in .observed(Watcher(journal)) }))
    }

    private final class Watcher: BodyObserver {
        private let journal: Journal
        private var seen: [UInt8] = []

        init(_ journal: Journal) { self.journal = journal }

        func passed(_ bytes: Span<UInt8>) { seen.append(bytes) }

        func ended(isComplete: Bool) {
            journal.note("\(isComplete ? "all" : "part") \(String(decoding: seen, as: UTF8.self))")
        }
    }

    // MARK: - Changed

    @Test("an upstream's body is read whole and changed, by each plugin in its order")
    func changed() throws {
        let proxied = try Proxied(plugins: [Self.wrapping("a", priority: 2), Self.wrapping("b", priority: 1)]) {
            connection, _ in
            while let request = try connection.request() {
                if request.hasPrefix("GET /chunked") {
                    try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    try connection.send("3\r\nabc\r\n")
                    try connection.send("2\r\nde\r\n0\r\n\r\n")
                } else {
                    try connection.answer("hello")
                }
            }
        }
        let client = try proxied.gateway.client()
        let answer = try client.ask("GET /")
        #expect(answer.status == 200 && answer.body == "b(a(hello))")
        #expect(answer.values("Content-Length") == ["11"])
        #expect(answer.values("X-Asked") == ["a", "b"] && answer.values("X-Changed") == ["a", "b"])
        #expect(answer["Via"] == "1.1 sluice/test" && answer["X-Kong-Upstream-Latency"] != nil)
        let chunked = try client.ask("GET /chunked")
        #expect(chunked.body == "b(a(abcde))" && chunked.values("Content-Length") == ["11"])
        #expect(chunked["Transfer-Encoding"] == nil)
        #expect(try client.ask("POST /", body: "x").body == "b(a(hello))")
        #expect(proxied.upstream.connections == 1)
    }

    @Test("HEAD has no body to change, and no length is told")
    func head() throws {
        let proxied = try Proxied(plugins: [Self.wrapping("a", priority: 2)]) { connection, _ in
            while try connection.request() != nil {
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            }
        }
        let client = try proxied.gateway.client()
        for _ in 0..<2 {
            let answer = try client.ask("HEAD /")
            #expect(answer.status == 200 && answer["Content-Length"] == nil && answer["X-Changed"] == nil)
        }
    }

    @Test("an answer that is too large is 502, be its length told or not", arguments: [true, false])
    func tooLarge(isTold: Bool) throws {
        let journal = Journal()
        let proxied = try Proxied(plugins: [
            Self.wrapping("a", priority: 2, maximum: 1000), Self.wrapping("b", priority: 1, maximum: 500),
            Self.watching(journal),
        ]) { connection, _ in
            while try connection.request() != nil {
                if isTold {
                    try connection.answer(String(repeating: "x", count: 501), fields: "X-Own: yes\r\n")
                } else {
                    try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    try connection.send("fa\r\n\(String(repeating: "x", count: 250))\r\n")
                    try connection.send("fb\r\n\(String(repeating: "x", count: 251))\r\n0\r\n\r\n")
                }
            }
        }
        let client = try proxied.gateway.client()
        for _ in 0..<2 {
            let answer = try client.ask("GET /")
            #expect(answer.status == 502 && answer["X-Own"] == nil)
            #expect(answer.body.contains("too large to be transformed"))
        }
        // The first is told of the answer that was dropped, then of the error in its place.
        #expect(journal.all.filter { $0 == "part " }.count == 2 && journal.all.count == 4)
    }

    @Test("an answer that is cut short is 502")
    func cut() async throws {
        let journal = Journal()
        let proxied = try Proxied(plugins: [Self.wrapping("a", priority: 2, maximum: 1000), Self.watching(journal)]) {
            connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
        }
        let answer = try await proxied.gateway.ask("GET /")
        #expect(answer.status == 502 && answer.body.contains("An invalid response"))
        #expect(journal.all.first == "part ")
    }

    @Test("who leaves while the body is read takes the upstream's connection along")
    func clientGone() async throws {
        let journal = Journal()
        let proxied = try Proxied(plugins: [Self.wrapping("a", priority: 2), Self.watching(journal)]) {
            connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            connection.waitForEnd()
            journal.note("upstream's end")
        }
        do {
            let client = try RawClient(port: proxied.gateway.port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await Journal.wait("request") { !proxied.upstream.requests.isEmpty }
            client.reset()
        }
        try await journal.waitFor("upstream's end")
        try await journal.waitFor("part ")
    }

    @Test("an answer of the gateway's own is changed as well")
    func own() async throws {
        let gateway = try TestGateway(
            #"{"routes":[{"paths":["/"]}],"plugins":[{"name":"answer","config":{"label":"own"}},{"name":"a"}]}"#,
            plugins: [Self.wrapping("a", priority: 2), .answering()])
        #expect(try await gateway.ask("GET /").body == "a(own)")
        let limited = try TestGateway(
            #"{"routes":[{"paths":["/"]}],"plugins":[{"name":"answer","config":{"label":"long"}},{"name":"a"}]}"#,
            plugins: [Self.wrapping("a", priority: 2, maximum: 3), .answering()])
        let answer = try await limited.ask("GET /")
        #expect(answer.status == 500 && answer.body.contains("too large to be transformed"))
    }

    // MARK: - Observed

    @Test("who looks on sees the body pass, as others have changed it")
    func observed() async throws {
        let journal = Journal()
        let plain = try Proxied(plugins: [Self.watching(journal)]) { connection, _ in
            try connection.answerAll("hello")
        }
        #expect(try await plain.gateway.ask("GET /").body == "hello")
        try await journal.waitFor("all hello")
        let changed = try Proxied(plugins: [Self.wrapping("a", priority: 6), Self.watching(journal)]) {
            connection, _ in try connection.answerAll("hello")
        }
        #expect(try await changed.gateway.ask("GET /").body == "a(hello)")
        try await journal.waitFor("all a(hello)")
    }

    @Test("who looks on is told when the rest does not come")
    func observedInPart() async throws {
        let journal = Journal()
        let proxied = try Proxied(plugins: [Self.watching(journal)]) { connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
        }
        await #expect(throws: (any Error).self) { try await proxied.gateway.ask("GET /") }
        try await journal.waitFor("part 12345")
    }
}
