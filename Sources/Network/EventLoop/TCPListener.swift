internal import CLibuv
internal import Glibc

/// A listening socket of one loop; several loops share a port by `SO_REUSEPORT`. Belongs to its loop.
package final class TCPListener: LoopResident {
    /// The address it listens on, with the port the system chose if it was asked for port 0.
    package let localAddress: SocketAddress
    private let loop: EventLoop
    private let accept: (TCPConnection) -> Void
    private let handle: UnsafeMutablePointer<uv_tcp_t>
    private var isClosed = false
    private var isPaused = false
    /// The system has a connection for us that was not taken yet.
    private var hasWaiting = false

    /// - Parameters:
    ///   - backlog: Connections that may wait to be accepted.
    ///   - reusePort: Whether other sockets may listen on the same port, each getting a share of the connections.
    ///   - accept: Gets each new connection, on the loop.
    package init(
        loop: EventLoop, address: SocketAddress, backlog: Int = 1024, reusePort: Bool = true,
        accept: @escaping (TCPConnection) -> Void
    ) throws(EventLoopError) {
        self.loop = loop
        self.accept = accept
        let descriptor = socket(
            address.isIPv6 ? AF_INET6 : AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw EventLoopError("listen on \(address)", code: uv_translate_sys_error(errno)) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        if reusePort { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, 4) }
        if address.isIPv6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, 4) }
        let bound = address.withSystemAddress { bind(descriptor, $0, $1) }
        guard bound == 0 else {
            let cause = errno
            Glibc.close(descriptor)
            throw EventLoopError("listen on \(address)", code: uv_translate_sys_error(cause))
        }
        handle = .allocate(capacity: 1)
        uv_tcp_init(loop.handle, handle)
        uv_tcp_open(handle, descriptor)
        localAddress = TCPConnection.address(of: handle, uv_tcp_getsockname) ?? address
        handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        let stream = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
        let listening = uv_listen(stream, Int32(clamping: backlog)) { stream, status in
            guard status == 0, let stream else { return }
            let listener = Unmanaged<TCPListener>.fromOpaque(stream.pointee.data).takeUnretainedValue()
            // A connection that is not taken stops libuv from polling for more, until it is.
            if listener.isPaused { listener.hasWaiting = true } else { listener.take() }
        }
        if listening < 0 {
            close()
            throw EventLoopError("listen on \(address)", code: listening)
        }
    }

    private func take() {
        let connection = TCPConnection(loop: loop)
        let stream = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
        if uv_accept(stream, connection.stream) == 0 { accept(connection) } else { connection.close() }
    }

    /// Leaves new connections in the system's queue until `resume`.
    package func pause() { isPaused = true }

    package func resume() {
        guard isPaused, !isClosed else { return }
        isPaused = false
        if hasWaiting {
            hasWaiting = false
            take()
        }
    }

    /// Stops accepting; connections that were accepted stay.
    package func close() {
        if isClosed { return }
        isClosed = true
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            UnsafeMutableRawPointer(handle!).deallocate()
        }
    }

    deinit { close() }

    func loopEnded() { close() }
}
