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

    /// Takes over what it is given.
    private init(certificate: OpaquePointer, key: OpaquePointer) {
        self.certificate = certificate
        self.key = key
        chain = OPENSSL_sk_new_null()
    }

    /// A certificate that nobody has signed but its own key, made now: enough to encrypt, not to be trusted.
    ///
    /// - Parameter name: The host that it says it is for.
    package static func selfSigned(for name: String) throws(TLSError) -> TLSIdentity {
        guard let key = openssl_make_p256_key() else { throw .configuration("a key cannot be made") }
        guard let certificate = X509_new() else {
            EVP_PKEY_free(key)
            throw .configuration("a certificate cannot be made")
        }
        let identity = TLSIdentity(certificate: certificate, key: key)
        let subject = X509_get_subject_name(certificate)
        let serial = UInt64.random(in: 1...(.max >> 1))
        guard X509_set_version(certificate, 2) == 1,
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
            // From yesterday, for clocks that are behind.
            X509_gmtime_adj(X509_getm_notBefore(certificate), -86_400) != nil,
            X509_time_adj_ex(X509_getm_notAfter(certificate), 7_300, 0, nil) != nil,
            X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1,
            X509_set_issuer_name(certificate, subject) == 1, X509_set_pubkey(certificate, key) == 1,
            add(NID_subject_alt_name, "DNS:\(name)", to: certificate),
            add(NID_basic_constraints, "critical,CA:FALSE", to: certificate),
            X509_sign(certificate, key, EVP_sha256()) > 0
        else { throw .configuration("a certificate cannot be made") }
        return identity
    }

    private static func add(_ kind: CInt, _ value: String, to certificate: OpaquePointer) -> Bool {
        guard let added = X509V3_EXT_conf_nid(nil, nil, kind, value) else { return false }
        defer { X509_EXTENSION_free(added) }
        return X509_add_ext(certificate, added, -1) == 1
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
