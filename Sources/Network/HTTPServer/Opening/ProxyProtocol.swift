internal import Bytes
internal import EventLoop

/// The header that a load balancer puts before a connection's own bytes to tell whose they are (HAProxy's PROXY protocol,
/// versions 1 and 2).
enum ProxyProtocol {
    enum Outcome: Equatable {
        /// The header ends after so many bytes. Without a client: the balancer's own (a health check, or unknown).
        case complete(Int, client: SocketAddress?)
        case incomplete
        case malformed(String)
    }

    /// Version 2's first bytes.
    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]
    /// Bytes of a version 1 header with its line end.
    private static let longestLine = 107
    /// Bytes of addresses and extensions that are read of a version 2 header.
    private static let longestBlock = 4096

    static func parse(_ bytes: Span<UInt8>) -> Outcome {
        let known = min(bytes.count, signature.count)
        if known > 0, (0..<known).allSatisfy({ bytes[$0] == signature[$0] }) {
            return known == signature.count ? parseBinary(bytes) : .incomplete
        }
        return parseLine(bytes)
    }

    // MARK: - Version 1

    private static func parseLine(_ bytes: Span<UInt8>) -> Outcome {
        let start: StaticString = "PROXY "
        let known = min(bytes.count, start.utf8CodeUnitCount)
        guard bytes.extracting(0..<known).isPrefix(of: start) else { return .malformed("there is no PROXY header") }
        guard let end = bytes.extracting(0..<min(bytes.count, longestLine)).firstIndex(of: 13) else {
            return bytes.count < longestLine ? .incomplete : .malformed("the PROXY header is too long")
        }
        guard end + 1 < bytes.count else { return .incomplete }
        guard bytes[end + 1] == 10 else { return .malformed("the PROXY header does not end with CR LF") }
        let words = bytes.extracting(0..<end).string.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 2 else { return .malformed("the PROXY header is malformed") }
        switch words[1] {
        case "UNKNOWN": return .complete(end + 2, client: nil)
        case "TCP4", "TCP6":
            guard words.count == 6, let source = address(words[2], words[4]),
                let destination = address(words[3], words[5]), source.isIPv6 == (words[1] == "TCP6"),
                destination.isIPv6 == source.isIPv6
            else { return .malformed("the PROXY header's addresses are malformed") }
            return .complete(end + 2, client: source)
        default: return .malformed("the PROXY header's protocol is unknown")
        }
    }

    private static func address(_ host: Substring, _ port: Substring) -> SocketAddress? {
        guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port), host != "localhost" else {
            return nil
        }
        do { return try SocketAddress(host: String(host), port: number) } catch { return nil }
    }

    // MARK: - Version 2

    private static func parseBinary(_ bytes: Span<UInt8>) -> Outcome {
        guard bytes.count >= 16 else { return .incomplete }
        let (version, command) = (bytes[12] >> 4, bytes[12] & 15)
        guard version == 2, command <= 1 else { return .malformed("the PROXY header's version is unknown") }
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        guard length <= longestBlock else { return .malformed("the PROXY header is too long") }
        guard bytes.count >= 16 + length else { return .incomplete }
        let end = 16 + length
        // LOCAL: the balancer speaks for itself.
        if command == 0 { return .complete(end, client: nil) }
        switch bytes[13] {
        case 0x11:
            guard length >= 12 else { return .malformed("the PROXY header's addresses are cut") }
            return .complete(end, client: client(bytes, at: 16..<20, port: 24))
        case 0x21:
            guard length >= 36 else { return .malformed("the PROXY header's addresses are cut") }
            return .complete(end, client: client(bytes, at: 16..<32, port: 48))
        // Unspecified, datagrams, sockets of a file system: nothing that names a client.
        default: return .complete(end, client: nil)
        }
    }

    private static func client(_ bytes: Span<UInt8>, at range: Range<Int>, port: Int) -> SocketAddress? {
        SocketAddress(bytes: bytes.extracting(range), port: UInt16(bytes[port]) << 8 | UInt16(bytes[port + 1]))
    }
}

extension Span where Element == UInt8 {
    fileprivate func isPrefix(of text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            let text = unsafe text.span
            return text.starts(with: self)
        }
    }
}
