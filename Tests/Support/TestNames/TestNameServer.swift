package import EventLoop
internal import Foundation
internal import Synchronization

/// A name server on loopback, by UDP and TCP on one port, on a thread of its own.
///
/// `@unchecked Sendable`: the descriptors are set before the thread begins and closed after it has ended; the rest is
/// guarded by `condition`.
package final class TestNameServer: @unchecked Sendable {
    /// The messages to send back, if any. Called on the server's thread.
    package typealias Responder = @Sendable (Wire.Query) -> [[UInt8]]

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let address: SocketAddress
    private let udp: Int32
    private let tcp: Int32
    private let wakeUp: [Int32]
    private let responder: Responder
    private let condition = NSCondition()
    private var asked: [Wire.Query] = []
    private var hasEnded = false
    private var isStopped = false

    /// - Parameter port: 0 for any.
    package init(host: String = "127.0.0.1", port wanted: UInt16 = 0, _ responder: @escaping Responder) throws {
        self.responder = responder
        let isIPv6 = host.contains(":")
        // Another socket may have the port that UDP was given.
        for _ in 0..<50 {
            let udp = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            let tcp = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var one: Int32 = 1
            setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, 4)
            if let port = Self.bind(udp, isIPv6, wanted), Self.bind(tcp, isIPv6, port) != nil, listen(tcp, 16) == 0 {
                var pipe: [Int32] = [0, 0]
                guard Foundation.pipe(&pipe) == 0 else { throw Failure(description: "no pipe") }
                (self.udp, self.tcp, wakeUp) = (udp, tcp, pipe)
                address = try SocketAddress(host: host, port: Int(port))
                Thread.detachNewThread { [self] in run() }
                return
            }
            close(udp)
            close(tcp)
        }
        throw Failure(description: "no port is free for UDP and TCP")
    }

    /// Ends it: whoever asks from then on is told that nobody is there.
    package func stop() {
        condition.lock()
        defer { condition.unlock() }
        if isStopped { return }
        isStopped = true
        var byte: UInt8 = 0
        write(wakeUp[1], &byte, 1)
        while !hasEnded { condition.wait() }
        for descriptor in [udp, tcp] + wakeUp { close(descriptor) }
    }

    /// What was asked so far.
    package var queries: [Wire.Query] { condition.withLock { asked } }

    /// The names and types that were asked for so far.
    package var questions: [String] { queries.map { "\($0.name) \($0.type)" } }

    /// Waits until so many questions have come.
    package func wait(for count: Int) throws {
        let limit = Date(timeIntervalSinceNow: 20)
        condition.lock()
        defer { condition.unlock() }
        while asked.count < count {
            guard condition.wait(until: limit) else { throw Failure(description: "only \(asked.count) questions came") }
        }
    }

    private func run() {
        var clients: [Int32] = []
        while true {
            var watched = ([wakeUp[0], udp, tcp] + clients).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
            if watched[0].revents != 0 { break }
            if watched[1].revents != 0 { answerDatagram() }
            if watched[2].revents != 0 { clients.append(accept(tcp, nil, nil)) }
            for ready in watched.dropFirst(3) where ready.revents != 0 && !answerStream(ready.fd) {
                close(ready.fd)
                clients.removeAll { $0 == ready.fd }
            }
        }
        for client in clients { close(client) }
        condition.withLock {
            hasEnded = true
            condition.broadcast()
        }
    }

    private func answers(_ bytes: [UInt8], isTCP: Bool) -> [[UInt8]] {
        guard let query = Wire.Query(bytes, isTCP: isTCP) else { return [] }
        condition.withLock {
            asked.append(query)
            condition.broadcast()
        }
        return responder(query)
    }

    private func answerDatagram() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var from = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &from) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { from in
                let count = recvfrom(udp, &bytes, bytes.count, 0, from, &length)
                if count < 12 { return }
                for answer in answers(Array(bytes[..<count]), isTCP: false) {
                    _ = sendto(udp, answer, answer.count, 0, from, length)
                }
            }
        }
    }

    /// False once the client is gone.
    private func answerStream(_ client: Int32) -> Bool {
        var length: [UInt8] = [0, 0]
        guard recv(client, &length, 2, Int32(MSG_WAITALL)) == 2 else { return false }
        var bytes = [UInt8](repeating: 0, count: Int(length[0]) << 8 | Int(length[1]))
        guard recv(client, &bytes, bytes.count, Int32(MSG_WAITALL)) == bytes.count else { return false }
        for answer in answers(bytes, isTCP: true) {
            let message = Wire.number(answer.count) + answer
            guard send(client, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else { return false }
        }
        return true
    }

    private static func bind(_ descriptor: Int32, _ isIPv6: Bool, _ port: UInt16) -> UInt16? {
        var address = sockaddr_in6()
        var length = socklen_t(isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            if isIPv6 {
                pointer.pointee.sin6_family = sa_family_t(AF_INET6)
                pointer.pointee.sin6_addr = in6addr_loopback
            } else {
                raw.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_family = sa_family_t(AF_INET)
                raw.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            }
            // The port is at the same place in both.
            pointer.pointee.sin6_port = port.bigEndian
            let system = raw.assumingMemoryBound(to: sockaddr.self)
            guard Foundation.bind(descriptor, system, length) == 0, getsockname(descriptor, system, &length) == 0 else {
                return nil
            }
            return UInt16(bigEndian: pointer.pointee.sin6_port)
        }
    }
}
