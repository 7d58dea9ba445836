internal import COpenSSL

/// A private key that was read and found good; the key itself is not kept.
package struct PrivateKey: Sendable, Hashable {
    /// OpenSSL's name of the kind: `RSA`, `EC`, `ED25519`, …
    package let algorithm: String
    /// The size in bits.
    package let bits: Int
    let publicKey: [UInt8]

    /// Reads the first private key of a PEM text (PKCS #1, SEC 1, PKCS #8, encrypted or not).
    ///
    /// - Parameter password: of an encrypted key, at most 1024 bytes of UTF-8.
    package static func parse(_ pem: String, password: String? = nil) throws(PEMError) -> PrivateKey {
        try PEMError.withStream(pem) { stream throws(PEMError) in
            var request = PasswordRequest(password: password.map { Array($0.utf8) })
            // Without a callback OpenSSL would ask on the terminal.
            let key = withUnsafeMutablePointer(to: &request) { request in
                PEM_read_bio_PrivateKey(
                    stream, nil,
                    { buffer, size, _, context in
                        guard let buffer, let context else { return -1 }
                        return context.assumingMemoryBound(to: PasswordRequest.self).pointee.answer(buffer, Int(size))
                    }, request)
            }
            guard let key else {
                let code = ERR_peek_last_error()
                let reason = PEMError.takeReason()
                if request.wasAsked { throw password == nil ? .passwordRequired : .wrongPassword }
                let isMissing = code == 0 || code & 0x7f_ffff == UInt(PEM_R_NO_START_LINE) || reason == "unsupported"
                throw isMissing && !pem.contains("PRIVATE KEY-----") ? .notFound("private key") : .malformed(reason)
            }
            defer { EVP_PKEY_free(key) }
            let algorithm = EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? ""
            let publicKey = Certificate.encoded { i2d_PUBKEY(key, $0) }
            guard !publicKey.isEmpty else { throw .malformed(PEMError.takeReason()) }
            return PrivateKey(algorithm: algorithm, bits: Int(EVP_PKEY_get_bits(key)), publicKey: publicKey)
        }
    }

    private struct PasswordRequest {
        let password: [UInt8]?
        var wasAsked = false

        mutating func answer(_ buffer: UnsafeMutablePointer<CChar>, _ size: Int) -> CInt {
            wasAsked = true
            guard let password, password.count <= size else { return -1 }
            for (place, byte) in password.enumerated() { buffer[place] = CChar(bitPattern: byte) }
            return CInt(password.count)
        }
    }
}
