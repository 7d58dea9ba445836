internal import EventLoop

/// One record of an answer, as far as it is of use here.
struct DNSRecord: Hashable {
    enum Content: Hashable {
        /// With port 0.
        case address(SocketAddress)
        case alias(String)
        /// A host that gives a service (RFC 2782); an empty target says that there is none.
        case service(priority: UInt16, weight: UInt16, port: UInt16, target: String)
        case startOfAuthority
        /// Of another type or class, or it names what is no host.
        case other
    }

    /// Nil where it is none of a host.
    let name: String?
    let type: RecordType?
    /// Seconds.
    let timeToLive: UInt32
    let content: Content

    /// Reads the record at `position`, which is then behind it.
    init(_ message: Span<UInt8>, at position: inout Int) throws(DNSFormatError) {
        name = try DNSName.read(message, at: &position)
        let type = RecordType(rawValue: try Self.number(message, at: &position))
        let isInternet = try Self.number(message, at: &position) == 1
        let high = try Self.number(message, at: &position)
        let low = try Self.number(message, at: &position)
        // RFC 2181 §8: with the highest bit set it counts as 0.
        timeToLive = high & 0x8000 == 0 ? UInt32(high) << 16 | UInt32(low) : 0
        let end = Int(try Self.number(message, at: &position)) + position
        guard end <= message.count else { throw .cut }
        self.type = isInternet ? type : nil
        switch self.type {
        case .a, .aaaa:
            guard let address = SocketAddress(bytes: message.extracting(position..<end), port: 0),
                address.isIPv6 == (type == .aaaa)
            else { throw DNSFormatError("an address has the wrong length") }
            content = .address(address)
            position = end
        case .cname:
            let target = try DNSName.read(message, at: &position)
            content = target.map { $0.isEmpty ? .other : .alias($0) } ?? .other
        case .srv:
            let priority = try Self.number(message, at: &position)
            let weight = try Self.number(message, at: &position)
            let port = try Self.number(message, at: &position)
            // RFC 2782 forbids a pointer here; some servers send one all the same.
            let target = try DNSName.read(message, at: &position)
            content =
                target.map { .service(priority: priority, weight: weight, port: port, target: $0) } ?? .other
        case .soa:
            content = .startOfAuthority
            position = end
        case nil:
            content = .other
            position = end
        }
        guard position == end else { throw DNSFormatError("a record is longer or shorter than what it holds") }
    }

    /// Two bytes, the higher first.
    static func number(_ message: Span<UInt8>, at position: inout Int) throws(DNSFormatError) -> UInt16 {
        guard position + 2 <= message.count else { throw .cut }
        defer { position += 2 }
        return UInt16(message[position]) << 8 | UInt16(message[position + 1])
    }
}
