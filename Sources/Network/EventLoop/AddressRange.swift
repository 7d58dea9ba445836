internal import Glibc

/// The 128 bits of an IP address; an IPv4 address is the IPv6 one that stands for it (RFC 4291 §2.5.5.2).
package struct AddressBits: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are 4 or 16.
    init?(_ bytes: Span<UInt8>) {
        func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
        switch bytes.count {
        case 4: self.init(high: 0, low: 0xffff_0000_0000 | number(0..<4))
        case 16: self.init(high: number(0..<8), low: number(8..<16))
        default: return nil
        }
    }

    /// Nil for another family.
    init?(_ storage: sockaddr_storage) {
        let bits = withUnsafeBytes(of: storage) { bytes -> AddressBits? in
            let bytes = bytes.bindMemory(to: UInt8.self).span
            switch Int32(storage.ss_family) {
            case AF_INET: return AddressBits(bytes.extracting(4..<8))
            case AF_INET6: return AddressBits(bytes.extracting(8..<24))
            default: return nil
            }
        }
        guard let bits else { return nil }
        self = bits
    }

    /// The first `count` bits, 0…128; the others are 0.
    func prefix(_ count: Int) -> AddressBits {
        func mask(_ count: Int) -> UInt64 { count <= 0 ? 0 : count >= 64 ? .max : ~(.max >> UInt64(count)) }
        return AddressBits(high: high & mask(count), low: low & mask(count - 64))
    }
}

/// Addresses that begin with the same bits, such as `10.0.0.0/8`, or a single one (RFC 4632 §3.1, RFC 4291 §2.3).
package struct AddressRange: Sendable, Hashable {
    private let network: AddressBits
    /// Of 128.
    private let length: Int

    /// - Throws: For a text that is no address, or has more bits than its address. Bits beyond the prefix do not count.
    package init(_ text: String) throws(EventLoopError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let address = try SocketAddress(host: String(parts[0]), port: 0)
        let width = address.isIPv6 ? 128 : 32
        var count = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given), parts[1].allSatisfy(\.isNumber) else {
                throw EventLoopError("use the range '\(text)'", reason: "after / comes a number from 0 to \(width)")
            }
            count = given
        }
        length = 128 - width + count
        network = address.bits.prefix(length)
    }

    package func contains(_ address: SocketAddress) -> Bool { address.bits.prefix(length) == network }
}
