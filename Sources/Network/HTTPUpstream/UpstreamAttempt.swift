internal import EventLoop
internal import TLS

/// A connection to an upstream while it is made: TCP, and TLS where the target asks for it. Belongs to its loop.
final class UpstreamAttempt {
    /// When all of it must be done.
    let deadline: UInt64
    private let target: UpstreamTarget
    private let pool: UpstreamPool
    private let timeout: UInt64
    private var attempt: TCPConnectAttempt?
    private var timer: LoopTimer?
    private var done: ((Result<UpstreamTransport, UpstreamError>) -> Void)?

    init(_ target: UpstreamTarget, pool: UpstreamPool, timeout: UInt64) {
        self.target = target
        self.pool = pool
        self.timeout = timeout
        deadline = pool.loop.now + timeout
    }

    /// - Parameter done: Called once, later.
    func start(_ done: @escaping (Result<UpstreamTransport, UpstreamError>) -> Void) {
        self.done = done
        attempt = TCPConnection.connect(loop: pool.loop, to: target.address, timeout: timeout) { [self] result in
            attempt = nil
            switch result {
            case .success(let tcp): secure(tcp)
            case .failure(let error): fail(error.isTimeout ? .connectTimeout : .connect, error.description)
            }
        }
    }

    private func secure(_ tcp: TCPConnection) {
        guard let security = target.security else { return finish(.success(.plain(tcp))) }
        let session: TLSSession
        do throws(TLSError) {
            session = try TLSSession(security.context, buffers: pool.tlsBuffers, serverName: security.serverName)
        } catch {
            tcp.close()
            return fail(.tls, "TLS with \(target.address): \(error.message)")
        }
        let now = pool.loop.now
        timer = pool.loop.schedule(after: deadline > now ? deadline - now : 1) { [self] in
            tcp.close()
            fail(.connectTimeout, "TLS with \(target.address) took too long")
        }
        let connection = TLSConnection(tcp, session, buffers: pool.tlsBuffers) { [self] connection, error in
            if let error { return fail(.tls, "TLS with \(target.address): \(error.message)") }
            // A server that knows no ALPN may still speak HTTP/2; one that chose something else does not.
            if target.speaksHTTP2, let chosen = session.negotiatedProtocol, chosen != "h2" {
                tcp.close()
                return fail(.tls, "\(target.address) does not speak HTTP/2 with TLS, but \(chosen)")
            }
            finish(.success(.secure(connection)))
        }
        connection.start(asClient: true)
    }

    private func fail(_ kind: UpstreamError.Kind, _ message: String) { finish(.failure(UpstreamError(kind, message))) }

    private func finish(_ result: Result<UpstreamTransport, UpstreamError>) {
        timer?.cancel()
        timer = nil
        guard let done else { return }
        self.done = nil
        done(result)
    }
}
