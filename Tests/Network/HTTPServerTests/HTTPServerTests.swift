import EventLoop
import Foundation
import TestClient
import Testing

@testable import HTTPServer

@Suite("HTTPServer")
struct HTTPServerTests {
    private let close = "Host: x\r\nConnection: close\r\n\r\n"

    @Test("a request is answered with date and length, and the connection stays for the next")
    func keepAlive() throws {
        let server = try TestServer()
        let client = try server.client()
        for _ in 0..<3 {
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = try client.readUntil("hello")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("\r\nDate: ") && answer.contains("\r\nContent-Length: 5\r\n"))
        }
    }

    @Test("pipelined requests are answered in order, those behind a waiting one included")
    func pipelining() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send(
            "GET /suspend HTTP/1.1\r\nHost: x\r\n\r\nGET /wait HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\(close)")
        try await server.waitFor("handle /suspend")
        #expect(server.events == ["handle /suspend"])
        server.release()
        let answers = try client.readToEnd()
        let bodies = answers.components(separatedBy: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "H" } }
        #expect(bodies.map(String.init) == ["resumed", "waited", "hello"])
        // Each is over before the next begins.
        let steps = server.events.filter { $0.hasPrefix("handle") || $0.hasPrefix("finished") }
        let expected = ["handle /suspend", "finished sent", "handle /wait", "finished sent", "handle /"]
        #expect(Array(steps.prefix(5)) == expected)
    }

    @Test("a body is read whole, with a length or in chunks, however it was cut", arguments: [1, 2, 3, 7, 1000])
    func bodies(cut: Int) throws {
        let server = try TestServer()
        let client = try server.client()
        let text =
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"
            + "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n02\r\nde\r\n0\r\nT: 1\r\n\r\n"
            + "GET / HTTP/1.1\r\n\(close)"
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: cut) {
            try client.send(Array(bytes[start..<min(start + cut, bytes.count)]))
        }
        let answers = try client.readToEnd()
        #expect(answers.components(separatedBy: "abcde").count == 3, "\(answers)")
        #expect(answers.hasSuffix("hello"))
    }

    @Test("a larger body than asked for answers 413, told by its length or found by counting")
    func tooLarge() async throws {
        let server = try TestServer()
        #expect(try server.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n").contains("413"))
        let chunk = "3e9\r\n" + String(repeating: "x", count: 1001) + "\r\n0\r\n\r\n"
        let chunked = try server.exchange(
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)")
        #expect(chunked.contains("413") && chunked.contains("Connection: close"))
        try await server.waitFor("the end of both") { server.events.filter { $0 == "finished sent" }.count == 2 }
    }

    @Test("100 Continue is sent when the body is wanted, and not when it is not")
    func expect() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try client.readUntil("\r\n\r\n").hasPrefix("HTTP/1.1 100 Continue"))
        try client.send("ok")
        #expect(try client.readUntil("ok").contains("200 OK"))
        let unwanted = try server.exchange(
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(unwanted.hasPrefix("HTTP/1.1 200") && unwanted.contains("Connection: close"))
    }

    @Test("HEAD and 204 have no body, HEAD the length that GET would have")
    func bodyless() throws {
        let server = try TestServer()
        let head = try server.exchange("HEAD / HTTP/1.1\r\n\(close)")
        #expect(head.contains("Content-Length: 5") && head.hasSuffix("\r\n\r\n"))
        let empty = try server.exchange("GET /empty HTTP/1.1\r\n\(close)")
        #expect(!empty.contains("Content-Length") && empty.hasSuffix("\r\n\r\n"))
    }

    @Test("a body that nobody wanted is thrown away, and the connection is kept")
    func unwantedBody() throws {
        let answers = try TestServer().exchange(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /GET / HTTP/1.1\r\n\(close)")
        #expect(answers.components(separatedBy: "HTTP/1.1 200").count == 3)
    }

    @Test("a streamed answer comes chunked, with its length if that is known, or until the end for HTTP/1.0")
    func streaming() throws {
        let server = try TestServer()
        let chunked = try server.exchange("GET /stream HTTP/1.1\r\n\(close)")
        #expect(chunked.contains("Transfer-Encoding: chunked") && chunked.hasSuffix("line 1999\n\r\n0\r\n\r\n"))
        let sized = try server.exchange("GET /sized HTTP/1.1\r\n\(close)")
        #expect(sized.hasSuffix("\r\n\r\n" + TestServer.Numbers.text))
        let old = try server.exchange("GET /stream HTTP/1.0\r\n\r\n")
        #expect(!old.contains("chunked") && old.hasSuffix("\r\n\r\n" + TestServer.Numbers.text))
    }

    @Test("a body in pieces goes to its receiver, then the answer comes")
    func pieces() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("POST /pieces HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
        try client.send("cd")
        _ = try client.readUntil("200 OK")
        let pieces = server.events.filter { $0.hasPrefix("piece") }.map { $0.dropFirst(6) }.joined()
        #expect(pieces == "abcd")
    }

    @Test("a client that goes while its request waits is noticed once, and a late resumption finds nothing")
    func clientGone() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /suspend HTTP/1.1\r\nHost: x\r\n\r\n")
        try await server.waitFor("handle /suspend")
        client.reset()
        try await server.waitFor("finished clientGone")
        server.release()
        try await server.waitFor("resume false")
        #expect(server.events.filter { $0.hasPrefix("finished") }.count == 1)
    }

    @Test("a client that goes right behind its request is noticed while that waits")
    func clientGoneAtOnce() async throws {
        let server = try TestServer()
        let client = try server.client()
        try await server.waitFor("accepted") { server.statistics.active == 1 }
        // The loop finds request and reset together.
        let hold = DispatchSemaphore(value: 0)
        server.group.loops[0].execute { hold.wait() }
        try client.send("GET /suspend HTTP/1.1\r\nHost: x\r\n\r\n")
        client.reset()

        hold.signal()

        try await server.waitFor("finished clientGone")
        server.release()
        try await server.waitFor("resume false")
    }

    @Test("a client that ended its side still gets its answer")
    func halfClosed() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /suspend HTTP/1.1\r\nHost: x\r\n\r\n")
        client.endWriting()
        try await server.waitFor("handle /suspend")
        server.release()
        #expect(try client.readToEnd().contains("resumed"))
    }

    @Test("a field cannot be ended by its value")
    func splitting() throws {
        let answer = try TestServer().exchange("GET /split HTTP/1.1\r\n\(close)")
        #expect(answer.contains("X-Split: a  Injected: 1\r\n"))
    }

    @Test("a client that sends its head too slowly answers 408, one that idles is closed without a word")
    func slow() throws {
        var limits = HTTPServerLimits()
        limits.headerTimeout = 50
        limits.idleTimeout = 50
        limits.bodyTimeout = 50
        let server = try TestServer(limits)
        #expect(try server.exchange("GET / HT").contains("408"))
        #expect(try server.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab").contains("408"))
        #expect(try server.exchange("").isEmpty)
        let alive = try server.exchange("GET / HTTP/1.1\r\n\(close)")
        #expect(alive.hasSuffix("hello"))
    }

    @Test("a large answer reaches a slow reader whole")
    func largeAnswer() throws {
        let answer = try TestServer().exchange("GET /large HTTP/1.1\r\n\(close)")
        #expect(answer.utf8.filter { $0 == 0x78 }.count == 5_000_000)
    }

    @Test("draining answers what is under way, closes what is idle and refuses new connections")
    func drain() async throws {
        let server = try TestServer()
        let (idle, busy) = (try server.client(), try server.client())
        try idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try idle.readUntil("hello")
        try busy.send("GET /suspend HTTP/1.1\r\nHost: x\r\n\r\n")
        try await server.waitFor("handle /suspend")
        server.beginDrain(within: 10_000)
        #expect(try idle.readToEnd().isEmpty)
        server.release()
        let answer = try busy.readToEnd()
        #expect(answer.contains("resumed") && answer.contains("Connection: close"))
        try await server.waitFor("drained")
        #expect(throws: RawClient.Failure.self) { try server.client() }
    }

    @Test("connections beyond the limit wait until one closes")
    func connectionLimit() async throws {
        var limits = HTTPServerLimits()
        limits.connections = 1
        let server = try TestServer(limits)
        let first = try server.client()
        try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try first.readUntil("hello")
        try await server.waitFor("finished sent")
        let second = try server.client()
        try second.send("GET / HTTP/1.1\r\n\(close)")
        #expect(server.events.count == 2)
        try first.send("GET / HTTP/1.1\r\n\(close)")
        _ = try first.readToEnd()
        #expect(try second.readToEnd().hasSuffix("hello"))
    }
}
