internal import CPOSIX

/// A connected socket that one thread writes to. No call waits for longer than it is told, but looking a name up does as
/// long as the system's resolver does.
package final class OutputSocket {
    private let descriptor: Int32
    private let peer: String

    private init(_ descriptor: Int32, _ peer: String) {
        self.descriptor = descriptor
        self.peer = peer
    }

    deinit { close(descriptor) }

    // MARK: - Connecting

    /// A TCP connection: the addresses of a name are tried in turn, all within that time.
    package static func tcp(_ host: String, port: Int, timeout milliseconds: Int) throws(SystemError) -> OutputSocket {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        return try connect(host, port: port, isStream: true) { (descriptor, peer) throws(SystemError) in
            guard posix_error_number() == EINPROGRESS else { throw SystemError.last("connect to", peer) }
            let left = ContinuousClock.now.duration(to: deadline).components
            let rest = max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000)
            guard Self.poll(descriptor, Int16(POLLOUT), Int(rest)) else {
                throw SystemError("connect to", peer, code: ETIMEDOUT)
            }
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
            if code != 0 { throw SystemError("connect to", peer, code: code) }
        }
    }

    /// A UDP socket: only this peer gets what is sent.
    package static func udp(_ host: String, port: Int) throws(SystemError) -> OutputSocket {
        try connect(host, port: port, isStream: false) { (_, peer) throws(SystemError) in
            throw SystemError.last("connect to", peer)
        }
    }

    /// A socket for datagrams to the one that is bound to the path.
    package static func datagrams(to path: String) throws(SystemError) -> OutputSocket {
        let descriptor = posix_open_socket(AF_UNIX, 0)
        guard descriptor >= 0 else { throw SystemError.last("connect to", path) }
        let socket = OutputSocket(descriptor, path)
        if posix_connect_path(descriptor, path) != 0 { throw SystemError.last("connect to", path) }
        return socket
    }

    /// - Parameter finish: What to do when `connect` has not succeeded at once.
    private static func connect(
        _ host: String, port: Int, isStream: Bool, finish: (Int32, String) throws(SystemError) -> Void
    ) throws(SystemError) -> OutputSocket {
        let peer = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var list: UnsafeMutablePointer<addrinfo>?
        let result = posix_look_up(host, "\(port)", isStream ? 1 : 0, &list)
        guard result == 0 else {
            throw SystemError(operation: "look up", subject: host, reason: String(cString: gai_strerror(result)))
        }
        defer { freeaddrinfo(list) }
        var failure = SystemError(operation: "connect to", subject: peer, reason: "it has no address")
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            let descriptor = posix_open_socket(entry.ai_family, isStream ? 1 : 0)
            guard descriptor >= 0 else {
                failure = SystemError.last("connect to", peer)
                continue
            }
            let socket = OutputSocket(descriptor, peer)
            do throws(SystemError) {
                if CPOSIX.connect(descriptor, entry.ai_addr, entry.ai_addrlen) != 0 { try finish(descriptor, peer) }
                return socket
            } catch { failure = error }
        }
        throw failure
    }

    // MARK: - Bytes

    /// Sends what there is room for: of a stream a part, of datagrams the whole. The number of bytes; 0: there was no room
    /// for so long.
    package func send(_ bytes: Span<UInt8>, waiting milliseconds: Int) throws(SystemError) -> Int {
        var hasWaited = false
        while true {
            let count = bytes.withUnsafeBytes {
                CPOSIX.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | posix_no_signal)
            }
            if count >= 0 { return count }
            switch posix_error_number() {
            case EINTR: continue
            case EAGAIN, ENOBUFS:
                if hasWaited || !Self.poll(descriptor, Int16(POLLOUT), milliseconds) { return 0 }
                hasWaited = true
            case let code: throw SystemError("send to", peer, code: code)
            }
        }
    }

    /// What has come, at most so many bytes; empty: the peer sends no more; nil: nothing came for so long.
    package func receive(atMost count: Int, waiting milliseconds: Int) throws(SystemError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let received = buffer.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            if received >= 0 { return Array(buffer[..<received]) }
            switch posix_error_number() {
            case EINTR: continue
            case EAGAIN: if milliseconds == 0 || !Self.poll(descriptor, Int16(POLLIN), milliseconds) { return nil }
            case let code: throw SystemError("receive from", peer, code: code)
            }
        }
    }

    /// Says that nothing more is sent, and waits until the peer says the same, at most so long.
    package func finish(within limit: Duration) throws(SystemError) {
        let deadline = ContinuousClock.now + limit
        guard shutdown(descriptor, posix_no_more_writes) == 0 else { throw SystemError.last("end", peer) }
        while ContinuousClock.now < deadline {
            if let bytes = try receive(atMost: 1 << 14, waiting: 50), bytes.isEmpty { return }
        }
    }

    private static func poll(_ descriptor: Int32, _ events: Int16, _ milliseconds: Int) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        return CPOSIX.poll(&entry, 1, Int32(clamping: milliseconds)) > 0
    }
}
