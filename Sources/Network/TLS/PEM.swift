internal import COpenSSL

/// PEM texts as OpenSSL's own objects.
enum PEM {
    private static let maximumBytes = 1 << 20

    /// At least one; the caller frees them.
    static func certificates(_ text: String) throws(TLSError) -> [OpaquePointer] {
        try withStream(text) { stream throws(TLSError) in
            var found: [OpaquePointer] = []
            while let certificate = PEM_read_bio_X509(stream, nil, nil, nil) { found.append(certificate) }
            // The end shows as "no start line"; anything else is a broken block.
            let code = ERR_peek_last_error()
            let isEnd = code == 0 || code & 0x7f_ffff == UInt(PEM_R_NO_START_LINE)
            let reason = TLSError.takeReason()
            guard isEnd, !found.isEmpty else {
                for certificate in found { X509_free(certificate) }
                throw TLSError(.configuration, "the certificate cannot be read: \(isEnd ? "there is none" : reason)")
            }
            return found
        }
    }

    /// The first private key; the caller frees it.
    static func key(_ text: String, password: String?) throws(TLSError) -> OpaquePointer {
        try withStream(text) { stream throws(TLSError) in
            var bytes = password.map { Array($0.utf8) } ?? []
            let key = withUnsafeMutablePointer(to: &bytes) { bytes in
                // Without a callback OpenSSL would ask on the terminal.
                PEM_read_bio_PrivateKey(
                    stream, nil,
                    { buffer, size, _, context in
                        guard let buffer, let context else { return -1 }
                        let password = context.assumingMemoryBound(to: [UInt8].self).pointee
                        guard !password.isEmpty, password.count <= Int(size) else { return -1 }
                        for (place, byte) in password.enumerated() { buffer[place] = CChar(bitPattern: byte) }
                        return CInt(password.count)
                    }, bytes)
            }
            guard let key else {
                throw TLSError(.configuration, "the private key cannot be read: \(TLSError.takeReason())")
            }
            return key
        }
    }

    private static func withStream<Answer>(
        _ text: String, _ read: (OpaquePointer) throws(TLSError) -> Answer
    ) throws(TLSError) -> Answer {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= maximumBytes else {
            throw TLSError(.configuration, bytes.isEmpty ? "the PEM text is empty" : "the PEM text is too large")
        }
        ERR_clear_error()
        let result = bytes.withUnsafeBytes { buffer -> Result<Answer, TLSError> in
            guard let stream = BIO_new_mem_buf(buffer.baseAddress, CInt(buffer.count)) else {
                return .failure(.configuration("the PEM text cannot be read"))
            }
            defer { BIO_free(stream) }
            do throws(TLSError) { return .success(try read(stream)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// A certificate as PEM text.
    static func text(_ certificate: OpaquePointer) -> String {
        guard let stream = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(stream) }
        PEM_write_bio_X509(stream, certificate)
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = BIO_read(stream, &buffer, CInt(buffer.count))
            if count <= 0 { return String(decoding: output, as: UTF8.self) }
            output += buffer[..<Int(count)]
        }
    }
}
