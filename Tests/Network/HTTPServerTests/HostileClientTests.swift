import Foundation
import TestClient
import TestRandom
import Testing

@testable import HTTPServer

@Suite("Hostile clients")
struct HostileClientTests {
    private let close = "Host: x\r\nConnection: close\r\n\r\n"

    private func expectService(_ server: TestServer, _ location: SourceLocation = #_sourceLocation) throws {
        let answer = try server.exchange("GET /good HTTP/1.1\r\n\(close)")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("hello"), sourceLocation: location)
    }

    /// Sends a byte whenever nothing came for a moment, until the server answers and closes.
    private func drip(_ clients: [RawClient], _ byte: String) throws -> [String] {
        var answers = [String](repeating: "", count: clients.count)
        var open = Set(clients.indices)
        while !open.isEmpty {
            for index in open {
                guard let text = try clients[index].read(within: 1) else {
                    clients[index].sendWhatIsTaken(Array(byte.utf8))
                    continue
                }
                answers[index] += text
                if text.isEmpty { open.remove(index) }
            }
        }
        return answers
    }

    @Test("heads that come byte by byte for ever answer 408", arguments: ["GET /", "GET / HTTP/1.1\r\nHost: x\r\nA: "])
    func slowHeads(start: String) throws {
        var limits = HTTPServerLimits()
        limits.headerTimeout = 300
        let server = try TestServer(limits)
        let clients = try (0..<50).map { _ in try server.client() }
        for client in clients { try client.send(start) }
        for answer in try drip(clients, "a") { #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)") }
        try expectService(server)
    }

    @Test("a chunk's line that comes byte by byte for ever answers 408")
    func slowChunkLine() throws {
        var limits = HTTPServerLimits()
        limits.bodyTimeout = 300
        let server = try TestServer(limits)
        let clients = try (0..<50).map { _ in try server.client() }
        for client in clients {
            try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        }
        for answer in try drip(clients, "a") { #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)") }
        try expectService(server)
    }

    @Test(
        "bodies that stop answer 408 where they were asked for and end the connection where not",
        arguments: ["/echo", "/pieces", "/"])
    func stoppedBodies(path: String) throws {
        var limits = HTTPServerLimits()
        limits.bodyTimeout = 50
        let server = try TestServer(limits)
        for framing in ["Content-Length: 9\r\n\r\nab", "Transfer-Encoding: chunked\r\n\r\n2\r\nab"] {
            let answer = try server.exchange("POST \(path) HTTP/1.1\r\nHost: x\r\n\(framing)")
            #expect(answer.hasPrefix(path == "/" ? "HTTP/1.1 200 " : "HTTP/1.1 408 "), "\(answer)")
        }
        try expectService(server)
    }

    @Test("what is too large is refused, however much of it comes")
    func tooLarge() throws {
        let server = try TestServer()
        let megabytes = [UInt8](repeating: 0x61, count: 4_000_000)
        let post = "POST /echo HTTP/1.1\r\nHost: x\r\n"
        for (start, status) in [
            ("", 400), ("GET /", 414), ("GET / HTTP/1.1\r\nHost: x\r\n", 431),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: ", 431),
            ("\(post)Content-Length: 4000000\r\n\r\n", 413),
            ("\(post)Content-Length: 999999999999999999\r\n\r\n", 413),
            ("\(post)Transfer-Encoding: chunked\r\n\r\n3d0900\r\n", 413),
            ("\(post)Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n", 413),
            ("\(post)Transfer-Encoding: chunked\r\n\r\n1;", 400),
            ("\(post)Transfer-Encoding: chunked\r\n\r\n0\r\nA:", 431),
        ] {
            let client = try server.client()
            client.sendWhatIsTaken(Array(start.utf8))
            client.sendWhatIsTaken(megabytes)
            let answer = try client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(start): \(answer)")
        }
        try expectService(server)
    }

    @Test("chunks of noise are no body")
    func noise() throws {
        let server = try TestServer()
        var random = SeededGenerator(seed: 98)
        for _ in 0..<200 {
            let noise = (0..<Int.random(in: 1...2000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let client = try server.client()
            try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.sendWhatIsTaken(noise)
            client.endWriting()
            let answer = try client.readToEnd()
            #expect(!answer.contains("HTTP/1.1 2"), "\(noise)")
        }
        try expectService(server)
    }

    @Test(
        "no second request is smuggled in",
        arguments: [
            "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n",
            "Content-Length: 0\r\nContent-Length: 46\r\n\r\n",
            "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
            "Content-Length: 0, 46\r\n\r\n",
            "Content-Length: 46\rContent-Length: 0\r\n\r\n",
            "Content-Length : 0\r\n\r\n",
            "Content-Length\u{0b}: 0\r\n\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding:\u{0b}chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
            "A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0\n\n",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\n",
            "Transfer-Encoding: chunked\r\n\r\n2\r\nab\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n1;\n\r\na\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0;\"\r\n\r\n\"\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0 \r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
        ])
    func smuggling(rest: String) throws {
        let server = try TestServer()
        let client = try server.client()
        client.sendWhatIsTaken(
            Array("POST /echo HTTP/1.1\r\nHost: x\r\n\(rest)GET /smuggled HTTP/1.1\r\n\(close)".utf8))
        let answer = try client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 501 "), "\(answer)")
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
        #expect(!server.events.contains("handle /smuggled"))
        try expectService(server)
    }

    @Test("a client that never reads is cut off, and the answer's source is told")
    func neverReads() async throws {
        var limits = HTTPServerLimits()
        limits.writeTimeout = 100
        let server = try TestServer(limits)
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        try client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        try await server.waitFor("finished clientGone")
        #expect(server.events.filter { $0 == "source finished" }.count == 1)
        try expectService(server)
        client.reset()
    }

    @Test("a flood of requests behind one that waits is held back, and then answered")
    func floodBehindWaiting() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /suspend HTTP/1.1\r\nHost: x\r\n\r\n")
        try await server.waitFor("handle /suspend")
        let padding = String(repeating: "a", count: 1000)
        let request = Array("GET /empty HTTP/1.1\r\nHost: x\r\nA: \(padding)\r\n\r\n".utf8)
        let flood = Array(repeatElement(request, count: 30_000).joined())
        let sent = try client.sendUntilHeldBack(flood)
        #expect(sent < flood.count)
        try expectService(server)
        server.release()
        client.endWriting()
        let answers = try client.readToEnd()
        #expect(answers.components(separatedBy: "HTTP/1.1 204 ").count == 1 + sent / request.count)
        try expectService(server)
    }

    @Test("a flood of requests whose answers nobody reads makes no more answers than the client takes")
    func floodUnread() async throws {
        let server = try TestServer()
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        let count = 1500
        let request = "GET /block HTTP/1.1\r\nHost: x\r\n\r\n"
        try client.send(String(repeating: request, count: count) + "GET / HTTP/1.1\r\n\(close)")
        try await server.waitFor("handle /block")
        try expectService(server)
        #expect(server.events.filter { $0 == "handle /block" }.count < count / 2)
        let answers = try client.readToEnd()
        #expect(answers.components(separatedBy: "HTTP/1.1 200 ").count == count + 2)
        #expect(answers.hasSuffix("hello"))
    }

    @Test("thousands of connections that come and go leave nothing behind")
    func churn() async throws {
        let server = try TestServer()
        let starts = [
            "", "GET", "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na",
        ]
        for index in 0..<3000 {
            let client = try server.client()
            client.sendWhatIsTaken(Array(starts[index % 4].utf8))
            if index % 8 < 4 { client.reset() }
        }
        try expectService(server)
        try await server.waitFor("no connection") { server.statistics.active == 0 }
        let begun = server.events.filter { $0.hasPrefix("handle") }.count
        #expect(server.events.filter { $0.hasPrefix("finished") }.count == begun)
    }

    @Test("what a client sent before it ended its side is answered, what it cut is not")
    func halfClosed() async throws {
        let server = try TestServer()
        func exchange(_ text: String) throws -> String {
            let client = try server.client()
            try client.send(text)
            client.endWriting()
            return try client.readToEnd()
        }
        let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        #expect(try exchange("").isEmpty)
        #expect(try exchange("GET /").isEmpty)
        #expect(try exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab").isEmpty)
        #expect(try exchange(get + get + get).components(separatedBy: "200 OK").count == 4)
        #expect(
            try exchange("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" + get + get).components(separatedBy: "200 OK").count
                == 4)
        #expect(
            try exchange("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" + get + "GE").components(separatedBy: "200 OK").count
                == 3)
        let cut = try exchange(
            "GET /wait HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab")
        #expect(cut.components(separatedBy: "200 OK").count == 2)
        #expect(try exchange("GET /large HTTP/1.1\r\nHost: x\r\n\r\n" + get).hasSuffix("hello"))
        try expectService(server)
    }

    @Test("a client that takes its answer slowly gets all of it", arguments: ["Connection: close\r\n", ""])
    func slowReader(field: String) throws {
        var limits = HTTPServerLimits()
        limits.lingerTimeout = 20
        limits.idleTimeout = 100
        let server = try TestServer(limits)
        let client = try RawClient(port: server.port, receiveBuffer: 4096)
        let large = "GET /large HTTP/1.1\r\nHost: x\r\n\(field)\r\n"
        // More than the system takes; behind them waits another request.
        try client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /large HTTP/1.1\r\nHost: x\r\n\r\n\(large)")
        let first = try client.readUntil("xxx")
        // The server's own clock says when its limits have passed: an idle connection is closed by the same one.
        for _ in 0..<3 { #expect(try server.exchange("").isEmpty) }
        let answers = try first + client.readToEnd()
        #expect(answers.utf8.count { $0 == 0x78 } == 15_000_000)
        #expect(answers.components(separatedBy: "HTTP/1.1 ").count == 4)
    }
}
