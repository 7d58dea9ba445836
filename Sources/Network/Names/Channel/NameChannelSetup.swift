internal import CCares
internal import EventLoop

/// What c-ares is told, and what it has read.
struct NameChannelSetup {
    /// glibc once had 6; a name is not tried in more.
    private static let maximumDomains = 16
    /// The library is prepared once for the process.
    private static let status = ares_library_init(ARES_LIB_INIT_ALL)

    private(set) var servers: [SocketAddress] = []
    private(set) var searchDomains: [String] = []
    private(set) var dots = 1
    private let configuration: NameResolverConfiguration
    private let timeout: UInt64
    private let attempts: Int

    /// Has c-ares read the resolver's file, with blocking calls.
    init(_ configuration: NameResolverConfiguration, timeout: UInt64, attempts: Int) throws(EventLoopError) {
        self.configuration = configuration
        self.timeout = timeout
        self.attempts = attempts
        try Self.check(Self.status)
        let channel = try open(told: nil, context: nil)
        defer { ares_destroy(channel) }
        servers = try Self.servers(of: channel)
        guard !servers.isEmpty else {
            throw EventLoopError("set up the name resolver", reason: "it has no name server")
        }
        var options = ares_options()
        var mask: Int32 = 0
        defer { ares_destroy_options(&options) }
        try Self.check(ares_save_options(channel, &options, &mask))
        dots = Int(options.ndots)
        for index in 0..<min(Int(options.ndomains), Self.maximumDomains) {
            guard let domain = options.domains[index] else { continue }
            // One that can be no name, such as a lone dot, is not tried.
            if let name = try? HostName.normalized(String(cString: domain)) { searchDomains.append(name) }
        }
    }

    /// Makes a channel.
    func open(told: ares_sock_state_cb?, context: UnsafeMutableRawPointer?) throws(EventLoopError) -> ares_channel {
        var options = ares_options()
        // Aliases of files would be read while a question is asked; search domains are ours to try. No EDNS: one server
        // that does not know it turns it off, and the next one on again, for all open questions of c-ares 1.18.
        options.flags = ARES_FLAG_NOALIASES | ARES_FLAG_NOSEARCH
        // With one server there is no other to ask: its own words are better than c-ares's, which asks it again at once.
        if servers.count == 1 { options.flags |= ARES_FLAG_NOCHECKRESP }
        options.timeout = Int32(clamping: timeout)
        options.tries = Int32(clamping: min(max(attempts, 1), 10))
        options.sock_state_cb = told
        options.sock_state_cb_data = context
        let mask =
            ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_LOOKUPS
            | ARES_OPT_RESOLVCONF
        var channel: ares_channel?
        let status = "b".withCString { lookups in
            configuration.resolverFile.withCString { path in
                // c-ares copies both.
                options.lookups = UnsafeMutablePointer(mutating: lookups)
                options.resolvconf_path = UnsafeMutablePointer(mutating: path)
                return ares_init_options(&channel, &options, mask)
            }
        }
        try Self.check(status)
        guard let channel else { throw EventLoopError("set up the name resolver", reason: "there is no memory") }
        if !configuration.servers.isEmpty {
            let list = configuration.servers.map(\.description).joined(separator: ",")
            let status = ares_set_servers_ports_csv(channel, list)
            if status != ARES_SUCCESS { ares_destroy(channel) }
            try Self.check(status)
        }
        return channel
    }

    private static func servers(of channel: ares_channel) throws(EventLoopError) -> [SocketAddress] {
        var list: UnsafeMutablePointer<ares_addr_port_node>?
        try check(ares_get_servers_ports(channel, &list))
        defer { ares_free_data(list) }
        var servers: [SocketAddress] = []
        var next = list
        while let node = next {
            let length = node.pointee.family == AF_INET ? 4 : 16
            let address = withUnsafeBytes(of: node.pointee.addr) { bytes in
                SocketAddress(
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[..<length]).bindMemory(to: UInt8.self).span,
                    port: node.pointee.udp_port == 0 ? 53 : UInt16(clamping: node.pointee.udp_port))
            }
            if let address { servers.append(address) }
            next = node.pointee.next
        }
        return servers
    }

    private static func check(_ status: Int32) throws(EventLoopError) {
        if status == ARES_SUCCESS { return }
        throw EventLoopError("set up the name resolver", reason: String(cString: ares_strerror(status)))
    }
}
