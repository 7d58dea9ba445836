internal import Bytes
package import EventLoop
internal import HTTPServer

/// Who is believed when a request tells whom it comes from, and where it tells so (Kong's `trusted_ips`,
/// `real_ip_header`, `real_ip_recursive`).
package struct TrustedPeers: Sendable {
    package enum Source: Sendable, Equatable {
        /// A field with an address, or a list of addresses of which the last was added by the peer.
        case field(String)
        /// The header before the connection's own bytes.
        case proxyHeader
    }

    package var ranges: [AddressRange]
    package var source: Source
    /// Whether of a list the last one counts that is not itself trusted.
    package var isRecursive: Bool

    /// More addresses of a list are not looked at.
    private static let longestList = 64

    package init(ranges: [AddressRange] = [], source: Source = .field("x-real-ip"), isRecursive: Bool = false) {
        self.ranges = ranges
        self.source = source
        self.isRecursive = isRecursive
    }

    func contains(_ address: SocketAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// The client that a trusted peer names; nil when it names none that can be read.
    func client(_ exchange: borrowing Exchange) -> SocketAddress? {
        switch source {
        case .proxyHeader: exchange.connection.announcedAddress
        case .field(let name): client(exchange.request, in: name)
        }
    }

    private func client(_ request: borrowing RequestHead, in name: String) -> SocketAddress? {
        var last: SocketAddress?
        var seen = 0
        let wanted = Array(name.utf8)
        for index in stride(from: request.fieldCount - 1, through: 0, by: -1)
        where request.name(index).equalsIgnoringCase(wanted.span) {
            for entry in request.value(index).string.split(separator: ",", omittingEmptySubsequences: false).reversed()
            {
                // What cannot be read ends the list: nobody can be believed about what is beyond it.
                guard seen < Self.longestList, let address = Self.address(entry) else { return last }
                last = address
                seen += 1
                if !isRecursive || !contains(address) { return address }
            }
        }
        return last
    }

    /// An address, perhaps with a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
    private static func address(_ text: Substring) -> SocketAddress? {
        var host = text.drop { $0 == " " || $0 == "\t" }
        while host.last == " " || host.last == "\t" { host.removeLast() }
        guard !host.isEmpty, host.utf8.count <= 64, host != "localhost" else { return nil }
        var port = 0
        let colon = host.lastIndex(of: ":")
        let hasBrackets = host.first == "["
        if let colon, hasBrackets ? host.last != "]" : host.firstIndex(of: ":") == colon {
            guard let number = UInt16(host[host.index(after: colon)...]) else { return nil }
            port = Int(number)
            host = host[..<colon]
        }
        if hasBrackets {
            guard host.last == "]" else { return nil }
            host = host.dropFirst().dropLast()
        }
        do throws(EventLoopError) { return try SocketAddress(host: String(host), port: port) } catch { return nil }
    }
}
