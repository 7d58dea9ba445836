internal import COpenSSL

/// What many connections of one side share: versions, ciphers, trust, and on a server the choice of identity.
///
/// `@unchecked Sendable`: `SSL_CTX` is only read once connections are made from it, which OpenSSL allows from any thread;
/// what its callbacks reach is immutable.
package final class TLSContext: @unchecked Sendable {
    /// Whether a server asks clients for a certificate.
    package enum ClientVerification: Sendable, Hashable {
        case none
        /// Asked for; one that is not trusted ends the handshake, none does not.
        case optional(TLSTrust)
        case required(TLSTrust)
        /// Asked for and passed on, whatever it is: somebody above decides.
        case unverified
    }

    /// Answers with the identities to show for a server name, which is nil when the client names none; more than one
    /// when they are of different kinds of key. None ends the handshake. Called on the connection's thread.
    package typealias SelectIdentity = @Sendable (_ serverName: String?) -> [TLSIdentity]

    let pointer: OpaquePointer
    let isServer: Bool
    /// ALPN's wire form: each protocol with its length before it.
    private let protocols: [UInt8]
    private let select: SelectIdentity?

    private init(_ method: OpaquePointer?, _ options: TLSOptions, select: SelectIdentity?) throws(TLSError) {
        guard let pointer = SSL_CTX_new(method) else { throw .configuration("TLS cannot be set up") }
        self.pointer = pointer
        self.select = select
        isServer = select != nil
        protocols = options.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        func version(_ version: TLSOptions.Version) -> CInt { version == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION }
        guard options.minimumVersion <= options.maximumVersion else {
            throw TLSError(.configuration, "the least TLS version is above the greatest")
        }
        guard openssl_set_versions(pointer, version(options.minimumVersion), version(options.maximumVersion)) == 1
        else { throw .configuration("these TLS versions cannot be used together") }
        guard SSL_CTX_set_cipher_list(pointer, options.ciphers ?? TLSOptions.intermediateCiphers) == 1 else {
            throw .configuration("the list of ciphers cannot be used")
        }
        if let suites = options.cipherSuites, SSL_CTX_set_ciphersuites(pointer, suites) != 1 {
            throw .configuration("the list of TLS 1.3 cipher suites cannot be used")
        }
        // Records' buffers are given back while a connection is idle; what is written may move between two tries.
        openssl_set_mode(
            pointer,
            Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        openssl_set_options(pointer, openssl_option_no_renegotiation() | openssl_option_no_compression())
        // Sessions are resumed by tickets: nothing is kept for clients that never come back.
        openssl_set_cache_off(pointer)
    }

    deinit { SSL_CTX_free(pointer) }

    /// A server's.
    package static func server(
        _ options: TLSOptions = TLSOptions(), clients: ClientVerification = .none,
        identities select: @escaping SelectIdentity
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(TLS_server_method(), options, select: select)
        let own = Unmanaged.passUnretained(context).toOpaque()
        if options.prefersServerCiphers {
            openssl_set_options(context.pointer, openssl_option_server_preference())
        }
        if !options.givesSessionTickets {
            openssl_set_options(context.pointer, openssl_option_no_ticket())
            SSL_CTX_set_num_tickets(context.pointer, 0)
        }
        openssl_set_session_timeout(context.pointer, options.sessionTimeout)
        openssl_choose_dh_group(context.pointer)
        SSL_CTX_set_cert_cb(
            context.pointer,
            { connection, own in Unmanaged<TLSContext>.fromOpaque(own!).takeUnretainedValue().choose(connection!) },
            own)
        SSL_CTX_set_alpn_select_cb(
            context.pointer,
            { _, output, outputCount, offered, offeredCount, own in
                Unmanaged<TLSContext>.fromOpaque(own!).takeUnretainedValue()
                    .negotiate(UnsafeBufferPointer(start: offered, count: Int(offeredCount)), output!, outputCount!)
            }, own)
        // A session may be resumed on whichever listener uses this context.
        let name = Array("sluice".utf8)
        SSL_CTX_set_session_id_context(context.pointer, name, CUnsignedInt(name.count))
        switch clients {
        case .none: break
        case .optional(let trust):
            try context.trust(trust)
            SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
        case .required(let trust):
            try context.trust(trust)
            SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        case .unverified: SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, { _, _ in 1 })
        }
        return context
    }

    /// A client's.
    ///
    /// - Parameters:
    ///   - trust: nil: the server's certificate is not verified.
    ///   - identity: shown to servers that ask.
    package static func client(
        _ options: TLSOptions = TLSOptions(), trust: TLSTrust?, identity: TLSIdentity? = nil
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(TLS_client_method(), options, select: nil)
        if let trust {
            try context.trust(trust)
            SSL_CTX_set_verify(context.pointer, SSL_VERIFY_PEER, nil)
        } else {
            SSL_CTX_set_verify(context.pointer, SSL_VERIFY_NONE, nil)
        }
        if let identity,
            SSL_CTX_use_cert_and_key(context.pointer, identity.certificate, identity.key, identity.chain, 1) != 1
        {
            throw .configuration("the client's certificate cannot be used")
        }
        if !context.protocols.isEmpty {
            SSL_CTX_set_alpn_protos(context.pointer, context.protocols, CUnsignedInt(context.protocols.count))
        }
        return context
    }

    private func trust(_ trust: TLSTrust) throws(TLSError) {
        if let depth = trust.depth { SSL_CTX_set_verify_depth(pointer, CInt(clamping: depth)) }
        guard let authorities = trust.authorities else {
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw .configuration("the system's authorities cannot be read")
            }
            return
        }
        let certificates = try PEM.certificates(authorities)
        defer { for certificate in certificates { X509_free(certificate) } }
        let store = SSL_CTX_get_cert_store(pointer)
        for certificate in certificates {
            guard X509_STORE_add_cert(store, certificate) == 1 else {
                throw .configuration("a certificate authority cannot be used")
            }
            // Servers tell clients whose certificates they want.
            if isServer { SSL_CTX_add_client_CA(pointer, certificate) }
        }
    }

    private func choose(_ connection: OpaquePointer) -> CInt {
        let name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
        let identities = select?(name) ?? []
        for identity in identities where !identity.use(in: connection) { return 0 }
        return identities.isEmpty ? 0 : 1
    }

    /// The first of ours that the client offers; without one the connection goes on without ALPN (RFC 7301 §3.2 would
    /// end it, but clients that only list old names are served HTTP/1.1 everywhere).
    private func negotiate(
        _ offered: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutablePointer<UnsafePointer<UInt8>?>,
        _ outputCount: UnsafeMutablePointer<UInt8>
    ) -> CInt {
        var own = protocols[...]
        while let count = own.first.map(Int.init), own.count > count {
            let name = own.dropFirst().prefix(count)
            var place = 0
            while place < offered.count {
                let length = Int(offered[place])
                guard place + length < offered.count else { break }
                if length == count, offered[place + 1...place + length].elementsEqual(name) {
                    output.pointee = offered.baseAddress! + place + 1
                    outputCount.pointee = UInt8(length)
                    return SSL_TLSEXT_ERR_OK
                }
                place += length + 1
            }
            own = own.dropFirst(count + 1)
        }
        return SSL_TLSEXT_ERR_NOACK
    }
}
