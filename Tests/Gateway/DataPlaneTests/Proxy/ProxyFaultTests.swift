import Foundation
import JSON
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("upstreams that fail")
struct ProxyFaultTests {
    private static func message(_ answer: HTTPAnswer) throws -> String? {
        try JSONValue.parse(text: answer.body)["message"]?.stringValue
    }

    private static let invalid = "An invalid response was received from the upstream server"
    private static let late = "The upstream server is timing out"

    @Test("nobody listens: 502, after all tries")
    func refused() async throws {
        let proxied = try Proxied { _, _ in }
        let gateway = try TestGateway(
            #"{"services":[{"name":"s","host":"127.0.0.1","port":1,"retries":2}],"routes":[{"paths":["/"],"service":{"name":"s"}}]}"#,
            plugins: [])
        let answer = try await gateway.ask("POST /", body: "x")
        #expect(answer.status == 502)
        #expect(try Self.message(answer) == Self.invalid)
        #expect(proxied.upstream.connections == 0)
    }

    @Test("a name that does not exist: 503")
    func noName() async throws {
        let gateway = try TestGateway(
            """
            {"services":[{"name":"s","host":"nobody.test","port":1}],
             "routes":[{"paths":["/"],"service":{"name":"s"}}]}
            """, plugins: [])
        let answer = try await gateway.ask("GET /")
        #expect(answer.status == 503)
        #expect(try Self.message(answer) == "name resolution failed")
    }

    @Test(
        "an answer that is none: 502, and the connection is not kept",
        arguments: [
            "HTTP/2.0 200 OK\r\n\r\n", "garbage\r\n\r\n", "HTTP/1.1 20x OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA B: c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 099 X\r\n\r\n",
            "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
        ])
    func malformed(text: String) async throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            try connection.send(text)
            _ = try connection.read()
        }
        let answer = try await proxied.gateway.ask("POST /", body: "x")
        #expect(answer.status == 502)
        #expect(try Self.message(answer) == Self.invalid)
        #expect(proxied.upstream.connections == 1)
    }

    @Test("silence: 504, once")
    func silent() async throws {
        let proxied = try Proxied(service: #","read_timeout":150"#) { connection, _ in
            _ = try connection.request()
            _ = try connection.read()
        }
        let answer = try await proxied.gateway.ask("GET /")
        #expect(answer.status == 504)
        #expect(try Self.message(answer) == Self.late)
        #expect(proxied.upstream.connections == 1)
    }

    @Test("a request that may be done twice is tried again when its connection ends without an answer, others are not")
    func retries() throws {
        let proxied = try Proxied { connection, number in
            _ = try connection.request()
            if number % 2 == 1 { return connection.reset() }
            try connection.answer("from \(number)", fields: "Connection: close\r\n")
        }
        let client = try proxied.gateway.client()
        #expect(try client.ask("GET /").body == "from 2")
        #expect(try client.ask("PUT /", body: "small").body == "from 4")
        #expect(try client.ask("POST /", body: "x").status == 502)
        #expect(proxied.upstream.connections == 5)
        // The sixth answers.
        #expect(try client.ask("POST /", body: "x").body == "from 6")
    }

    @Test("tries end")
    func triesEnd() async throws {
        let proxied = try Proxied(service: #","retries":3"#) { connection, _ in
            _ = try connection.request()
            connection.reset()
        }
        #expect(try await proxied.gateway.ask("GET /").status == 502)
        #expect(proxied.upstream.connections == 4)
    }

    @Test("a kept connection that the service has closed meanwhile is no fault to the client")
    func stale() async throws {
        let proxied = try Proxied { connection, number in
            _ = try connection.request()
            try connection.answer("from \(number)")
        }
        let client = try proxied.gateway.client()
        for number in 1...4 { #expect(try client.ask("GET /").body == "from \(number)") }
    }

    @Test(
        "an answer that breaks off is cut off for the client too",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
        ])
    func brokenOff(text: String) throws {
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            try connection.send(text)
        }
        let client = try RawClient(port: proxied.gateway.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = try client.readToEnd()
        #expect(answer.contains("abc") && !answer.hasSuffix("\r\n0\r\n\r\n"))
    }

    @Test("an answer that stops in its midst is cut off after the time")
    func stalled() throws {
        let proxied = try Proxied(service: #","read_timeout":150"#) { connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            _ = try connection.read()
        }
        let client = try RawClient(port: proxied.gateway.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readToEnd().hasSuffix("abc"))
    }

    @Test("more than was asked for ends the connection, and is nobody's answer")
    func surplus() throws {
        let proxied = try Proxied { connection, number in
            _ = try connection.request()
            try connection.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
            )
            _ = try connection.read()
        }
        let client = try proxied.gateway.client()
        for number in 1...3 { #expect(try client.ask("GET /").body == "\(number)") }
    }

    @Test("a service that takes nothing of a body: 504, and the client is held back meanwhile")
    func takesNothing() throws {
        let proxied = try Proxied(service: #","write_timeout":3000"#) { connection, _ in
            _ = try connection.head()
            connection.waitForEnd()
        }
        let client = try RawClient(port: proxied.gateway.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        let sent = try client.sendUntilHeldBack([UInt8](repeating: 0x78, count: 100_000_000))
        #expect(sent < 50_000_000)
        #expect(try client.readUntil("\r\n\r\n").contains("504"))
    }

    @Test("a client that goes takes its request to the service along")
    func clientGone() async throws {
        let gone = Flag()
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            if try connection.read() == nil { gone.set() }
        }
        let client = try RawClient(port: proxied.gateway.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try await gone.wait { proxied.upstream.requests.count == 1 }
        client.reset()
        try await gone.wait { gone.isSet }
    }

    @Test("a slow client holds the service back, and memory is not filled")
    func slowClient() async throws {
        let sent = Flag()
        let proxied = try Proxied { connection, _ in
            _ = try connection.request()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
            let piece = String(repeating: "x", count: 1_000_000)
            for _ in 0..<200 {
                try connection.send(piece)
                sent.count()
            }
        }
        let client = try RawClient(port: proxied.gateway.port, receiveBuffer: 1 << 16)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try client.readUntil("xxx")
        // What the system's buffers on both sides take; then nothing moves.
        var last = -1
        while last != sent.number {
            last = sent.number
            try await Task.sleep(for: .milliseconds(300))
        }
        #expect(sent.number < 50)
    }
}

/// Something that a script's thread tells the test.
final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0

    func set() { count() }
    func count() { lock.withLock { value += 1 } }
    var isSet: Bool { number > 0 }
    var number: Int { lock.withLock { value } }

    struct Missing: Error {}

    func wait(_ condition: () -> Bool) async throws {
        for _ in 0..<4000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Missing()
    }
}
