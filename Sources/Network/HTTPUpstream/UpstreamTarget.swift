package import EventLoop
package import TLS

/// One server at one address, and how to speak with it: connections to equal targets are shared.
package struct UpstreamTarget: Sendable, Hashable {
    /// How TLS is spoken. Two are equal when they share their context and ask for the same name.
    package struct Security: Sendable, Hashable {
        package let context: TLSContext
        /// What the server's certificate must name, and SNI says; nil: neither.
        package let serverName: String?

        package init(context: TLSContext, serverName: String?) {
            self.context = context
            self.serverName = serverName
        }

        package static func == (left: Security, right: Security) -> Bool {
            left.context === right.context && left.serverName == right.serverName
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(ObjectIdentifier(context))
            hasher.combine(serverName)
        }
    }

    package let address: SocketAddress
    /// Nil: plain text.
    package let security: Security?

    /// Whether HTTP/2 is spoken, which the server is known to: TLS may name it by ALPN, plain text asks nobody.
    package let speaksHTTP2: Bool

    package init(address: SocketAddress, security: Security? = nil, speaksHTTP2: Bool = false) {
        self.address = address
        self.security = security
        self.speaksHTTP2 = speaksHTTP2
    }
}
