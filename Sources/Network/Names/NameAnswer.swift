package import EventLoop

/// Where a name leads: at least one place to connect to.
package struct NameAnswer: Sendable, Hashable {
    package struct Endpoint: Sendable, Hashable {
        package let address: SocketAddress
        /// Those of a lower number come first; 0 but for SRV records.
        package let priority: UInt16
        /// The share among those of one priority; 1 but for SRV records, whose 0 means hardly any (RFC 2782).
        package let weight: UInt16
        /// The port that an SRV record gave, which is then the address's; nil when the port is the caller's own.
        package let servicePort: UInt16?
        /// The host that an SRV record named.
        package let serviceHost: String?

        package init(
            address: SocketAddress, priority: UInt16 = 0, weight: UInt16 = 1, servicePort: UInt16? = nil,
            serviceHost: String? = nil
        ) {
            self.address = address
            self.priority = priority
            self.weight = weight
            self.servicePort = servicePort
            self.serviceHost = serviceHost
        }
    }

    /// By priority; among equals as the servers have ordered them.
    package let endpoints: [Endpoint]
    /// When it has to be asked for again, in milliseconds of the resolver's clock. An answer that is older is given
    /// while that is done.
    package let expiry: UInt64

    /// The endpoints with `port` where no SRV record gave one.
    func with(port: UInt16) -> NameAnswer {
        let endpoints = endpoints.map { endpoint in
            Endpoint(
                address: endpoint.servicePort == nil ? endpoint.address.with(port: port) : endpoint.address,
                priority: endpoint.priority, weight: endpoint.weight, servicePort: endpoint.servicePort,
                serviceHost: endpoint.serviceHost)
        }
        return NameAnswer(endpoints: endpoints, expiry: expiry)
    }
}
