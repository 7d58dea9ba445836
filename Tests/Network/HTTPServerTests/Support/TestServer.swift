import Bytes
import EventLoop
import Synchronization
import TestClient

@testable import HTTPServer

/// A server on a free port of a loop of its own, with a handler made of closures.
final class TestServer: Sendable {
    /// Answers by path; keeps what happened. Touched on the loop only, but for `events`.
    final class Handler: RequestHandler, Sendable {
        let events = Mutex<[String]>([])
        let held = Mutex<[@Sendable () -> Void]>([])

        func note(_ event: String) { events.withLock { $0.append(event) } }

        func handle(_ exchange: inout Exchange) -> Progress {
            let path = exchange.request.pathBytes().string
            note("handle \(path)")
            switch path {
            case "/echo": return .readBody(maximum: 1000)
            case "/suspend":
                nonisolated(unsafe) let resumption = exchange.resumption
                let loop = exchange.loop
                held.withLock {
                    $0.append {
                        loop.execute {
                            let isLive = resumption.resume { $0.response.body = Array("resumed".utf8) }
                            self.note("resume \(isLive)")
                        }
                    }
                }
                return .suspended
            case "/wait":
                return .waiting { exchange in
                    for _ in 0..<3 { await Task.yield() }
                    exchange.response.body = Array("waited".utf8)
                }
            case "/stream": return .streaming(Numbers(length: nil))
            case "/sized": return .streaming(Numbers(length: Numbers.text.utf8.count))
            case "/large":
                exchange.response.body = [UInt8](repeating: 0x78, count: 5_000_000)
                return .answered
            case "/split":
                exchange.response.addField("X-Split", Array("a\r\nInjected: 1".utf8).span)
                return .answered
            case "/empty":
                exchange.response.status = 204
                return .answered
            case "/block":
                exchange.response.body = [UInt8](repeating: 0x78, count: 16_000)
                return .answered
            case "/endless": return .streaming(Endless(self))
            case "/pieces": return .streamBody(Collector(self))
            default:
                exchange.response.body = Array("hello".utf8)
                return .answered
            }
        }

        func proceed(_ exchange: inout Exchange) -> Progress {
            if exchange.request.pathBytes().string == "/echo" { exchange.response.body = exchange.body }
            return .answered
        }

        func refused(_ exchange: inout Exchange, _ refusal: Refusal) {
            note("refused \(refusal.status)")
            exchange.response.body = Array(refusal.reason.utf8)
        }

        func finished(_ exchange: inout Exchange, _ outcome: RequestOutcome) { note("finished \(outcome)") }
    }

    final class Collector: BodyReceiver {
        let handler: Handler
        init(_ handler: Handler) { self.handler = handler }
        func received(_ bytes: Span<UInt8>) -> Bool {
            handler.note("piece \(bytes.string)")
            return true
        }
    }

    final class Numbers: BodySource {
        static let text = (0..<2000).map { "line \($0)\n" }.joined()
        let contentLength: Int?
        private var next = 0
        init(length: Int?) { contentLength = length }
        func next(into bytes: inout [UInt8]) -> SourceState {
            bytes.append("line \(next)\n" as String)
            next += 1
            return next == 2000 ? .ended : .ready
        }
    }

    /// Never ends by itself.
    final class Endless: BodySource {
        let handler: Handler
        init(_ handler: Handler) { self.handler = handler }
        func next(into bytes: inout [UInt8]) -> SourceState {
            bytes.append(contentsOf: repeatElement(0x79, count: 4096))
            return .ready
        }
        func finished() { handler.note("source finished") }
    }

    let group: EventLoopGroup
    let handler = Handler()
    let port: UInt16
    let statistics: ServerStatistics
    private let server: Mutex<Kept>

    /// The server is used on its loop only; it is kept here for the test's length.
    private struct Kept: @unchecked Sendable {
        let server: HTTPServer
    }

    /// - Parameters:
    ///   - other: Answers in place of `handler`.
    ///   - options: Makes what connections begin with.
    init(
        _ limits: HTTPServerLimits = HTTPServerLimits(), answering other: (any RequestHandler & Sendable)? = nil,
        options: () throws -> HTTPListenerOptions = { HTTPListenerOptions() }
    ) throws {
        group = try EventLoopGroup(count: 1)
        let server = try HTTPServer(
            loop: group.loops[0], address: SocketAddress(host: "127.0.0.1", port: 0), options: options(),
            limits: limits, handler: other ?? handler)
        port = UInt16(server.localAddress.port)
        statistics = server.statistics
        self.server = Mutex(Kept(server: server))
        group.start()
    }

    deinit { group.stop() }

    func client() throws -> RawClient { try RawClient(port: port) }

    /// Sends the text and reads until the server closes.
    func exchange(_ text: String) throws -> String {
        let client = try client()
        try client.send(text)
        return try client.readToEnd()
    }

    func release() {
        let waiting = handler.held.withLock { held in
            defer { held = [] }
            return held
        }
        for resume in waiting { resume() }
    }

    /// Begins to drain; the handler notes when that is done. Does not wait: tests' threads may all be in blocking reads.
    func beginDrain(within milliseconds: UInt64) {
        let kept = server.withLock { $0 }
        group.loops[0].execute { [handler] in kept.server.drain(within: milliseconds) { handler.note("drained") } }
    }

    var events: [String] { handler.events.withLock { $0 } }

    func waitFor(_ event: String) async throws { try await waitFor(event) { events.contains(event) } }

    func waitFor(_ event: String, _ hasCome: () -> Bool) async throws {
        for _ in 0..<4000 {
            if hasCome() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Missing(event: event, seen: events)
    }

    struct Missing: Error {
        let event: String
        let seen: [String]
    }
}
