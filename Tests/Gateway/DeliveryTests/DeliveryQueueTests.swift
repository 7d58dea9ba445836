import EventLoop
import Observability
import Synchronization
import TestBrokers
import TestPlugins
import Testing

import class HTTPClient.HTTPClient

@testable import Delivery

@Suite("a queue of entries for a server", .timeLimit(.minutes(2)))
struct DeliveryQueueTests {
    /// A queue that ends in nothing but what the test plays.
    private struct Fixture {
        let clock = ManualClock()
        let server = PlayedServer()
        let lines = Lines()
        let queue: DeliveryCore
        let isOver = Flag()

        init(_ change: (inout DeliveryOptions) -> Void = { _ in }) {
            var options = DeliveryOptions()
            change(&options)
            let (lines, isOver) = (lines, isOver)
            let logger = Logger(level: .debug, format: .text) { lines.add(String(decoding: $0, as: UTF8.self)) }
            queue = DeliveryCore(
                options, PluginFixture.context(logger: logger), clock: clock, send: server.send
            ) { _, _ in isOver.set() }
        }

        func offer(_ entries: String...) { for entry in entries { queue.offer([Array(entry.utf8)]) } }

        /// Waits until the queue's next alarm is set for then.
        func alarm(in milliseconds: UInt64) async throws {
            try await Eventually.holds("an alarm in \(milliseconds) ms, not \(clock.dues)") {
                clock.dues.first == milliseconds
            }
        }

        func holds(_ what: String, _ condition: @escaping (DeliveryCounts) -> Bool) async throws {
            try await Eventually.holds("\(what): \(queue.counts)") {
                let counts = queue.counts
                #expect(counts.offered == counts.delivered + counts.failed + counts.dropped + counts.queued)
                return condition(counts)
            }
        }
    }

    final class Lines: Sendable {
        private let all = Mutex<[String]>([])
        func add(_ line: String) { all.withLock { $0.append(line) } }
        func containing(_ text: String) -> [String] { all.withLock { $0.filter { $0.contains(text) } } }
    }

    final class Flag: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }

    @Test("one at a time, in their order, at once")
    func single() async throws {
        let test = Fixture()
        test.offer("a", "b", "c")
        var calls = test.server.calls.makeAsyncIterator()
        for entry in ["a", "b", "c"] {
            let call = try #require(await calls.next())
            #expect(call.entries == [entry])
            call.answer(.delivered)
        }
        try await test.holds("all are delivered") { $0.delivered == 3 && $0.queued == 0 }
        #expect(test.clock.dues.isEmpty)
    }

    @Test("a batch that is full goes at once, one that is not waits for company")
    func coalescing() async throws {
        let test = Fixture { $0.batchSize = 3 }
        var calls = test.server.calls.makeAsyncIterator()
        test.offer("a", "b")
        try await test.alarm(in: 1_000)
        test.offer("c", "d")
        let full = try #require(await calls.next())
        #expect(full.entries == ["a", "b", "c"])
        #expect(test.clock.dues.isEmpty)
        full.answer(.delivered)
        // The rest waits anew.
        try await test.alarm(in: 1_000)
        test.clock.advance(400)
        test.offer("e")
        #expect(test.clock.dues == [600])
        test.clock.advance(600)
        let late = try #require(await calls.next())
        #expect(late.entries == ["d", "e"])
        late.answer(.delivered)
        try await test.holds("all are delivered") { $0.delivered == 5 }
    }

    @Test("a full queue drops the oldest that waits, counts it, and tells once in a while")
    func overflow() async throws {
        let test = Fixture { $0.entries = 3 }
        var calls = test.server.calls.makeAsyncIterator()
        test.offer("under way")
        let first = try #require(await calls.next())
        test.offer("1", "2", "3", "4", "5")
        #expect(test.queue.counts.dropped == 2 && test.queue.counts.queued == 4)
        first.answer(.delivered)
        for entry in ["3", "4", "5"] {
            let call = try #require(await calls.next())
            #expect(call.entries == [entry])
            call.answer(.delivered)
        }
        try await test.holds("the rest is delivered") { $0.delivered == 4 && $0.dropped == 2 && $0.offered == 6 }
        try await Eventually.holds("it is told") { test.lines.containing("queue full: entries dropped").count == 1 }
    }

    @Test("bytes are bounded too, and what is larger than all is not taken")
    func bytes() async throws {
        let test = Fixture {
            $0.bytes = 10
            $0.batchSize = 100
        }
        test.offer("aaaa", "bbbb", "cccc")
        #expect(test.queue.counts.dropped == 1)
        test.offer("eleven long")
        #expect(test.queue.counts.dropped == 2 && test.queue.counts.queued == 2)
        test.clock.advance(1_000)
        var calls = test.server.calls.makeAsyncIterator()
        let call = try #require(await calls.next())
        #expect(call.entries == ["bbbb", "cccc"])
        call.answer(.delivered)
        try await test.holds("two are delivered") { $0.delivered == 2 && $0.dropped == 2 }
    }

    @Test("a batch is tried again, later each time, until its time is over")
    func backoff() async throws {
        let test = Fixture {
            $0.firstRetryDelay = 100
            $0.retryDelay = 400
            $0.retryTime = 1_000
        }
        var calls = test.server.calls.makeAsyncIterator()
        test.offer("a")
        for delay: UInt64 in [100, 200, 400, 300] {
            let call = try #require(await calls.next())
            #expect(call.entries == ["a"])
            call.answer(PlayedServer.Call.away)
            try await test.alarm(in: delay)
            test.clock.advance(delay)
        }
        // The thousand milliseconds are over.
        try #require(await calls.next()).answer(PlayedServer.Call.away)
        try await test.holds("it is given up") { $0.failed == 1 && $0.queued == 0 && $0.retries == 4 }
        // And the next one has its own time.
        test.offer("b")
        let next = try #require(await calls.next())
        #expect(next.entries == ["b"])
        next.answer(.delivered)
        try await test.holds("the next is delivered") { $0.delivered == 1 }
        try await Eventually.holds("told once") { test.lines.containing("not delivered").count == 1 }
    }

    @Test("what is refused for good is not tried again")
    func refused() async throws {
        let test = Fixture()
        var calls = test.server.calls.makeAsyncIterator()
        test.offer("a", "b")
        try #require(await calls.next()).answer(.failed("no", mayRetry: false))
        let next = try #require(await calls.next())
        #expect(next.entries == ["b"])
        next.answer(.delivered)
        try await test.holds("one each") { $0.failed == 1 && $0.delivered == 1 && $0.retries == 0 }
        try await Eventually.holds("it is told") { test.lines.containing("entries not delivered").count == 1 }
    }

    @Test("at its end a queue sends all that waits, without waiting for company")
    func drain() async throws {
        let test = Fixture { $0.batchSize = 2 }
        test.offer("a", "b", "c")
        async let left = test.queue.stop(within: 5_000)
        var calls = test.server.calls.makeAsyncIterator()
        for entries in [["a", "b"], ["c"]] {
            let call = try #require(await calls.next())
            #expect(call.entries == entries)
            call.answer(.delivered)
        }
        #expect(await left == 0)
        #expect(test.isOver.isSet && test.clock.dues.isEmpty)
        test.offer("late")
        #expect(test.queue.counts.dropped == 1 && test.queue.counts.queued == 0)
        #expect(await test.queue.stop(within: 5_000) == 0)
    }

    @Test("a batch that pauses is tried at once when the queue is to end, and what is left then is told exactly")
    func outOfTime() async throws {
        let test = Fixture { $0.firstRetryDelay = 10_000 }
        var calls = test.server.calls.makeAsyncIterator()
        test.offer("a", "b", "c")
        try #require(await calls.next()).answer(PlayedServer.Call.away)
        try await test.alarm(in: 10_000)
        async let left = test.queue.stop(within: 500)
        // At once, and then in what time is left.
        try #require(await calls.next()).answer(PlayedServer.Call.away)
        try await Eventually.holds("both alarms: \(test.clock.dues)") { test.clock.dues == [500, 500] }
        test.clock.advance(500)
        #expect(await left == 3)
        #expect(test.isOver.isSet)
        let counts = test.queue.counts
        #expect(counts.failed == 3 && counts.queued == 0 && counts.delivered == 0 && counts.offered == 3)
    }

    @Test("a batch under way when time is over counts as failed, whatever becomes of it")
    func inDoubt() async throws {
        let test = Fixture()
        var calls = test.server.calls.makeAsyncIterator()
        test.offer("a")
        let call = try #require(await calls.next())
        async let left = test.queue.stop(within: 500)
        try await test.alarm(in: 500)
        test.clock.advance(500)
        #expect(await left == 1)
        call.answer(.delivered)
        #expect(test.queue.counts.failed == 1 && test.queue.counts.delivered == 0)
    }

    @Test("a queue that nobody holds any more drains, and then is gone")
    func closed() async throws {
        let test = Fixture { $0.batchSize = 10 }
        do {
            let queue = DeliveryQueue(test.queue)
            queue.offer(Array("a".utf8))
        }
        var calls = test.server.calls.makeAsyncIterator()
        let call = try #require(await calls.next())
        #expect(!test.isOver.isSet && test.clock.dues == [60_000])
        call.answer(.delivered)
        try await Eventually.holds("it is over") { test.isOver.isSet }
        #expect(test.queue.counts.delivered == 1 && test.clock.dues.isEmpty)
    }

    @Test("entries from many threads: each is delivered once, or dropped and counted")
    func threads() async throws {
        let test = Fixture {
            $0.batchSize = 7
            $0.entries = 50
            $0.coalescingDelay = 0
        }
        let seen = Mutex<[String: Int]>([:])
        let server = Task { [calls = test.server.calls] in
            for await call in calls {
                seen.withLock { seen in for entry in call.entries { seen[entry, default: 0] += 1 } }
                call.answer(.delivered)
            }
        }
        let queue = test.queue
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask { for number in 0..<500 { queue.offer([Array("\(thread)-\(number)".utf8)]) } }
            }
        }
        async let left = queue.stop(within: 60_000)
        #expect(await left == 0)
        server.cancel()
        let counts = queue.counts
        #expect(counts.offered == 4_000 && counts.delivered + counts.dropped == 4_000 && counts.queued == 0)
        let delivered = seen.withLock { $0 }
        #expect(delivered.count == counts.delivered && delivered.values.allSatisfy { $0 == 1 })
    }

    @Test("a pool's totals keep what queues have counted that have ended")
    func totals() async throws {
        let group = try EventLoopGroup(count: 1)
        defer { group.stop() }
        let pool = DeliveryPool(http: try HTTPClient(loop: group.loops[0]), clock: ManualClock())
        let server = PlayedServer()
        var calls = server.calls.makeAsyncIterator()
        for round in 1...2 {
            do {
                let queue = pool.queue(DeliveryOptions(), for: PluginFixture.context(), send: server.send)
                queue.offer(Array("\(round)".utf8))
            }
            let call = try #require(await calls.next())
            #expect(pool.totals.map(\.counts.queued) == [1])
            call.answer(round == 1 ? .delivered : .failed("no", mayRetry: false))
            try await Eventually.holds("it has ended: \(pool.totals)") { pool.totals.map(\.counts.queued) == [0] }
            #expect(pool.totals.map(\.counts.offered) == [round])
        }
        #expect(pool.totals.map(\.counts.delivered) == [1] && pool.totals.map(\.counts.failed) == [1])
        // Nothing is left to wait for.
        #expect(await pool.shutdown(within: 1_000) == [])
        let late = pool.queue(DeliveryOptions(), for: PluginFixture.context(), send: server.send)
        late.offer(Array("late".utf8))
        #expect(late.counts.dropped == 1)
    }
}
