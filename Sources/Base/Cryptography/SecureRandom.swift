internal import COpenSSL

/// Random bytes that nobody can predict.
package enum SecureRandom {
    /// `count` random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // It fails only when the system has no randomness to give: no key or identifier may be made then.
            precondition(
                count == 0 || RAND_bytes(buffer.baseAddress, CInt(count)) == 1, "OpenSSL has no random bytes")
            initialized = count
        }
    }
}
