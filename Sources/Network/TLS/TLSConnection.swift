package import EventLoop

/// A TCP connection that speaks TLS: for its owner the same spans in and out as without. Belongs to its loop.
package final class TLSConnection: TCPConnectionOwner {
    package let tcp: TCPConnection
    package let session: TLSSession
    /// Set by who is told that the handshake is done; kept until `closed`.
    package var owner: (any TCPConnectionOwner)?
    /// Whether the peer said that it sends no more, before its connection ended: without that the last bytes may be
    /// missing (RFC 8446 §6.1).
    package private(set) var hasEndedCleanly = false
    private let buffers: TLSBuffers
    private var handshake: ((TLSConnection, TLSError?) -> Void)?
    private var hasTold = false

    /// - Parameters:
    ///   - tcp: Connected; its owner is this object from now on.
    ///   - handshake: Called once: with nil when the session is open, so that an owner can be set before anything is
    ///     received; with the cause when there will be none.
    package init(
        _ tcp: TCPConnection, _ session: TLSSession, buffers: TLSBuffers,
        handshake: @escaping (TLSConnection, TLSError?) -> Void
    ) {
        self.tcp = tcp
        self.session = session
        self.buffers = buffers
        self.handshake = handshake
        tcp.owner = self
    }

    /// Reads from now on; a client sends its first message.
    package func start(asClient: Bool = false) {
        if asClient {
            do throws(TLSError) { try session.start() } catch { return fail(error) }
            flush()
        }
        tcp.start()
    }

    // MARK: - What the socket tells

    package func received(_ bytes: Span<UInt8>) {
        do throws(TLSError) {
            try session.receive(bytes) { plaintext in
                // The buffers are the loop's: what this session has to say goes before others may use them.
                flush()
                announce()
                owner?.received(plaintext)
                return !tcp.isClosed
            }
        } catch {
            // The alert that says why.
            flush()
            return fail(error)
        }
        flush()
        if session.state != .handshaking { announce() }
        if session.state == .ended { tellEnd(isClean: true) }
    }

    package func drained() { owner?.drained() }

    package func ended() {
        if session.state == .handshaking {
            return fail(TLSError(.handshake, "the peer ended the connection during the handshake"))
        }
        tellEnd(isClean: session.state == .ended)
    }

    package func closed() {
        if let handshake {
            self.handshake = nil
            handshake(self, TLSError(.handshake, "the connection was closed during the handshake"))
        }
        owner?.closed()
        owner = nil
    }

    private func announce() {
        guard let handshake else { return }
        self.handshake = nil
        handshake(self, nil)
    }

    private func tellEnd(isClean: Bool) {
        if hasTold { return }
        hasTold = true
        hasEndedCleanly = isClean
        owner?.ended()
    }

    private func fail(_ error: TLSError) {
        if let handshake {
            self.handshake = nil
            handshake(self, error)
        }
        tcp.closeAfterWriting()
    }

    // MARK: - Writing

    /// Encrypts and writes; what the socket does not take at once is queued.
    package func write(_ bytes: Span<UInt8>) {
        if tcp.isClosed || bytes.isEmpty { return }
        do throws(TLSError) { try session.send(bytes) } catch { return tcp.close() }
        flush()
    }

    /// Writes two pieces, in one record where they fit.
    package func write(_ first: Span<UInt8>, _ second: Span<UInt8>) {
        if tcp.isClosed { return }
        do throws(TLSError) {
            if first.count + second.count <= 1 << 14 {
                try buffers.send(first, second, by: session)
            } else {
                if !first.isEmpty { try session.send(first) }
                if !second.isEmpty { try session.send(second) }
            }
        } catch { return tcp.close() }
        flush()
    }

    /// Writes three pieces, with one call of the system.
    package func write(_ first: Span<UInt8>, _ second: Span<UInt8>, _ third: Span<UInt8>) {
        if tcp.isClosed { return }
        do throws(TLSError) {
            if !first.isEmpty { try session.send(first) }
            if second.count + third.count <= 1 << 14 {
                try buffers.send(second, third, by: session)
            } else {
                try session.send(second)
                if !third.isEmpty { try session.send(third) }
            }
        } catch { return tcp.close() }
        flush()
    }

    private func flush() { buffers.flush(to: tcp) }

    /// Says that we send no more; the peer may go on.
    package func endWriting() {
        session.end()
        flush()
        tcp.endWriting()
    }

    /// Says so, and closes once everything queued is written.
    package func closeAfterWriting() {
        session.end()
        flush()
        tcp.closeAfterWriting()
    }
}
