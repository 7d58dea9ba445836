internal import Bytes

/// UUIDs as lower-case text (RFC 9562).
package enum UUID {
    /// A random one (version 4).
    package static func v4() -> String {
        var bytes = SecureRandom.bytes(16)
        mark(&bytes, version: 4)
        return UUIDText.text(bytes.span)
    }

    /// The one that `name` always has within `namespace` (version 5, SHA-1).
    ///
    /// - Parameter namespace: a UUID; anything else is a mistake of the program.
    package static func v5(namespace: String, name: String) -> String {
        guard var input = UUIDText.bytes(namespace) else { preconditionFailure("a namespace must be a UUID") }
        input.append(contentsOf: name.utf8)
        var bytes = Array(SHA1.digest(input.span).prefix(16))
        mark(&bytes, version: 5)
        return UUIDText.text(bytes.span)
    }

    private static func mark(_ bytes: inout [UInt8], version: UInt8) {
        bytes[6] = bytes[6] & 0x0f | version << 4
        bytes[8] = bytes[8] & 0x3f | 0x80
    }
}
