internal import COpenSSL

/// A certificate with its intermediates and its key, read once and shown in any number of handshakes.
///
/// `@unchecked Sendable`: the objects are not changed after `init`, and OpenSSL counts references to them atomically.
package final class TLSIdentity: @unchecked Sendable {
    let certificate: OpaquePointer
    let key: OpaquePointer
    /// `STACK_OF(X509)` of the intermediates.
    let chain: OpaquePointer

    /// - Parameters:
    ///   - certificate: PEM, intermediates after the certificate.
    ///   - key: PEM, not encrypted unless a password is given.
    package init(certificate: String, key: String, password: String? = nil) throws(TLSError) {
        var certificates = try PEM.certificates(certificate)
        defer { for certificate in certificates { X509_free(certificate) } }
        let first = certificates.removeFirst()
        do throws(TLSError) { self.key = try PEM.key(key, password: password) } catch {
            X509_free(first)
            throw error
        }
        self.certificate = first
        chain = OPENSSL_sk_new_null()
        // The stack owns a reference to each.
        while !certificates.isEmpty {
            OPENSSL_sk_push(chain, UnsafeRawPointer(certificates.removeFirst()))
        }
        guard X509_check_private_key(first, self.key) == 1 else {
            ERR_clear_error()
            throw TLSError(.configuration, "the key does not belong to the certificate")
        }
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
        while let entry = OPENSSL_sk_pop(chain) { X509_free(OpaquePointer(entry)) }
        OPENSSL_sk_free(chain)
    }

    /// Shows this identity in a handshake that is under way.
    func use(in connection: OpaquePointer) -> Bool {
        SSL_use_cert_and_key(connection, certificate, key, chain, 1) == 1
    }
}
