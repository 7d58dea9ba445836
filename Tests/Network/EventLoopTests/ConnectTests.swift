import Synchronization
import Testing

@testable import EventLoop

@Suite("TCPConnection.connect")
struct ConnectTests {
    /// Counts what it hears and passes bytes on.
    private final class Listener: TCPConnectionOwner {
        let connection: TCPConnection
        let heard: ([UInt8]) -> Void
        init(_ connection: TCPConnection, _ heard: @escaping ([UInt8]) -> Void) {
            self.connection = connection
            self.heard = heard
        }
        func received(_ bytes: Span<UInt8>) { heard(bytes.withUnsafeBufferPointer { Array($0) }) }
        func drained() {}
        func ended() { connection.close() }
        func closed() {}
    }

    /// Connects on a loop of its own; what came of it.
    private func connect(_ address: SocketAddress, timeout: UInt64 = 20_000) async throws -> EventLoopError? {
        try await EventLoopTests.withLoop { loop in
            await withCheckedContinuation { done in
                loop.execute {
                    var hasReturned = false
                    TCPConnection.connect(loop: loop, to: address, timeout: timeout) { result in
                        #expect(loop.isCurrent && hasReturned)
                        switch result {
                        case .success(let connection):
                            connection.close()
                            done.resume(returning: nil)
                        case .failure(let error): done.resume(returning: error)
                        }
                    }
                    hasReturned = true
                }
            }
        }
    }

    @Test("a connection that was made sends and receives like one that was accepted", arguments: ["127.0.0.1", "::1"])
    func connected(host: String) async throws {
        let echoed = try await EventLoopTests.withLoop { loop in
            await withCheckedContinuation { done in
                loop.execute {
                    do {
                        let listener = try TCPListener(loop: loop, address: SocketAddress(host: host, port: 0)) {
                            connection in
                            connection.owner = Listener(connection) { connection.write($0.span) }
                            connection.start()
                        }
                        let address = listener.localAddress
                        TCPConnection.connect(loop: loop, to: address, timeout: 20_000) { result in
                            guard let connection = try? result.get() else {
                                return done.resume(returning: "\(result)")
                            }
                            #expect(connection.remoteAddress == address)
                            connection.owner = Listener(connection) { bytes in
                                done.resume(returning: String(decoding: bytes, as: UTF8.self))
                                connection.close()
                                listener.close()
                            }
                            connection.start()
                            let words = Array("round".utf8)
                            connection.write(words.span)
                        }
                    } catch { done.resume(returning: "\(error)") }
                }
            }
        }
        #expect(echoed == "round")
    }

    @Test("a refusal names the address and the cause")
    func refused() async throws {
        let loop = try EventLoop()
        let closed = try TCPListener(loop: loop, address: SocketAddress(host: "127.0.0.1", port: 0)) { _ in }
        let address = closed.localAddress
        closed.close()
        loop.stop()
        loop.run()
        let error = try #require(try await connect(address))
        #expect(error.description == "cannot connect to \(address): connection refused")
    }

    @Test("what the system refuses at once is told later, too")
    func refusedAtOnce() async throws {
        // Only a socket that is allowed to may speak to everybody.
        let error = try #require(try await connect(SocketAddress(host: "255.255.255.255", port: 9)))
        #expect(error.description.hasPrefix("cannot connect to 255.255.255.255:9: "))
    }

    @Test("an attempt that nobody answers ends after its time")
    func timeout() async throws {
        let port = try FullPort.open()
        let error = try #require(try await connect(port.address, timeout: 50))
        #expect(error.description == "cannot connect to \(port.address): connection timed out")
    }

    @Test("a cancelled attempt tells nobody, and cancelling one that has ended does nothing")
    func cancel() async throws {
        let port = try FullPort.open()
        let told = Mutex<[String]>([])
        try await EventLoopTests.withLoop { loop in
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                loop.execute {
                    let before = TCPConnection.connect(loop: loop, to: port.address, timeout: 1) { _ in
                        told.withLock { $0.append("before") }
                    }
                    before.cancel()
                    before.cancel()
                    var after: TCPConnectAttempt?
                    after = TCPConnection.connect(loop: loop, to: port.address, timeout: 30) { _ in
                        told.withLock { $0.append("after") }
                        after?.cancel()
                        // Far later than the first would have been told.
                        loop.schedule(after: 30) { done.resume() }
                    }
                }
            }
        }
        #expect(told.withLock { $0 } == ["after"])
    }

    @Test("a loop that ends in the middle of an attempt frees it and what it holds, and tells nobody")
    func loopEnds() async throws {
        final class Held: Sendable {}
        weak var held: Held?
        weak var attempt: TCPConnectAttempt?
        weak var connection: TCPConnection?
        let port = try FullPort.open()
        let told = Mutex(0)
        do {
            let loop = try EventLoop()
            let token = Held()
            held = token
            attempt = TCPConnection.connect(loop: loop, to: port.address, timeout: 60_000) { [token] _ in
                told.withLock { $0 += 1 }
                _ = token
            }
            let open = TCPConnection(loop: loop)
            open.owner = Listener(open) { [token] _ in _ = token }
            connection = open
            loop.schedule(after: 60_000) { [token] in _ = token }
            loop.stop()
            loop.run()
            #expect(told.withLock { $0 } == 0)
            // What is kept by others may still be touched.
            open.close()
        }
        #expect(held == nil)
        #expect(attempt == nil)
        #expect(connection == nil)
    }
}
