internal import COpenSSL

/// MD5 (RFC 1321): for fingerprints of formats that name it, where nobody gains by two texts with the same one.
package enum MD5 {
    /// The sixteen bytes of the digest.
    package static func digest(_ bytes: Span<UInt8>) -> [UInt8] { Digest.compute(bytes, EVP_md5()) }
}

/// SHA-1 (FIPS 180-4): for version 5 UUIDs and formats that name it, not for new ones.
package enum SHA1 {
    /// The twenty bytes of the digest.
    package static func digest(_ bytes: Span<UInt8>) -> [UInt8] { Digest.compute(bytes, EVP_sha1()) }
}

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The thirty-two bytes of the digest.
    package static func digest(_ bytes: Span<UInt8>) -> [UInt8] { Digest.compute(bytes, EVP_sha256()) }
}

/// HMAC (RFC 2104) with a digest of the SHA-2 family.
package enum HMAC {
    package enum Algorithm: Sendable, Hashable { case sha256, sha512 }

    /// The bytes of the code: 32 or 64.
    package static func code(of bytes: Span<UInt8>, key: Span<UInt8>, _ algorithm: Algorithm) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let digest = algorithm == .sha256 ? EVP_sha256() : EVP_sha512()
        let result = key.withUnsafeBytes { key in
            bytes.withUnsafeBytes { bytes in
                // A key of no bytes must not be taken for "the key of before".
                let place = key.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
                let data = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
                return COpenSSL.HMAC(digest, place, Int32(key.count), data, bytes.count, &output, &count)
            }
        }
        precondition(result != nil, "OpenSSL cannot compute a digest")
        output.removeLast(output.count - Int(count))
        return output
    }
}

private enum Digest {
    static func compute(_ bytes: Span<UInt8>, _ algorithm: OpaquePointer?) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        let code = bytes.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &output, &count, algorithm, nil) }
        // It fails only when memory is short or the library lacks its default provider: nothing to go on with.
        precondition(code == 1, "OpenSSL cannot compute a digest")
        output.removeLast(output.count - Int(count))
        return output
    }
}
