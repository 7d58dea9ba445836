internal import Bytes
internal import EventLoop

/// Names of hosts as they are written in settings.
enum HostName {
    /// Letters, digits, hyphens, and the underscores that names of services have.
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }

    /// The name in lower case; a dot at its end stays, which says that nothing is to be added to it.
    static func normalized(_ name: String) throws(NameError) -> String {
        func invalid(_ reason: String) -> NameError { NameError(.invalid, name, nil, reason) }
        let bytes = Array(name.utf8.prefix(256))
        guard !bytes.isEmpty else { throw invalid("it is empty") }
        // RFC 1035 §2.3.4: 255 bytes with a length before each label and a zero at the end.
        guard bytes.count <= (bytes.last == UInt8(ascii: ".") ? 254 : 253) else {
            throw invalid("it is longer than 253 characters")
        }
        var label = 0
        var isNumber = true
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: ".") {
                guard label > 0 else { throw invalid("a part of it between dots is empty") }
                if index < bytes.count - 1 { (label, isNumber) = (0, true) }
                continue
            }
            guard isAllowed(byte) else { throw invalid("it has a character that no host name has") }
            label += 1
            guard label <= 63 else { throw invalid("a part of it between dots is longer than 63 characters") }
            isNumber = isNumber && (0x30...0x39).contains(byte)
        }
        // Such as 10.0.0.256: meant as an address, and no name of the DNS ends so (RFC 3696 §2).
        guard !isNumber else { throw invalid("it ends in a number but is no address") }
        return String(decoding: bytes.map(lowercased), as: UTF8.self)
    }

    /// Reads `127.0.0.1`, `::1` and `[::1]`, with port 0.
    static func address(_ text: String) -> SocketAddress? {
        guard let first = text.utf8.first,
            first == UInt8(ascii: "[") || first == UInt8(ascii: ":") || Hex.value(of: first) != nil,
            text.utf8.count < 64
        else { return nil }
        let bare = first == UInt8(ascii: "[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        guard bare.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) else { return nil }
        return try? SocketAddress(host: bare, port: 0)
    }
}
