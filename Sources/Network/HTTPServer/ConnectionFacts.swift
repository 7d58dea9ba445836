package import EventLoop

/// What is the same for all requests of a connection.
package struct ConnectionFacts {
    /// Who has connected.
    package let remoteAddress: SocketAddress
    package let localAddress: SocketAddress
    /// Whom a PROXY header names as the client; nil without one. Whoever connects may name anybody.
    package let announcedAddress: SocketAddress?
    /// Of a connection by TLS.
    package let tls: TLSFacts?

    package init(
        remoteAddress: SocketAddress, localAddress: SocketAddress, announcedAddress: SocketAddress? = nil,
        tls: TLSFacts? = nil
    ) {
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
        self.announcedAddress = announcedAddress
        self.tls = tls
    }
}
