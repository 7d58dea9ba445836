import CLibuv
import Glibc
import Testing

@testable import EventLoop

/// A port where connections wait and nobody ever takes them: those that may wait are there already.
final class FullPort: Sendable {
    let address: SocketAddress
    private let descriptors: [Int32]

    private init(address: SocketAddress, descriptors: [Int32]) {
        self.address = address
        self.descriptors = descriptors
    }

    static func open() throws -> FullPort {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let any = try SocketAddress(host: "127.0.0.1", port: 0)
        try #require(any.withSystemAddress { bind(listening, $0, $1) } == 0)
        try #require(listen(listening, 0) == 0)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) {
            _ = getsockname(listening, UnsafeMutableRawPointer($0).assumingMemoryBound(to: sockaddr.self), &length)
        }
        let address = try #require(SocketAddress(storage))
        var descriptors = [listening]
        // Linux lets one more wait than was asked for. The first that it does not answer shows that the port is full.
        for _ in 0..<20 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(client)
            _ = address.withSystemAddress { connect(client, $0, $1) }
            var ready = pollfd(fd: client, events: Int16(POLLOUT), revents: 0)
            if poll(&ready, 1, 200) == 0 { return FullPort(address: address, descriptors: descriptors) }
        }
        for descriptor in descriptors { close(descriptor) }
        throw EventLoopError("fill a port", reason: "it takes every connection")
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
