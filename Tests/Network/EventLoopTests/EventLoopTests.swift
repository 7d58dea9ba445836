import Synchronization
import Testing

@testable import EventLoop

@Suite("EventLoop")
struct EventLoopTests {
    /// A group of one loop, stopped at the end.
    static func withLoop<Result: Sendable>(_ body: (EventLoop) async throws -> Result) async throws -> Result {
        let group = try EventLoopGroup(count: 1)
        group.start()
        defer { group.stop() }
        return try await body(group.loops[0])
    }

    @Test("work from another thread runs on the loop, in order")
    func execute() async throws {
        let seen = Mutex<[Int]>([])
        try await Self.withLoop { loop in
            for number in 0..<1000 { loop.execute { seen.withLock { $0.append(loop.isCurrent ? number : -1) } } }
            await withCheckedContinuation { done in loop.execute { done.resume() } }
        }
        #expect(seen.withLock { $0 } == Array(0..<1000))
    }

    private final class Seen: Sendable {
        private let list = Mutex<[String]>([])
        var texts: [String] { list.withLock { $0 } }
        func add(_ text: String) { list.withLock { $0.append(text) } }
    }

    /// Adds to a list when it runs.
    private final class Note: LateWork {
        private let text: String
        private let seen: Seen
        init(_ text: String, _ seen: Seen) {
            self.text = text
            self.seen = seen
        }
        func runLate() { seen.add(text) }
    }

    @Test("what nobody waits for runs after what was there, once, and also when the loop ends")
    func late() async throws {
        let seen = Seen()
        try await Self.withLoop { loop in
            await withCheckedContinuation { done in
                loop.execute {
                    loop.runLate(Note("late", seen))
                    loop.execute {
                        // The loop has waited in between.
                        seen.add("next turn")
                        done.resume()
                    }
                }
                loop.execute { seen.add("at once") }
            }
            loop.execute { loop.runLate(Note("at the end", seen)) }
        }
        #expect(seen.texts == ["at once", "late", "next turn", "at the end"])
    }

    @Test("async work started on a loop stays on it across waits")
    func start() async throws {
        let stayed = try await Self.withLoop { loop in
            await withCheckedContinuation { done in
                loop.execute {
                    loop.start {
                        var stayed = loop.isCurrent
                        for _ in 0..<10 {
                            await Task.yield()
                            stayed = stayed && loop.isCurrent
                        }
                        done.resume(returning: stayed)
                    }
                }
            }
        }
        #expect(stayed)
    }

    @Test("a timer fires once, a repeating one until it is cancelled, a cancelled one never")
    func timers() async throws {
        let counts = Mutex<[String: Int]>([:])
        try await Self.withLoop { loop in
            await withCheckedContinuation { done in
                loop.execute {
                    loop.schedule(after: 1) { counts.withLock { $0["once", default: 0] += 1 } }
                    loop.schedule(after: 0) { counts.withLock { $0["never", default: 0] += 1 } }.cancel()
                    var repeating: LoopTimer?
                    repeating = loop.schedule(after: 1, repeating: 1) {
                        let count = counts.withLock { counts in
                            counts["many", default: 0] += 1
                            return counts["many", default: 0]
                        }
                        if count == 5 {
                            repeating?.cancel()
                            loop.schedule(after: 5) { done.resume() }
                        }
                    }
                }
            }
        }
        #expect(counts.withLock { $0 } == ["once": 1, "many": 5])
    }

    @Test(
        "addresses read and write as people write them",
        arguments: [("127.0.0.1", 80, "127.0.0.1:80"), ("::1", 8000, "[::1]:8000"), ("localhost", 1, "127.0.0.1:1")])
    func addresses(host: String, port: Int, text: String) throws {
        #expect(try SocketAddress(host: host, port: port).description == text)
    }

    @Test("what is no numeric address is refused", arguments: ["", "example.com", "1.2.3", "::g", "1.2.3.4.5"])
    func noAddress(host: String) {
        #expect(throws: EventLoopError.self) { try SocketAddress(host: host, port: 1) }
    }

    @Test("two sockets of two loops share a port, a socket that does not share is refused with address and cause")
    func listeners() throws {
        let loop = try EventLoop()
        let address = try SocketAddress(host: "127.0.0.1", port: 0)
        let first = try TCPListener(loop: loop, address: address) { _ in }
        let second = try TCPListener(loop: loop, address: first.localAddress) { _ in }
        #expect(second.localAddress == first.localAddress)
        let error = #expect(throws: EventLoopError.self) {
            try TCPListener(loop: loop, address: first.localAddress, reusePort: false) { _ in }
        }
        #expect(error?.description.contains(first.localAddress.description) == true)
        #expect(error?.description.contains("in use") == true)
        first.close()
        second.close()
        loop.stop()
        loop.run()
    }
}
