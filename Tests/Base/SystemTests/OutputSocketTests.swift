import Foundation
import Testing

@testable import System

@Suite("sockets that are written to")
struct OutputSocketTests {
    /// A bound socket of this machine; it listens when it is a stream's.
    private final class Peer {
        let descriptor: Int32
        let port: Int

        init(isStream: Bool) {
            descriptor = socket(AF_INET, Int32(isStream ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    precondition(bind(descriptor, $0, size) == 0)
                    precondition(!isStream || listen(descriptor, 8) == 0)
                    precondition(getsockname(descriptor, $0, &size) == 0)
                }
            }
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit { close(descriptor) }

        static func read(_ descriptor: Int32) -> String {
            var buffer = [UInt8](repeating: 0, count: 1_000)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }

    private static func send(_ text: String, _ socket: OutputSocket) throws -> Int {
        try socket.send(Array(text.utf8).span, waiting: 1_000)
    }

    @Test("a connection by name sends, receives, and knows when the peer has ended it")
    func stream() throws {
        let peer = Peer(isStream: true)
        let socket = try OutputSocket.tcp("localhost", port: peer.port, timeout: 10_000)
        let accepted = accept(peer.descriptor, nil, nil)
        #expect(try Self.send("hello", socket) == 5)
        #expect(Peer.read(accepted) == "hello")
        #expect(try socket.receive(atMost: 10, waiting: 0) == nil)
        #expect(write(accepted, "answer", 6) == 6)
        #expect(try socket.receive(atMost: 10, waiting: 10_000) == Array("answer".utf8))
        close(accepted)
        #expect(try socket.receive(atMost: 10, waiting: 10_000) == [])
        try socket.finish(within: .seconds(10))
    }

    @Test("a peer that reads nothing is no wait without an end")
    func full() throws {
        let peer = Peer(isStream: true)
        let socket = try OutputSocket.tcp("127.0.0.1", port: peer.port, timeout: 10_000)
        let bytes = [UInt8](repeating: 0, count: 1 << 20)
        var sent = 0
        while case let count = try socket.send(bytes.span, waiting: 10), count > 0 { sent += count }
        #expect(sent > 0)
    }

    @Test("who does not listen is named, and so is a name that nobody knows")
    func failures() throws {
        let port = Peer(isStream: true).port
        let refused = #expect(throws: SystemError.self) {
            try OutputSocket.tcp("127.0.0.1", port: port, timeout: 10_000)
        }
        #expect(refused?.isRefused == true && refused?.description.contains("127.0.0.1:\(port)") == true)
        let unknown = #expect(throws: SystemError.self) {
            try OutputSocket.tcp("no-such-host.invalid", port: 1, timeout: 10_000)
        }
        #expect(unknown?.description.contains("no-such-host.invalid") == true)
        let missing = #expect(throws: SystemError.self) { try OutputSocket.datagrams(to: "/tmp/sluice-no-such-socket") }
        #expect(missing?.isNotFound == true)
        #expect(throws: SystemError.self) { try OutputSocket.datagrams(to: String(repeating: "x", count: 200)) }
    }

    @Test("datagrams arrive one by one, and one that is too large is told")
    func datagrams() throws {
        let peer = Peer(isStream: false)
        let socket = try OutputSocket.udp("127.0.0.1", port: peer.port)
        #expect(try Self.send("one", socket) == 3)
        #expect(try Self.send("two", socket) == 3)
        #expect(Peer.read(peer.descriptor) == "one")
        #expect(Peer.read(peer.descriptor) == "two")
        let error = #expect(throws: SystemError.self) {
            try socket.send([UInt8](repeating: 0, count: 70_000).span, waiting: 0)
        }
        #expect(error?.isTooLong == true)
    }
}
