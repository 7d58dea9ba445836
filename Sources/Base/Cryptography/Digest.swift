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
