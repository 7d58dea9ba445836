internal import CLibuv
internal import Glibc

/// An IPv4 or IPv6 address with a port.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// In numbers, such as `127.0.0.1` or `::1`.
    package let host: String
    package let port: Int
    /// The address in bits, an IPv4 one as IPv6 maps it (RFC 4291 §2.5.5.2).
    package let bits: AddressBits

    /// Reads a numeric address; `localhost` is 127.0.0.1.
    package init(host: String, port: Int) throws(EventLoopError) {
        guard (0...65535).contains(port) else {
            throw EventLoopError("use the port \(port)", reason: "ports are 0 to 65535")
        }
        let host = host == "localhost" ? "127.0.0.1" : host
        var address = sockaddr_storage()
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            uv_ip4_addr(host, Int32(port), UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr_in.self))
                == 0
                || uv_ip6_addr(
                    host, Int32(port), UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr_in6.self)) == 0
        }
        guard isKnown else { throw EventLoopError("use the address '\(host)'", reason: "it is no numeric IP address") }
        guard let bits = AddressBits(address) else {
            throw EventLoopError("use the address '\(host)'", reason: "it is no numeric IP address")
        }
        self.host = host
        self.port = port
        self.bits = bits
    }

    /// From the bytes of an IPv4 or an IPv6 address; nil if they are neither 4 nor 16.
    package init?(bytes: Span<UInt8>, port: UInt16) {
        guard let bits = AddressBits(bytes) else { return nil }
        self.bits = bits
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let written = bytes.withUnsafeBytes {
            uv_inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, $0.baseAddress, &text, text.count)
        }
        guard written == 0 else { return nil }
        host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.port = Int(port)
    }

    private init(_ address: SocketAddress, port: UInt16) {
        host = address.host
        bits = address.bits
        self.port = Int(port)
    }

    /// The same address with another port.
    package func with(port: UInt16) -> SocketAddress { SocketAddress(self, port: port) }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(bits)
        hasher.combine(port)
    }

    package var isIPv6: Bool { host.contains(":") }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// From the system's form; nil for another family.
    init?(_ storage: sockaddr_storage) {
        var storage = storage
        var name = [CChar](repeating: 0, count: 64)
        let family = Int32(storage.ss_family)
        let port: UInt16? = withUnsafePointer(to: &storage) { pointer in
            let raw = UnsafeRawPointer(pointer)
            switch family {
            case AF_INET:
                let address = raw.assumingMemoryBound(to: sockaddr_in.self)
                return uv_ip4_name(address, &name, name.count) == 0 ? UInt16(bigEndian: address.pointee.sin_port) : nil
            case AF_INET6:
                let address = raw.assumingMemoryBound(to: sockaddr_in6.self)
                return uv_ip6_name(address, &name, name.count) == 0 ? UInt16(bigEndian: address.pointee.sin6_port) : nil
            default: return nil
            }
        }
        guard let port, let bits = AddressBits(storage) else { return nil }
        self.bits = bits
        host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.port = Int(port)
    }

    /// Calls `body` with the system's form and its length.
    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            let length: Int
            if isIPv6 {
                uv_ip6_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self))
                length = MemoryLayout<sockaddr_in6>.size
            } else {
                uv_ip4_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self))
                length = MemoryLayout<sockaddr_in>.size
            }
            return body(UnsafePointer(raw.assumingMemoryBound(to: sockaddr.self)), socklen_t(length))
        }
    }
}
