import Bytes
import Testing

@testable import HTTP2

@Suite("HTTP/2 sessions")
struct HTTP2SessionTests {
    @Test(
        "a request and its answer pass, with bodies and trailers, however the bytes are cut", arguments: [1, 7, .max])
    func exchange(cut: Int) throws {
        let pair = SessionPair(cut: cut)
        pair.server.prepare = { stream in
            stream.trailers = fields([("grpc-status", "0"), ("grpc-message", "")])
        }
        let request = try pair.client.ask("/a?b", body: Array("question".utf8)) { stream in
            stream.trailers = fields([("sum", "1")])
        }
        pair.run()
        let served = try #require(pair.server.streams[1])
        #expect(
            served.text == ":method=POST, :scheme=http, :authority=x, :path=/a?b, head, sum=1, head, end")
        #expect(served.body == Array("question".utf8))
        pair.server.answer(1, [(":status", "200"), ("X-Mine", "Yes")], body: Array("answer".utf8))
        pair.run()
        #expect(
            request.text
                == ":status=200, x-mine=Yes, head, grpc-status=0, grpc-message=, head, end, closed NO_ERROR")
        #expect(request.body == Array("answer".utf8))
        #expect(served.closed == .noError)
        #expect(pair.client.session.streamCount == 0 && pair.server.session.streamCount == 0)
    }

    @Test("an answer without a body ends with its head, and informational ones come before")
    func headOnly() throws {
        let pair = SessionPair()
        let request = try pair.client.ask()
        pair.run()
        pair.server.session.inform(1, fields([(":status", "103"), ("link", "x")]))
        pair.server.answer(1, [(":status", "204")])
        pair.run()
        #expect(request.text == ":status=103, link=x, head, :status=204, head, end, closed NO_ERROR")
    }

    @Test(
        "values that differ each time stay out of the table, others are told by their number from then on",
        arguments: [("x-kong-request-id", false), ("X-Upstream-Latency", false), ("server", true), ("x-id-card", true)])
    func table(name: String, isKept: Bool) throws {
        let pair = SessionPair()
        var counts: [Int] = []
        for number in 0..<2 {
            let request = try pair.client.ask()
            pair.run()
            let id = Int32(number * 2 + 1)
            pair.server.answer(id, [(":status", "204"), (name, "the same value")])
            let bytes = pair.server.output()
            counts.append(bytes.count)
            #expect(pair.deliver(bytes, to: pair.client))
            #expect(request.text.contains("\(name.lowercased())=the same value"))
        }
        #expect(isKept ? counts[1] < counts[0] - 10 : counts[1] == counts[0])
    }

    @Test("both sides learn what the other allows")
    func settings() throws {
        var allowed = HTTP2Configuration()
        allowed.streams = 3
        let pair = SessionPair(server: allowed)
        #expect(!pair.client.session.hasPeerSettings)
        pair.run()
        #expect(pair.client.session.hasPeerSettings && pair.client.settingsChanges == 1)
        #expect(pair.client.session.peerStreams == 3)
        #expect(pair.server.session.peerStreams == 0)
        // The peer may allow less later, or everything.
        let fewer = Frame(kind: 4, payload: [0, 3] + Frame.bytes(1))
        #expect(pair.deliver(fewer.bytes, to: pair.client))
        #expect(pair.client.session.peerStreams == 1 && pair.client.settingsChanges == 2)
    }

    @Test("what a peer does not take holds its stream back, and no other")
    func flowControl() throws {
        var narrow = HTTP2Configuration()
        narrow.streamWindow = 1000
        let pair = SessionPair(server: narrow)
        pair.server.prepare = { $0.consumes = false }
        pair.run()
        let first = try pair.client.ask("/slow", body: [UInt8](repeating: 1, count: 5000))
        pair.run()
        let slow = try #require(pair.server.streams[1])
        #expect(slow.body.count == 1000 && first.outgoing.count == 4000)
        // The connection's window is not the slow stream's.
        pair.server.prepare = { _ in }
        try pair.client.ask("/quick", body: [UInt8](repeating: 2, count: 2_000_000))
        pair.run()
        #expect(pair.server.streams[3]?.body.count == 2_000_000)
        #expect(slow.body.count == 1000)
        slow.consumes = true
        pair.server.session.consume(1, 1000)
        pair.run()
        #expect(slow.body.count == 5000 && slow.text.hasSuffix("head, end"))
    }

    @Test("a body that is not there yet is waited for")
    func pendingBody() throws {
        let pair = SessionPair()
        let request = try pair.client.ask(body: Array("one".utf8)) { $0.isComplete = false }
        pair.run()
        let served = try #require(pair.server.streams[1])
        #expect(served.body == Array("one".utf8) && !served.text.hasSuffix("end"))
        request.outgoing = Array("two".utf8)
        request.isComplete = true
        pair.client.session.resume(1)
        pair.run()
        #expect(served.body == Array("onetwo".utf8) && served.text.hasSuffix("end"))
    }

    @Test("either side may reset a stream, and the other learns why")
    func resets() throws {
        let pair = SessionPair()
        let (first, second) = (try pair.client.ask(), try pair.client.ask())
        pair.run()
        pair.client.session.reset(1, .cancel)
        pair.server.session.reset(3, .enhanceYourCalm)
        pair.run()
        #expect(first.closed == .cancel && pair.server.streams[1]?.closed == .cancel)
        #expect(second.closed == .enhanceYourCalm && pair.server.streams[3]?.closed == .enhanceYourCalm)
        // The connection goes on.
        let third = try pair.client.ask()
        pair.run()
        pair.server.answer(5)
        pair.run()
        #expect(third.closed == .noError)
    }

    @Test("a stream that the server does not want is refused so that it can be tried again")
    func refusal() throws {
        let pair = SessionPair()
        pair.server.refuses = true
        let request = try pair.client.ask()
        pair.run()
        #expect(request.closed == .refusedStream)
    }

    @Test("a server that goes away refuses later streams and serves the earlier ones")
    func goingAway() throws {
        let pair = SessionPair()
        let first = try pair.client.ask()
        pair.run()
        let second = try pair.client.ask()
        let late = pair.client.output()
        pair.server.session.drain()
        pair.deliver(pair.server.output(), to: pair.client)
        #expect(pair.client.lastStream == 1)
        #expect(second.closed == .refusedStream && first.closed == nil)
        #expect(throws: Side.Refused.self) { try pair.client.ask() }
        pair.deliver(late, to: pair.server)
        #expect(pair.server.streams[3] == nil)
        pair.server.answer(1)
        pair.run()
        #expect(first.closed == .noError)
        #expect(pair.client.session.isOver && pair.server.session.isOver)
    }

    @Test("when a session ends each stream's owner is told once")
    func end() throws {
        let pair = SessionPair()
        let streams = try (0..<3).map { _ in try pair.client.ask() }
        pair.run()
        pair.client.session.end()
        pair.client.session.end()
        for stream in streams { #expect(stream.text == "closed CANCEL") }
        #expect(pair.client.session.isOver && !pair.client.session.wantsWrite)
        #expect(!pair.deliver(Frame.ping.bytes, to: pair.client))
    }

    @Test("requests beyond what the peer allows wait for a place; one that is reset meanwhile is forgotten")
    func waitingStreams() throws {
        var allowed = HTTP2Configuration()
        allowed.streams = 1
        let pair = SessionPair(server: allowed)
        pair.run()
        let requests = try (0..<3).map { _ in try pair.client.ask() }
        pair.run()
        #expect(pair.server.streams.count == 1)
        pair.client.session.reset(3, .cancel)
        pair.server.answer(1)
        pair.run()
        #expect(requests[1].closed == .cancel)
        #expect(pair.server.streams[3] == nil && pair.server.streams[5] != nil)
        pair.server.answer(5)
        pair.run()
        #expect(requests[0].closed == .noError && requests[2].closed == .noError)
        #expect(pair.client.session.streamCount == 0)
    }

    @Test("a ping is answered")
    func ping() {
        let pair = SessionPair()
        pair.run()
        pair.client.session.ping()
        pair.deliver(pair.client.output(), to: pair.server)
        let answers = Frame.parse(pair.server.output())
        #expect(answers.map(\.kind) == [6] && answers[0].flags == 1)
    }

    @Test("a server's push is a fault")
    func push() throws {
        let pair = SessionPair()
        try pair.client.ask()
        pair.run()
        let promise = Frame(kind: 5, flags: 4, stream: 1, payload: [0, 0, 0, 2, 0x82, 0x84, 0x86, 0x41, 1, 0x78])
        pair.deliver(promise.bytes, to: pair.client)
        #expect(Frame.parse(pair.client.output()).compactMap(\.errorCode) == [1])
    }
}
