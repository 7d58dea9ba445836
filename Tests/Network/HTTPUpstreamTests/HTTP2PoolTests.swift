import Bytes
import EventLoop
import HTTPServer
import Synchronization
import TestBrokers
import Testing

@testable import HTTPUpstream

/// Requests to an upstream by HTTP/2, straight from a pool.
@Suite(
    "a pool of connections by HTTP/2",
    .enabled(if: TestEnvironment.hasPython, "needs the Python tools of 'scripts/prepare test'"))
struct HTTP2PoolTests {
    /// What happened to requests, in its order.
    private final class Journal: Sendable {
        private let lines = Mutex<[String]>([])

        func note(_ line: String) { lines.withLock { $0.append(line) } }

        func waitFor(_ line: String) async throws {
            try await Eventually.holds("\(line)") { lines.withLock { $0.contains(line) } }
        }
    }

    /// Sends a GET, and notes what comes.
    private final class Asker: UpstreamExchangeOwner {
        private let name: String
        private let journal: Journal
        /// Kept until the end of the request.
        private var exchange: (any UpstreamExchange)?

        init(_ name: String, _ journal: Journal) {
            self.name = name
            self.journal = journal
        }

        func ask(_ pool: UpstreamPool, _ target: UpstreamTarget) {
            exchange = pool.open(target, UpstreamTimeouts(), owner: self)
        }

        func upstreamReady(_ exchange: any UpstreamExchange) {
            var request = UpstreamRequest()
            request.method = Array("GET".utf8)
            request.target = Array("/\(name)".utf8)
            request.authority = Array("x".utf8)
            exchange.send(request, body: [UInt8]().span)
        }

        func upstreamAnswered(_ head: borrowing ResponseHead) { journal.note("\(name) \(head.status)") }
        func upstreamSent(_ bytes: Span<UInt8>) -> Bool { true }
        func upstreamDrained() {}

        func upstreamEnded(_ trailers: borrowing FieldList) {
            let text = (0..<trailers.count).map { "\(trailers.name($0).string)=\(trailers.value($0).string)" }
            journal.note("\(name) ended \(text.joined(separator: " "))")
            exchange = nil
        }

        func upstreamFailed(_ error: UpstreamError) {
            journal.note("\(name) failed")
            exchange = nil
        }
    }

    /// A pool on a loop of its own.
    private final class Pool: Sendable {
        let group: EventLoopGroup
        let journal = Journal()
        private let pool: LoopBound<UpstreamPool>
        private let target: UpstreamTarget

        init(_ upstream: ScriptedHTTP2, _ change: (inout UpstreamPoolLimits) -> Void = { _ in }) throws {
            group = try EventLoopGroup(count: 1)
            var limits = UpstreamPoolLimits()
            change(&limits)
            let loop = group.loops[0]
            pool = LoopBound(loop, UpstreamPool(loop: loop, limits: limits))
            target = UpstreamTarget(
                address: try SocketAddress(host: "127.0.0.1", port: upstream.port), speaksHTTP2: true)
            group.start()
        }

        deinit { group.stop() }

        func ask(_ name: String) {
            pool.perform { [journal, target] pool in Asker(name, journal).ask(pool, target) }
        }

        func drain() { pool.perform { $0.drain() } }

        func counts() async -> [Int] {
            await withCheckedContinuation { done in
                pool.perform { done.resume(returning: [$0.openCount, $0.idleCount]) }
            }
        }
    }

    private static let answering = #"""
        def event(connection, number, event, send):
            if isinstance(event, StreamEnded): answer(connection, event.stream_id)
            if isinstance(event, ConnectionTerminated): print('goodbye', int(event.error_code), flush=True)
        """#

    @Test("an idle connection says good-bye after its time")
    func idle() async throws {
        let upstream = try await ScriptedHTTP2(Self.answering)
        let pool = try Pool(upstream) { $0.idleTimeout = 1500 }
        pool.ask("a")
        try await pool.journal.waitFor("a ended grpc-status=0")
        try await upstream.waitFor("goodbye 0")
        try await upstream.waitFor("connection 1 over")
        pool.ask("b")
        try await pool.journal.waitFor("b ended grpc-status=0")
    }

    @Test("a pool that drains closes what is idle at once, and what is not after its requests")
    func drain() async throws {
        let upstream = try await ScriptedHTTP2(
            #"""
            held = []
            def event(connection, number, event, send):
                if isinstance(event, RequestReceived):
                    held.append(event.stream_id)
                    print('asked', len(held), flush=True)
                    if len(held) == 3:
                        for stream in held: answer(connection, stream)
                if isinstance(event, ConnectionTerminated): print('goodbye', int(event.error_code), flush=True)
            """#)
        let pool = try Pool(upstream)
        pool.ask("a")
        pool.ask("b")
        try await upstream.waitFor("asked 2")
        pool.ask("c")
        pool.drain()
        for name in ["a", "b", "c"] { try await pool.journal.waitFor("\(name) ended grpc-status=0") }
        try await upstream.waitFor("goodbye 0")
        try await upstream.waitFor("connection 1 over")
        #expect(await pool.counts() == [0, 0])

        let resting = try await ScriptedHTTP2(Self.answering)
        let second = try Pool(resting)
        second.ask("d")
        try await second.journal.waitFor("d ended grpc-status=0")
        second.drain()
        try await resting.waitFor("goodbye 0")
    }

    @Test("a connection carries so many requests, and the next go by another")
    func worn() async throws {
        let upstream = try await ScriptedHTTP2(Self.answering)
        let pool = try Pool(upstream) { $0.requests = 2 }
        for name in ["a", "b", "c"] {
            pool.ask(name)
            try await pool.journal.waitFor("\(name) ended grpc-status=0")
        }
        try await upstream.waitFor("connection 1 over")
        #expect(await pool.counts() == [1, 1])
    }
}
