internal import CLibuv
internal import Glibc

/// What a connection tells its owner, on the loop's thread.
package protocol TCPConnectionOwner: AnyObject {
    /// Bytes were read; the span ends with the call.
    func received(_ bytes: Span<UInt8>)
    /// Everything that was queued has been written.
    func drained()
    /// The other side will send no more; it may still read.
    func ended()
    /// The connection is gone. The last call.
    func closed()
}

/// A TCP connection: spans in, spans out, and a count of what the socket has not yet taken. Belongs to its loop.
package final class TCPConnection: LoopResident {
    package let loop: EventLoop
    /// Set once before `start`; kept until `closed`.
    package var owner: (any TCPConnectionOwner)?
    /// Bytes that the socket refused and libuv holds; back-pressure is kept by watching it.
    package private(set) var queuedBytes = 0
    package private(set) var isClosed = false
    /// Bytes of `queuedBytes` that the system has not taken yet.
    package var unwrittenBytes: Int { isClosed ? 0 : uv_stream_get_write_queue_size(stream) }
    private var isReading = false
    private var closesWhenWritten = false
    let handle: UnsafeMutablePointer<uv_tcp_t>

    init(loop: EventLoop) {
        self.loop = loop
        handle = .allocate(capacity: 1)
        uv_tcp_init(loop.handle, handle)
        // libuv holds the connection until it has closed.
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit { handle.deallocate() }

    static func of(_ stream: UnsafeMutablePointer<uv_stream_t>) -> TCPConnection {
        Unmanaged<TCPConnection>.fromOpaque(stream.pointee.data).takeUnretainedValue()
    }

    var stream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
    }

    package var remoteAddress: SocketAddress? { Self.address(of: handle, uv_tcp_getpeername) }
    package var localAddress: SocketAddress? { Self.address(of: handle, uv_tcp_getsockname) }

    static func address(
        of handle: UnsafeMutablePointer<uv_tcp_t>,
        _ look: (UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) {
            look(handle, UnsafeMutableRawPointer($0).assumingMemoryBound(to: sockaddr.self), &length)
        }
        return code == 0 ? SocketAddress(storage) : nil
    }

    /// Begins to read. Small writes go out at once (no Nagle delay).
    package func start() {
        if isClosed { return }
        uv_tcp_nodelay(handle, 1)
        resumeReading()
    }

    package func resumeReading() {
        if isReading || isClosed { return }
        isReading = true
        uv_read_start(
            stream,
            { handle, _, buffer in
                let memory = EventLoop.of(handle!.pointee.loop).readBuffer
                buffer!.pointee = uv_buf_t(
                    base: memory.baseAddress!.assumingMemoryBound(to: CChar.self), len: memory.count)
            },
            { stream, count, buffer in
                let connection = TCPConnection.of(stream!)
                if count > 0 {
                    let bytes = UnsafeRawBufferPointer(start: buffer!.pointee.base, count: count)
                    connection.owner?.received(bytes.bindMemory(to: UInt8.self).span)
                } else if count == Int(UV_EOF.rawValue) {
                    if connection.hasFailed { return connection.close() }
                    connection.isReading = false
                    uv_read_stop(stream)
                    connection.owner?.ended()
                } else if count < 0 {
                    connection.close()
                }
            })
    }

    /// Whether the socket has an error that nobody has read. libuv calls a reset that comes together with the last bytes
    /// an end of the stream, as if the other side could still read.
    private var hasFailed: Bool {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code != 0
    }

    /// The other side is held back once the system's buffer is full.
    package func pauseReading() {
        if !isReading || isClosed { return }
        isReading = false
        uv_read_stop(stream)
    }

    /// Writes at once what the socket takes and queues a copy of the rest.
    package func write(_ bytes: Span<UInt8>) {
        if isClosed || closesWhenWritten || bytes.isEmpty { return }
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            if queuedBytes == 0 {
                // By `send`: `write`, which libuv calls, goes through the system's file layer first.
                sent = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                if sent < 0 {
                    guard errno == EAGAIN || errno == EINTR else { return close() }
                    sent = 0
                }
            }
            if sent == bytes.count { return }
            withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: 1) { buffers in
                buffers[0] = Self.buffer(bytes)
                queue(buffers, skipping: sent, count: bytes.count - sent)
            }
        }
    }

    /// -1 once it is closed.
    private var descriptor: Int32 {
        var descriptor: uv_os_fd_t = -1
        uv_fileno(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self), &descriptor)
        return descriptor
    }

    /// Writes two pieces, such as head and body, with one call of the system.
    package func write(_ first: Span<UInt8>, _ second: Span<UInt8>) {
        if first.isEmpty { return write(second) }
        if second.isEmpty { return write(first) }
        if isClosed || closesWhenWritten { return }
        first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: 2) { buffers in
                    buffers[0] = Self.buffer(first)
                    buffers[1] = Self.buffer(second)
                    write(buffers)
                }
            }
        }
    }

    /// Writes three pieces, such as a chunk with what goes before and after it, with one call of the system.
    package func write(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) {
        if first.isEmpty { return write(second, third) }
        if second.isEmpty { return write(first, third) }
        if third.isEmpty { return write(first, second) }
        if isClosed || closesWhenWritten { return }
        first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                third.withUnsafeBytes { third in
                    withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: 3) { buffers in
                        buffers[0] = Self.buffer(first)
                        buffers[1] = Self.buffer(second)
                        buffers[2] = Self.buffer(third)
                        write(buffers)
                    }
                }
            }
        }
    }

    private static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        uv_buf_t(
            base: UnsafeMutablePointer(mutating: bytes.baseAddress!.assumingMemoryBound(to: CChar.self)),
            len: bytes.count)
    }

    private func write(_ buffers: UnsafeMutableBufferPointer<uv_buf_t>) {
        var sent = 0
        // What is queued must not be overtaken.
        if queuedBytes == 0 {
            var message = msghdr()
            // libuv lays its buffers out as the system does.
            message.msg_iov = UnsafeMutableRawPointer(buffers.baseAddress!).assumingMemoryBound(to: iovec.self)
            message.msg_iovlen = buffers.count
            sent = sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
            if sent < 0 {
                guard errno == EAGAIN || errno == EINTR else { return close() }
                sent = 0
            }
        }
        let rest = buffers.reduce(0) { $0 + $1.len } - sent
        if rest > 0 { queue(buffers, skipping: sent, count: rest) }
    }

    /// One block holds libuv's request and a copy of what the socket refused.
    private func queue(_ buffers: UnsafeMutableBufferPointer<uv_buf_t>, skipping: Int, count: Int) {
        let block = UnsafeMutableRawPointer.allocate(byteCount: MemoryLayout<uv_write_t>.size + count, alignment: 16)
        let request = block.bindMemory(to: uv_write_t.self, capacity: 1)
        let data = block + MemoryLayout<uv_write_t>.size
        var (skip, filled) = (skipping, 0)
        for buffer in buffers {
            let dropped = min(skip, buffer.len)
            skip -= dropped
            (data + filled).copyMemory(from: buffer.base + dropped, byteCount: buffer.len - dropped)
            filled += buffer.len - dropped
        }
        request.pointee.data = UnsafeMutableRawPointer(bitPattern: count)
        queuedBytes += count
        var buffer = uv_buf_t(base: data.assumingMemoryBound(to: CChar.self), len: count)
        let result = uv_write(request, stream, &buffer, 1) { request, status in
            let connection = TCPConnection.of(request!.pointee.handle)
            connection.queuedBytes -= Int(bitPattern: request!.pointee.data)
            UnsafeMutableRawPointer(request!).deallocate()
            if status < 0 { return connection.close() }
            if connection.queuedBytes > 0 || connection.isClosed { return }
            if connection.closesWhenWritten { connection.close() } else { connection.owner?.drained() }
        }
        if result < 0 {
            block.deallocate()
            queuedBytes -= count
            close()
        }
    }

    /// Sends what is queued and then the end of the stream; the other side may go on sending.
    package func endWriting() {
        if isClosed { return }
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let result = uv_shutdown(request, stream) { request, _ in request!.deallocate() }
        if result < 0 { request.deallocate() }
    }

    /// Closes once everything queued is written; nothing is read or written after.
    package func closeAfterWriting() {
        if queuedBytes == 0 { return close() }
        pauseReading()
        closesWhenWritten = true
    }

    /// Closes at once; what is queued is lost.
    package func close() {
        if isClosed { return }
        isClosed = true
        uv_close(UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)) { handle in
            let connection = Unmanaged<TCPConnection>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            connection.owner?.closed()
            connection.owner = nil
        }
    }

    func loopEnded() {
        owner = nil
        close()
    }
}
