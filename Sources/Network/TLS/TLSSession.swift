internal import COpenSSL

/// One TLS connection as bytes in, bytes out. What it has to send collects in the loop's `TLSBuffers`; whoever calls sends
/// it. Belongs to its loop.
package final class TLSSession {
    package enum State: Sendable {
        case handshaking, open
        /// The peer has said that it sends no more.
        case ended
        case failed
    }

    package private(set) var state = State.handshaking
    private let connection: OpaquePointer
    private let buffers: TLSBuffers
    /// Keeps what the context's callbacks reach.
    private let context: TLSContext

    /// - Parameter serverName: On a client, the name or address that the server's certificate must have; sent as SNI when
    ///   it is a name.
    package init(_ context: TLSContext, buffers: TLSBuffers, serverName: String? = nil) throws(TLSError) {
        guard let connection = SSL_new(context.pointer), let bio = BIO_new(TLSBuffers.method) else {
            throw .configuration("a TLS connection cannot be made")
        }
        self.connection = connection
        self.buffers = buffers
        self.context = context
        BIO_set_data(bio, Unmanaged.passUnretained(buffers).toOpaque())
        SSL_set_bio(connection, bio, bio)
        if context.isServer {
            SSL_set_accept_state(connection)
        } else {
            SSL_set_connect_state(connection)
            if let serverName { try expect(serverName) }
        }
    }

    deinit { SSL_free(connection) }

    private func expect(_ name: String) throws(TLSError) {
        let parameters = SSL_get0_param(connection)
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return }
        ERR_clear_error()
        guard openssl_set_server_name(connection, name) == 1, X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1
        else { throw .configuration("'\(name)' cannot be asked for") }
    }

    // MARK: - Bytes

    /// Begins a client's handshake.
    package func start() throws(TLSError) { try shake() }

    /// Takes ciphertext that came, and gives what it says, a record at a time.
    ///
    /// - Parameter plaintext: False: stop, the session is not wanted any more.
    package func receive(_ bytes: Span<UInt8>, _ plaintext: (Span<UInt8>) -> Bool) throws(TLSError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, TLSError> in
            buffers.input = bytes
            defer { buffers.input = UnsafeRawBufferPointer(start: nil, count: 0) }
            do throws(TLSError) {
                if state == .handshaking { try shake() }
                if state == .open { try read(plaintext) }
                return .success(())
            } catch { return .failure(error) }
        }
        try result.get()
    }

    private func shake() throws(TLSError) {
        ERR_clear_error()
        let result = SSL_do_handshake(connection)
        if result == 1 {
            state = .open
            return
        }
        if SSL_get_error(connection, result) == SSL_ERROR_WANT_READ { return }
        throw failure()
    }

    private func read(_ plaintext: (Span<UInt8>) -> Bool) throws(TLSError) {
        while true {
            Self.forgetErrors()
            let count = SSL_read(connection, buffers.plain.baseAddress, CInt(buffers.plain.count))
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: buffers.plain[..<Int(count)]).bindMemory(to: UInt8.self)
                guard plaintext(bytes.span) else { return }
                // OpenSSL takes a record at a time from the input, and `plain` has room for a whole one: to ask once more
                // would cost as much as half a record.
                if buffers.input.isEmpty, SSL_pending(connection) == 0 { return }
                continue
            }
            switch SSL_get_error(connection, count) {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN:
                state = .ended
                return
            default: throw failure()
            }
        }
    }

    /// Encrypts; the ciphertext goes to the buffers' output. To be called in the state `open` or `ended`.
    package func send(_ bytes: Span<UInt8>) throws(TLSError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, TLSError> in
            var sent = 0
            while sent < bytes.count {
                Self.forgetErrors()
                let count = SSL_write(connection, bytes.baseAddress! + sent, CInt(clamping: bytes.count - sent))
                // The BIO takes everything, so anything else is the end.
                guard count > 0 else { return .failure(failure()) }
                sent += Int(count)
            }
            return .success(())
        }
        try result.get()
    }

    /// What `SSL_get_error` must not take for an error of the next call. To look is cheaper than to clear what is empty.
    private static func forgetErrors() { if ERR_peek_error() != 0 { ERR_clear_error() } }

    /// Says that we send no more (RFC 8446 §6.1).
    package func end() {
        guard state == .open || state == .ended else { return }
        ERR_clear_error()
        SSL_shutdown(connection)
        ERR_clear_error()
    }

    private func failure() -> TLSError {
        let wasHandshaking = state == .handshaking
        state = .failed
        if ERR_peek_last_error() & 0x7f_ffff == UInt(SSL_R_HTTP_REQUEST) {
            ERR_clear_error()
            return TLSError(.plainText, "a plain HTTP request came where TLS is spoken")
        }
        let verification = SSL_get_verify_result(connection)
        if wasHandshaking, verification != X509_V_OK, ERR_peek_last_error() != 0 {
            ERR_clear_error()
            return TLSError(
                .certificate,
                "the peer's certificate is refused: \(String(cString: X509_verify_cert_error_string(Int(verification))))"
            )
        }
        return TLSError(.handshake, TLSError.takeReason())
    }

    // MARK: - What was agreed

    /// The protocol that ALPN chose; nil: none.
    package var negotiatedProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(connection, &start, &count)
        guard let start, count > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    /// On a server, the name that the client asked for.
    package var serverName: String? {
        SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

    /// Such as `TLSv1.3`.
    package var version: String { String(cString: SSL_get_version(connection)) }

    /// OpenSSL's name of the cipher suite.
    package var cipher: String {
        SSL_get_current_cipher(connection).flatMap { SSL_CIPHER_get_name($0) }.map { String(cString: $0) } ?? ""
    }

    /// Whether an earlier session was resumed.
    package var isResumed: Bool { SSL_session_reused(connection) == 1 }

    /// The peer's certificate as PEM text; nil when it showed none.
    package var peerCertificate: String? {
        guard let certificate = openssl_peer_certificate(connection) else { return nil }
        defer { X509_free(certificate) }
        return PEM.text(certificate)
    }

    /// Why the peer's certificate is not trusted; nil when it is, or when there is none.
    package var peerProblem: String? {
        let result = SSL_get_verify_result(connection)
        return result == X509_V_OK ? nil : String(cString: X509_verify_cert_error_string(Int(result)))
    }
}
