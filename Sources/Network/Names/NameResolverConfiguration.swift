package import EventLoop

/// How names are looked up. The defaults are Kong's where Kong has the setting. All times are in milliseconds.
package struct NameResolverConfiguration: Sendable, Hashable {
    /// What `order` may hold; the words are those of Kong's `dns_order`.
    package enum Step: String, Sendable, Hashable {
        /// The type that led to an answer the last time.
        case last = "LAST"
        case srv = "SRV"
        case a = "A"
        case aaaa = "AAAA"
        /// Aliases are followed wherever they show, which is in the answer for any other type (RFC 1034 §3.6.2); they
        /// are not asked for by themselves.
        case cname = "CNAME"
    }

    /// `dns_resolver`: the name servers; none: those of `resolverFile`.
    package var servers: [SocketAddress] = []
    /// `dns_hostsfile`: names in it never go to a name server. Read once.
    package var hostsFile = Self.systemHostsFile
    /// Where name servers, search domains and options come from. Read once.
    package var resolverFile = "/etc/resolv.conf"
    /// `dns_order`.
    package var order: [Step] = [.last, .srv, .a, .cname]
    /// `dns_valid_ttl`: how long answers count, instead of what their records say.
    package var validTTL: UInt64?
    /// `dns_stale_ttl`: how long an answer is still given after its time while it is asked for again.
    package var staleTTL: UInt64 = 3_600_000
    /// `dns_not_found_ttl`: how long it counts that there is no such name or address.
    package var notFoundTTL: UInt64 = 30_000
    /// `dns_error_ttl`: how long a failure counts; nothing is asked again before.
    package var errorTTL: UInt64 = 1000
    /// `dns_cache_size`: names that are kept; the one that was not used for longest goes.
    package var cacheSize = 10_000
    /// `dns_no_sync`: whether lookups of one name at one time ask each for itself.
    package var noSync = false

    /// How long one name server has for the first try, doubled in each round; nil: as `resolverFile` says, or 2 s.
    package var timeout: UInt64?
    /// Rounds through the name servers; nil: as `resolverFile` says, or 3.
    package var attempts: Int?
    /// How long a lookup takes at most, whatever the number of questions.
    package var lookupTimeout: UInt64 = 10_000
    /// Lookups under way at one time; more fail at once.
    package var maximumLookups = 256
    /// Callers that wait for one lookup; more fail at once.
    package var maximumWaiters = 1000

    static let systemHostsFile = "/etc/hosts"
    /// One name after another that only stands for the next.
    static let maximumAliases = 8
    /// Hosts of one SRV answer; the first by priority count.
    static let maximumTargets = 32
    static let maximumEndpoints = 1024
    /// A week: longer than that no answer counts (RFC 8767 §4).
    static let maximumTTL: UInt64 = 604_800_000

    package init() {}

    /// Reads one of `dns_resolver`: an address in numbers, an IPv6 address with a port in brackets; the port is 53 if
    /// none is given.
    package static func server(_ text: String) throws(EventLoopError) -> SocketAddress {
        if let address = HostName.address(text) { return address.with(port: 53) }
        guard let colon = text.lastIndex(of: ":"), let address = HostName.address(String(text[..<colon])),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else {
            throw EventLoopError("use the name server '\(text)'", reason: "expected an IP address and perhaps a port")
        }
        return address.with(port: port)
    }

    /// The types to ask for, in order.
    func types(last: RecordType?, addressesOnly: Bool) -> [RecordType] {
        var types: [RecordType] = []
        for step in order {
            let type: RecordType? =
                switch step {
                case .last: last
                case .srv: .srv
                case .a: .a
                case .aaaa: .aaaa
                case .cname: nil
                }
            guard let type, !types.contains(type), !addressesOnly || type != .srv else { continue }
            types.append(type)
        }
        // The hosts of services have addresses, whatever is asked for by itself.
        return types.isEmpty && addressesOnly ? [.a, .aaaa] : types
    }
}
