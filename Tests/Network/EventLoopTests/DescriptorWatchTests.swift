import Glibc
import Synchronization
import Testing

@testable import EventLoop

@Suite("DescriptorWatch")
struct DescriptorWatchTests {
    /// Two connected sockets, closed at the end.
    private final class Pair: Sendable {
        let ours: Int32
        let theirs: Int32

        init() throws {
            var both: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &both) == 0)
            (ours, theirs) = (both[0], both[1])
        }

        deinit {
            Glibc.close(ours)
            Glibc.close(theirs)
        }

        func send(_ text: String) { _ = text.withCString { write(theirs, $0, strlen($0)) } }

        func take() -> String {
            var buffer = [UInt8](repeating: 0, count: 64)
            let count = read(ours, &buffer, buffer.count)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }

    /// Runs `body` on a loop until it says that it is done.
    private func onLoop(_ body: @escaping @Sendable (EventLoop, @escaping @Sendable () -> Void) throws -> Void)
        async throws
    {
        try await EventLoopTests.withLoop { loop in
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                loop.execute {
                    do { try body(loop) { done.resume() } } catch { done.resume(throwing: error) }
                }
            }
        }
    }

    @Test("it tells what comes until that is taken, rests when asked to, and wakes again")
    func readable() async throws {
        let pair = try Pair()
        let heard = Mutex<[String]>([])
        try await onLoop { loop, done in
            var watch: DescriptorWatch?
            watch = try DescriptorWatch(loop: loop, descriptor: pair.ours, events: .readable) { events in
                #expect(events == .readable)
                heard.withLock { $0.append(pair.take()) }
                switch heard.withLock({ $0.count }) {
                case 1:
                    #expect(throws: Never.self) { try watch?.change([]) }
                    pair.send("second")
                    loop.schedule(after: 5) {
                        heard.withLock { $0.append("nothing") }
                        #expect(throws: Never.self) { try watch?.change(.readable) }
                    }
                default:
                    watch?.cancel()
                    watch?.cancel()
                    pair.send("unheard")
                    loop.schedule(after: 5) { done() }
                }
            }
            pair.send("first")
        }
        #expect(heard.withLock { $0 } == ["first", "nothing", "second"])
    }

    @Test("it tells that there is room to write, together with what comes")
    func writable() async throws {
        let pair = try Pair()
        let seen = Mutex<[DescriptorWatch.Events]>([])
        try await onLoop { loop, done in
            var watch: DescriptorWatch?
            watch = try DescriptorWatch(loop: loop, descriptor: pair.ours, events: .writable) { events in
                seen.withLock { $0.append(events) }
                if events.contains(.readable) {
                    watch?.cancel()
                    return done()
                }
                pair.send("x")
                #expect(throws: Never.self) { try watch?.change([.readable, .writable]) }
            }
        }
        #expect(seen.withLock { $0.first } == .writable)
        #expect(seen.withLock { $0.last } == [.readable, .writable])
    }

    @Test("a descriptor that fails is ready for both, once for each time, and goes on being watched")
    func failed() async throws {
        let nobody = try SocketAddress(host: "127.0.0.1", port: 1)
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        try #require(nobody.withSystemAddress { connect(descriptor, $0, $1) } == 0)
        let causes = Mutex<[Int32]>([])
        try await onLoop { loop, done in
            var watch: DescriptorWatch?
            watch = try DescriptorWatch(loop: loop, descriptor: descriptor, events: .readable) { events in
                #expect(events == [.readable, .writable])
                var byte: UInt8 = 0
                if recv(descriptor, &byte, 1, 0) >= 0 { return }
                let cause = errno
                let count = causes.withLock { causes in
                    causes.append(cause)
                    return causes.count
                }
                if count == 3 {
                    watch?.cancel()
                    return done()
                }
                send(descriptor, &byte, 1, 0)
            }
            var byte: UInt8 = 0
            send(descriptor, &byte, 1, 0)
        }
        #expect(causes.withLock { $0 } == [ECONNREFUSED, ECONNREFUSED, ECONNREFUSED])
    }

    @Test("a number that a library uses again can be watched again at once")
    func reused() async throws {
        let descriptors = Mutex<[Int32]>([])
        try await onLoop { loop, done in
            for _ in 0..<3 {
                let pair = try Pair()
                descriptors.withLock { $0.append(pair.ours) }
                let watch = try DescriptorWatch(loop: loop, descriptor: pair.ours, events: .readable) { _ in }
                watch.cancel()
            }
            let pair = try Pair()
            var watch: DescriptorWatch?
            watch = try DescriptorWatch(loop: loop, descriptor: pair.ours, events: .readable) { _ in
                #expect(pair.take() == "heard")
                watch?.cancel()
                done()
            }
            pair.send("heard")
        }
        #expect(descriptors.withLock { $0.count } == 3)
    }

    @Test("what cannot be watched is refused with its number")
    func refused() async throws {
        let pair = try Pair()
        try await onLoop { loop, done in
            let first = try DescriptorWatch(loop: loop, descriptor: pair.ours, events: .readable) { _ in }
            for descriptor in [pair.ours, 100_000] {
                let error = #expect(throws: EventLoopError.self) {
                    try DescriptorWatch(loop: loop, descriptor: descriptor, events: .readable) { _ in }
                }
                #expect(error?.description.contains("\(descriptor)") == true)
            }
            first.cancel()
            done()
        }
    }

    @Test("a loop that ends frees the watch and what it holds")
    func loopEnds() throws {
        final class Held {}
        weak var held: Held?
        weak var watch: DescriptorWatch?
        let pair = try Pair()
        do {
            let loop = try EventLoop()
            let token = Held()
            held = token
            let made = try DescriptorWatch(loop: loop, descriptor: pair.ours, events: .readable) { [token] _ in
                _ = token
            }
            watch = made
            loop.stop()
            loop.run()
            made.cancel()
            try made.change(.writable)
        }
        #expect(held == nil)
        #expect(watch == nil)
    }
}
