package import EventLoop
package import TLS

/// What the connections of a listener begin with.
package struct HTTPListenerOptions {
    /// Nil: plain text.
    package var tls: TLSContext?
    /// Whether HTTP/2 is spoken: by ALPN with TLS, by prior knowledge without.
    package var speaksHTTP2 = false
    /// Whether a PROXY header comes first, and tells whose connection it is.
    package var hasProxyHeader = false
    /// Told why a connection did not come to its first request.
    package var failed: ((_ reason: String, SocketAddress) -> Void)?

    package init() {}

    /// Whether a connection's first bytes are HTTP/1 for sure.
    var isPlain: Bool { tls == nil && !speaksHTTP2 && !hasProxyHeader }
}
