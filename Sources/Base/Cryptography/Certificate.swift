internal import Bytes
internal import COpenSSL

/// What an X.509 certificate says (RFC 5280). A value: it holds nothing of OpenSSL.
package struct Certificate: Sendable, Hashable {
    /// The certificate in DER.
    package let der: [UInt8]
    /// The whole subject, as RFC 2253 writes it.
    package let subject: String
    /// The whole issuer, as RFC 2253 writes it.
    package let issuer: String
    /// The subject's last common name.
    package let commonName: String?
    /// DNS names of the subject alternative name.
    package let dnsNames: [String]
    /// Addresses of the subject alternative name, as text.
    package let ipAddresses: [String]
    /// Seconds since 1970 from which and until which it is valid.
    package let notBefore: Int64
    package let notAfter: Int64
    /// In lower-case hexadecimal digits.
    package let serialNumber: String
    /// Whether it may sign others (basic constraints, or an old root without them).
    package let isCertificateAuthority: Bool
    /// SHA-256 of the DER in lower-case hexadecimal digits.
    package let fingerprint: String
    let publicKey: [UInt8]

    /// The first certificate of a PEM text.
    package static func parse(_ pem: String) throws(PEMError) -> Certificate { try parseAll(pem)[0] }

    /// All certificates of a PEM text, at least one; other PEM blocks are passed over.
    package static func parseAll(_ pem: String) throws(PEMError) -> [Certificate] {
        try PEMError.withStream(pem) { stream throws(PEMError) in
            var certificates: [Certificate] = []
            while let certificate = PEM_read_bio_X509(stream, nil, nil, nil) {
                defer { X509_free(certificate) }
                certificates.append(try Certificate(certificate))
            }
            // The end shows as "no start line"; anything else is a broken block.
            let code = ERR_peek_last_error()
            let isEnd = code == 0 || code & 0x7f_ffff == UInt(PEM_R_NO_START_LINE)
            let reason = PEMError.takeReason()
            guard isEnd else { throw .malformed(reason) }
            guard !certificates.isEmpty else { throw .notFound("certificate") }
            return certificates
        }
    }

    /// Whether `key` is the private key of this certificate.
    package func matches(_ key: PrivateKey) -> Bool { publicKey == key.publicKey }

    /// Whether it is valid at `time`, in seconds since 1970.
    package func isValid(at time: Int64) -> Bool { time >= notBefore && time <= notAfter }

    private init(_ certificate: OpaquePointer) throws(PEMError) {
        let der = Self.encoded { i2d_X509(certificate, $0) }
        self.der = der
        fingerprint = Hex.text(SHA256.digest(der.span).span)
        subject = Self.text(of: X509_get_subject_name(certificate))
        issuer = Self.text(of: X509_get_issuer_name(certificate))
        commonName = Self.commonName(of: X509_get_subject_name(certificate))
        (dnsNames, ipAddresses) = Self.alternativeNames(of: certificate)
        guard let notBefore = Self.seconds(X509_get0_notBefore(certificate)),
            let notAfter = Self.seconds(X509_get0_notAfter(certificate))
        else { throw .malformed("the certificate's validity is no time") }
        (self.notBefore, self.notAfter) = (notBefore, notAfter)
        serialNumber = Self.serial(X509_get0_serialNumber(certificate))
        isCertificateAuthority = X509_check_ca(certificate) > 0
        // Encoded as key, not copied from the certificate: the same key has one form then.
        guard let key = X509_get0_pubkey(certificate) else { throw .malformed(PEMError.takeReason()) }
        publicKey = Self.encoded { i2d_PUBKEY(key, $0) }
    }

    /// What one of OpenSSL's `i2d` functions writes.
    static func encoded(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> CInt
    ) -> [UInt8] {
        let count = Int(write(nil))
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // The function moves the pointer that it is given.
            var target = buffer.baseAddress
            initialized = max(0, Int(write(&target)))
        }
    }

    private static func text(of name: OpaquePointer?) -> String {
        guard let name, let stream = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(stream) }
        X509_NAME_print_ex(stream, name, 0, openssl_rfc2253_flags())
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 512)
        while true {
            let count = BIO_read(stream, &buffer, CInt(buffer.count))
            if count <= 0 { break }
            output += buffer[..<Int(count)]
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func commonName(of name: OpaquePointer?) -> String? {
        var last: CInt = -1
        while true {
            let next = X509_NAME_get_index_by_NID(name, NID_commonName, last)
            if next < 0 { break }
            last = next
        }
        guard last >= 0, let entry = X509_NAME_get_entry(name, last), let data = X509_NAME_ENTRY_get_data(entry) else {
            return nil
        }
        var start: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&start, data)
        guard count >= 0, let start else { return nil }
        defer { CRYPTO_free(start, "", 0) }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    private static func alternativeNames(of certificate: OpaquePointer) -> (dns: [String], ip: [String]) {
        guard let raw = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return ([], []) }
        let names = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(names) }
        var dns: [String] = []
        var ip: [String] = []
        for place in 0..<OPENSSL_sk_num(names) {
            guard let raw = OPENSSL_sk_value(names, place) else { continue }
            let name = raw.assumingMemoryBound(to: GENERAL_NAME.self).pointee
            switch name.type {
            case GEN_DNS: dns.append(String(decoding: bytes(of: name.d.dNSName), as: UTF8.self))
            case GEN_IPADD: ip.append(address(bytes(of: name.d.iPAddress)))
            default: break
            }
        }
        return (dns, ip)
    }

    private static func bytes(of string: UnsafeMutablePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string, let start = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    private static func address(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: bytes.count - 1, by: 2)
            .map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }

    private static func serial(_ number: UnsafePointer<ASN1_INTEGER>?) -> String {
        guard let number, let start = ASN1_STRING_get0_data(number) else { return "" }
        let bytes = Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(number))))
        return Hex.text(bytes.span)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_TIME_free(epoch) }
        var days: CInt = 0
        var seconds: CInt = 0
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86400 + Int64(seconds)
    }
}
