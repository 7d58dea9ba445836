internal import Bytes

/// Host and port as the Host field and absolute targets hold them (RFC 9110 §7.2, RFC 3986 §3.2.2).
enum HostSyntax {
    /// Whether this is a name or address, and a port of digits if there is one.
    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        var at = 0
        if bytes.count > 0, bytes[0] == 0x5b {
            guard let end = bytes.firstIndex(of: 0x5d), end > 1 else { return false }
            // An IPv6 address, perhaps with an IPv4 one in it; nobody uses IPvFuture.
            for index in 1..<end
            where Hex.value(of: bytes[index]) == nil && bytes[index] != 0x3a && bytes[index] != 0x2e {
                return false
            }
            at = end + 1
        } else {
            while at < bytes.count, bytes[at] != 0x3a {
                guard isNameByte(bytes[at]) else { return false }
                if bytes[at] == 0x25 {
                    guard at + 2 < bytes.count, Hex.value(of: bytes[at + 1]) != nil, Hex.value(of: bytes[at + 2]) != nil
                    else { return false }
                    at += 2
                }
                at += 1
            }
            guard at > 0 else { return false }
        }
        if at == bytes.count { return true }
        guard bytes[at] == 0x3a else { return false }
        for index in at + 1..<bytes.count where bytes[index] < 0x30 || bytes[index] > 0x39 { return false }
        return true
    }

    /// Unreserved characters, sub-delims without the comma, and the percent sign.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e, 0x25: true
        case 0x21, 0x24, 0x26...0x2b, 0x3b, 0x3d: true
        default: false
        }
    }
}
