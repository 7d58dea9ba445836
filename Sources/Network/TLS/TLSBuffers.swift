internal import Bytes
internal import COpenSSL
package import EventLoop

/// What the TLS sessions of one loop share while one of them works: the bytes that came, the bytes that go, and room for
/// what was decrypted. Belongs to its loop, or its thread.
package final class TLSBuffers {
    /// Ciphertext that OpenSSL has not read yet; only set during a call.
    var input = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Ciphertext that OpenSSL has written.
    var output: [UInt8] = []
    /// A record's plaintext at a time.
    let plain: UnsafeMutableRawBufferPointer
    /// Head and body of an answer, side by side, to be one record.
    private var joined: [UInt8] = []

    package convenience init(loop: EventLoop) { self.init() }

    /// For a thread that has a session of its own.
    package init() { plain = .allocate(byteCount: 1 << 14, alignment: 64) }

    deinit { plain.deallocate() }

    /// Writes what was encrypted.
    func flush(to connection: TCPConnection) {
        if output.isEmpty { return }
        var bytes: [UInt8] = []
        swap(&bytes, &output)
        connection.write(bytes.span)
        if bytes.capacity > 1 << 20 { return }
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &output)
    }

    /// Moves what was encrypted to the end of `target`.
    package func moveOutput(to target: inout [UInt8]) {
        target += output
        output.removeAll(keepingCapacity: true)
    }

    /// Encrypts two pieces as one.
    func send(_ first: Span<UInt8>, _ second: Span<UInt8>, by session: TLSSession) throws(TLSError) {
        joined.removeAll(keepingCapacity: true)
        joined.append(first)
        joined.append(second)
        let bytes = joined
        try session.send(bytes.span)
    }

    /// The method of a BIO that reads from `input` and writes to `output`: cheaper than memory BIOs, which copy once more
    /// and keep 2 KB a connection.
    ///
    /// `nonisolated(unsafe)`: made once, and never changed after.
    nonisolated(unsafe) static let method: OpaquePointer = {
        guard let method = BIO_meth_new(BIO_get_new_index() | CInt(BIO_TYPE_SOURCE_SINK), "event loop") else {
            preconditionFailure("no memory")
        }
        BIO_meth_set_read(method) { bio, target, count in
            let buffers = Unmanaged<TLSBuffers>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
            BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_IO_SPECIAL | BIO_FLAGS_SHOULD_RETRY)
            let taken = min(Int(count), buffers.input.count)
            guard taken > 0, let source = buffers.input.baseAddress else {
                BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
                return -1
            }
            UnsafeMutableRawPointer(target!).copyMemory(from: source, byteCount: taken)
            buffers.input = UnsafeRawBufferPointer(rebasing: buffers.input[taken...])
            return CInt(taken)
        }
        BIO_meth_set_write(method) { bio, source, count in
            let buffers = Unmanaged<TLSBuffers>.fromOpaque(BIO_get_data(bio)).takeUnretainedValue()
            buffers.output.append(contentsOf: UnsafeRawBufferPointer(start: source, count: Int(count)))
            return count
        }
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        BIO_meth_set_create(method) { bio in
            BIO_set_init(bio, 1)
            return 1
        }
        return method
    }()
}
