internal import Cryptography

/// Short marks by which a schema is known, made from its canonical form.
package enum AvroFingerprint {
    /// CRC-64-AVRO, the Rabin fingerprint of the specification. Single-object encoding writes it little-endian.
    package static func crc64(of schema: AvroSchema) -> UInt64 { crc64(Array(schema.canonicalForm.utf8).span) }

    package static func md5(of schema: AvroSchema) -> [UInt8] {
        let text = Array(schema.canonicalForm.utf8)
        return MD5.digest(text.span)
    }

    package static func sha256(of schema: AvroSchema) -> [UInt8] {
        let text = Array(schema.canonicalForm.utf8)
        return SHA256.digest(text.span)
    }

    private static let empty: UInt64 = 0xc15d_213a_a4d7_a795

    private static let table: [UInt64] = (0..<256).map { index in
        (0..<8).reduce(UInt64(index)) { value, _ in value >> 1 ^ (empty & (0 &- (value & 1))) }
    }

    static func crc64(_ bytes: Span<UInt8>) -> UInt64 {
        var value = empty
        for index in bytes.indices {
            value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ bytes[index])]
        }
        return value
    }
}
