import Testing

@testable import HTTP2

@Suite("HTTP/2 peers that only make work")
struct HTTP2FloodTests {
    private let server: Side

    init() {
        server = Side(.server)
        _ = server.session.receive((Frame.preface + Frame.settings.bytes).span, at: 0)
        _ = server.output()
    }

    /// Sends frames until the session takes no more; how many it took, and what it said at last.
    private func flood(_ limit: Int, at time: (Int) -> UInt64 = { _ in 0 }, _ frame: (Int) -> [Frame]) -> (
        taken: Int, code: UInt32?
    ) {
        for count in 0..<limit {
            let bytes = frame(count).flatMap(\.bytes)
            let isFine = server.session.receive(bytes.span, at: time(count))
            let code = Frame.parse(server.output()).last { $0.kind == 7 }?.errorCode
            if !isFine || code != nil { return (count, code) }
        }
        return (limit, nil)
    }

    @Test(
        "frames that carry nothing end the connection when there are too many",
        arguments: [
            ("pings", [Frame.ping]), ("settings", [Frame.settings]),
            ("priorities", [Frame(kind: 2, stream: 9, payload: [0, 0, 0, 0, 1])]),
            ("unknown frames", [Frame(kind: 99, payload: [1, 2, 3])]),
            ("window updates", [Frame.windowUpdate(0, 1)]),
            ("empty pieces", [Frame.data(1, [])]),
            ("pieces of nothing but padding", [Frame(kind: 0, flags: 8, stream: 1, payload: [2, 0, 0])]),
        ])
    func emptyFrames(name: String, frames: [Frame]) {
        _ = server.session.receive(Frame.request(1, endsStream: false).bytes.span, at: 0)
        let (taken, code) = flood(3000) { _ in frames }
        #expect(taken > 900 && taken < 1100)
        #expect(code == HTTP2ErrorCode.enhanceYourCalm.rawValue)
    }

    @Test("as many pings as there is work are fine, and so are some each second")
    func allowed() {
        _ = server.session.receive(Frame.request(1, endsStream: false).bytes.span, at: 0)
        server.streams[1]?.consumes = true
        let piece = Frame.data(1, [UInt8](repeating: 0, count: 100))
        #expect(flood(5000) { _ in [piece, .ping, .ping, .ping, .ping] }.taken == 5000)
        #expect(flood(5000, at: { UInt64($0) * 100 }) { _ in [.ping, .ping] }.taken == 5000)
    }

    @Test("streams that are reset at once end the connection when there are too many")
    func rapidReset() {
        let (taken, code) = flood(3000) { count in
            let stream = UInt32(count * 2 + 1)
            return [.request(stream), Frame(kind: 3, stream: stream, payload: Frame.bytes(8))]
        }
        #expect(taken >= 199 && taken < 260 && code != nil && code != 0)
        #expect(server.session.streamCount == 0)
    }

    @Test("streams that the server must reset for their faults end the connection when there are too many")
    func madeYouReset() {
        let (taken, code) = flood(3000) { count in
            let stream = UInt32(count * 2 + 1)
            return [.request(stream), .windowUpdate(stream, 0x7fff_ffff)]
        }
        #expect(taken >= 199 && taken < 260)
        #expect(code == HTTP2ErrorCode.enhanceYourCalm.rawValue)
    }

    @Test("a head in ever more pieces ends the connection")
    func continuations() {
        let start = Frame(kind: 1, flags: 1, stream: 1, payload: [0x82])
        _ = server.session.receive(start.bytes.span, at: 0)
        let (taken, code) = flood(3000) { _ in [Frame(kind: 9, stream: 1, payload: [0x84])] }
        #expect(taken < 20 && code != nil && code != 0)
    }
}

@Suite("the allowance of frames")
struct FrameAllowanceTests {
    @Test("a burst is allowed, then as many as time brings, whatever the steps", arguments: [1, 3, 10, 999, 1000])
    func time(step: UInt64) {
        var allowance = FrameAllowance(burst: 5, perSecond: 2)
        var taken = 0
        while allowance.take(at: 0) { taken += 1 }
        #expect(taken == 5)
        taken = 0
        var now: UInt64 = 0
        while now + step <= 10_000 {
            now += step
            while allowance.take(at: now) { taken += 1 }
        }
        #expect(taken >= Int(now) * 2 / 1000 - 1 && taken <= Int(now) * 2 / 1000)
    }

    @Test("it never grows beyond its burst")
    func bound() {
        var allowance = FrameAllowance(burst: 3, perSecond: 1000)
        allowance.add(100)
        var taken = 0
        while allowance.take(at: 0) { taken += 1 }
        #expect(taken == 3)
        taken = 0
        while allowance.take(at: .max) { taken += 1 }
        #expect(taken == 3)
    }
}
