/// Names as DNS messages carry them (RFC 1035 §4.1.4): labels with a length before each, of which the rest may be a
/// pointer to an earlier place.
enum DNSName {
    /// Bytes of a name with its lengths (RFC 1035 §2.3.4).
    private static let maximumBytes = 255

    /// Reads the name at `position`, which is then behind it: in lower case, without the last dot, empty for the root.
    /// Nil for a name that is none of a host: some byte of it is no letter, digit, hyphen or underscore.
    static func read(_ message: Span<UInt8>, at position: inout Int) throws(DNSFormatError) -> String? {
        var text: [UInt8] = []
        var isHostName = true
        var length = 1
        var cursor = position
        var end: Int?
        // A pointer leads to before where this part of the name began: there is no way to come round again.
        var earliest = position
        while true {
            guard cursor < message.count else { throw .cut }
            let first = message[cursor]
            switch first {
            case 0:
                position = end ?? cursor + 1
                return isHostName ? String(decoding: text, as: UTF8.self) : nil
            case 1...63:
                let next = cursor + 1 + Int(first)
                length += 1 + Int(first)
                guard next < message.count else { throw .cut }
                guard length <= maximumBytes else { throw DNSFormatError("a name is longer than 255 bytes") }
                if !text.isEmpty { text.append(UInt8(ascii: ".")) }
                for index in cursor + 1..<next {
                    let byte = message[index]
                    isHostName = isHostName && HostName.isAllowed(byte)
                    text.append(HostName.lowercased(byte))
                }
                cursor = next
            case 0xc0...0xff:
                guard cursor + 1 < message.count else { throw .cut }
                let target = Int(first & 0x3f) << 8 | Int(message[cursor + 1])
                guard target < earliest else { throw DNSFormatError("a name points forwards or to itself") }
                end = end ?? cursor + 2
                earliest = target
                cursor = target
            default: throw DNSFormatError("a name has a label of an unknown kind")
            }
        }
    }
}
