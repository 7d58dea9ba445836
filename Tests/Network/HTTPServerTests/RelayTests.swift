import Bytes
import EventLoop
import Synchronization
import TestClient
import Testing

import class Foundation.Thread

@testable import HTTPServer

/// Relays every request to the test, which answers in its place.
private final class RelayingHandler: RequestHandler, Sendable {
    let events = Mutex<[String]>([])
    let relays = Mutex<[Held]>([])

    /// A relay, used on its loop only.
    struct Held: @unchecked Sendable {
        let relay: TestRelay
        let loop: EventLoop

        func perform(_ work: @escaping @Sendable (TestRelay) -> Void) {
            let own = self
            loop.execute { work(own.relay) }
        }
    }

    func note(_ event: String) { events.withLock { $0.append(event) } }

    func handle(_ exchange: inout Exchange) -> Progress {
        let relay = TestRelay(self, exchange.resumption)
        exchange.attachment = relay
        let held = Held(relay: relay, loop: exchange.loop)
        relays.withLock { $0.append(held) }
        return .relaying(relay)
    }

    func proceed(_ exchange: inout Exchange) -> Progress {
        guard let relay = exchange.attachment as? TestRelay, let answer = relay.answer else { return .answered }
        switch answer {
        case .length(let length): return .relayed(length: length)
        case .own: return .answered
        case .tunnel: return .tunnelled(relay)
        }
    }

    func refused(_ exchange: inout Exchange, _ refusal: Refusal) { note("refused \(refusal.status)") }
    func finished(_ exchange: inout Exchange, _ outcome: RequestOutcome) { note("finished \(outcome)") }
}

private final class Received: Sendable {
    let text = Mutex<String?>(nil)
}

private final class TestRelay: Relay, Tunnel {
    enum Answer {
        case length(Int?), own, tunnel
    }

    let handler: RelayingHandler
    let resumption: Resumption
    var answer: Answer?
    var takes = true

    init(_ handler: RelayingHandler, _ resumption: Resumption) {
        self.handler = handler
        self.resumption = resumption
    }

    func begin(_ answer: Answer, status: Int = 200) {
        self.answer = answer
        let isLive = resumption.resume { exchange in
            exchange.response.status = status
            exchange.response.addField("x-relayed", Array("yes".utf8).span)
            if case .own = answer { exchange.response.body = Array("own".utf8) }
        }
        handler.note("began \(isLive)")
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return resumption.send(bytes.span)
    }

    func received(_ bytes: Span<UInt8>) -> Bool {
        handler.note("body \(bytes.string)")
        return takes
    }

    func bodyEnded() { handler.note("body ended") }
    func ended() { handler.note("client ended") }
    func drained() { handler.note("drained") }
    func abandoned() { handler.note("abandoned") }
}

@Suite("relayed requests")
struct RelayTests {
    private let handler = RelayingHandler()
    private let server: TestServer

    init() throws { server = try TestServer(answering: handler) }

    private var relay: RelayingHandler.Held? { handler.relays.withLock { $0.last } }

    private func waitFor(_ event: String) async throws {
        try await server.waitFor(event) { handler.events.withLock { $0.contains(event) } }
    }

    private func relay(of text: String, _ client: RawClient) async throws -> RelayingHandler.Held {
        let before = handler.relays.withLock { $0.count }
        try client.send(text)
        try await server.waitFor("a relay") { handler.relays.withLock { $0.count > before } }
        return try #require(relay)
    }

    @Test("an answer of known length passes in pieces, and the connection stays")
    func knownLength() async throws {
        let client = try server.client()
        for _ in 0..<2 {
            let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
            relay.perform { relay in
                relay.begin(.length(6))
                relay.send("abc")
                relay.send("def")
                relay.resumption.end()
            }
            let answer = try client.readUntil("abcdef")
            #expect(answer.contains("x-relayed: yes\r\n") && answer.contains("Content-Length: 6\r\n"))
        }
        try await server.waitFor("both ends") {
            handler.events.withLock { $0.filter { $0 == "finished sent" }.count } == 2
        }
    }

    @Test(
        "a body that is held back at its last piece ends when it is taken",
        arguments: [("Content-Length: 4", "body"), ("Transfer-Encoding: chunked", "4\r\nbody\r\n0\r\n\r\n")])
    func heldAtTheEnd(field: String, body: String) async throws {
        let client = try server.client()
        let relay = try await relay(of: "POST / HTTP/1.1\r\nHost: x\r\n\(field)\r\n\r\n", client)
        relay.perform { $0.takes = false }
        try client.send(body)
        try await waitFor("body body")
        #expect(!handler.events.withLock { $0.contains("body ended") })
        relay.perform { relay in
            relay.takes = true
            relay.resumption.resumeBody()
        }
        try await waitFor("body ended")
        relay.perform { $0.begin(.own) }
        #expect(try client.readUntil("own").contains("200 OK"))
    }

    @Test("an answer of unknown length comes in chunks, with trailers for who takes them")
    func chunks() async throws {
        for (te, expected) in [("TE: trailers\r\n", "\r\n0\r\nsum: 7\r\n\r\n"), ("", "\r\n0\r\n\r\n")] {
            let client = try server.client()
            let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(te)\r\n", client)
            relay.perform { relay in
                relay.begin(.length(nil))
                relay.send("abc")
                relay.send("defgh")
                relay.resumption.end { $0.response.addTrailer(Array("sum".utf8).span, Array("7".utf8).span) }
            }
            let answer = try client.readToEnd()
            #expect(answer.hasSuffix("\r\n\r\n3\r\nabc\r\n5\r\ndefgh" + expected), "\(answer)")
        }
    }

    @Test("the body passes as it comes, and its end is told; what is held back is not read")
    func bodies() async throws {
        let client = try server.client()
        let relay = try await relay(of: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nab", client)
        try await waitFor("body ab")
        relay.perform { $0.takes = false }
        try client.send("cd")
        try await waitFor("body cd")
        try client.send("ef")
        relay.perform { relay in
            relay.handler.note("held")
            relay.takes = true
            relay.resumption.resumeBody()
        }
        try await waitFor("body ended")
        let events = handler.events.withLock { $0 }
        #expect(events == ["body ab", "body cd", "held", "body ef", "body ended"])
        relay.perform { relay in
            relay.begin(.length(0))
            relay.resumption.end()
        }
        #expect(try client.readUntil("\r\n\r\n").contains("200 OK"))
    }

    @Test("an answer may come before the body is complete, which still passes")
    func earlyAnswer() async throws {
        let client = try server.client()
        let relay = try await relay(
            of: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", client)
        relay.perform { relay in
            relay.begin(.length(nil))
            relay.send("first")
        }
        _ = try client.readUntil("first")
        try client.send("1\r\nb\r\n0\r\n\r\n")
        try await waitFor("body ended")
        relay.perform { relay in
            relay.send("second")
            relay.resumption.end()
        }
        #expect(try client.readUntil("0\r\n\r\n").contains("second"))
        // The connection carries the next request.
        _ = try await self.relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
    }

    @Test("less than was announced cuts the connection")
    func tooShort() async throws {
        let client = try server.client()
        let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
        relay.perform { relay in
            relay.begin(.length(6))
            relay.send("abc")
            relay.resumption.end()
        }
        #expect(try client.readToEnd().hasSuffix("\r\n\r\nabc"))
        try await waitFor("finished clientGone")
    }

    @Test("a relay that fails cuts the connection, and is not told again")
    func failure() async throws {
        let client = try server.client()
        let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
        relay.perform { relay in
            relay.begin(.length(nil))
            relay.send("abc")
            relay.resumption.fail()
        }
        #expect(try client.readToEnd().hasSuffix("3\r\nabc\r\n"))
        try await waitFor("finished clientGone")
        #expect(!handler.events.withLock { $0.contains("abandoned") })
    }

    @Test("a client that goes is told to the relay, whose late answer finds nobody")
    func clientGone() async throws {
        let client = try server.client()
        let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
        client.reset()
        try await waitFor("abandoned")
        relay.perform { relay in
            relay.begin(.length(1))
            relay.send("a")
            relay.resumption.end()
        }
        try await waitFor("began false")
        #expect(handler.events.withLock { $0 } == ["abandoned", "finished clientGone", "began false"])
    }

    @Test("the handler may answer in the relay's place, and HEAD gets no body; the relay is told both times")
    func ownAnswer() async throws {
        let client = try server.client()
        let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
        relay.perform { $0.begin(.own) }
        #expect(try client.readUntil("own").contains("Content-Length: 3"))
        let head = try await self.relay(of: "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", client)
        head.perform { relay in
            relay.begin(.length(7))
            relay.send("ignored")
            relay.resumption.end()
        }
        #expect(try client.readUntil("\r\n\r\n").contains("Content-Length: 7"))
        try await waitFor("finished sent")
        #expect(handler.events.withLock { $0.filter { $0 == "abandoned" }.count } == 2)
    }

    @Test("a client that takes nothing holds the relay back until it does")
    func backPressure() async throws {
        let client = try RawClient(port: server.port, receiveBuffer: 1 << 17)
        let relay = try await relay(of: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", client)
        let sent = Mutex(0)
        relay.perform { relay in
            relay.begin(.length(nil))
            let piece = String(repeating: "x", count: 50_000)
            while relay.send(piece) { sent.withLock { $0 += 1 } }
            relay.handler.note("held back")
        }
        try await waitFor("held back")
        // The system's buffers take some megabytes; then it is the bound of the connection.
        #expect(sent.withLock { $0 } < 1000)
        // On a thread of its own: tests' threads may all be in blocking reads.
        let received = Received()
        Thread.detachNewThread {
            let text = try? client.readUntil("the end")
            received.text.withLock { $0 = text ?? "nothing came" }
        }
        try await waitFor("drained")
        relay.perform { relay in
            relay.send("the end")
            relay.resumption.end()
        }
        try await server.waitFor("the end") { received.text.withLock { $0 != nil } }
        #expect(received.text.withLock { $0?.contains("the end") } == true)
    }

    @Test("after an upgrade bytes pass both ways until one side ends")
    func tunnel() async throws {
        let client = try server.client()
        let relay = try await relay(
            of: "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\nearly", client)
        relay.perform { $0.begin(.tunnel, status: 101) }
        let head = try client.readUntil("\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n") && !head.contains("Content-Length"))
        try await waitFor("body early")
        try client.send("GET / is no request here")
        try await waitFor("body GET / is no request here")
        relay.perform { $0.send("raw") }
        _ = try client.readUntil("raw")
        client.endWriting()
        try await waitFor("client ended")
        relay.perform { relay in
            relay.send("last")
            relay.resumption.end()
        }
        #expect(try client.readToEnd() == "last")
        try await waitFor("finished clientGone")
    }
}
