/// What is offered and accepted in handshakes.
package struct TLSOptions: Sendable, Hashable {
    package enum Version: Int, Sendable, Comparable, CaseIterable {
        case tls12, tls13

        package static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }

        /// As nginx and Kong write it in `ssl_protocols`.
        package var name: String { self == .tls12 ? "TLSv1.2" : "TLSv1.3" }
    }

    package var minimumVersion = Version.tls12
    package var maximumVersion = Version.tls13
    /// Cipher suites of TLS 1.2 in OpenSSL's syntax; nil: Mozilla's intermediate list.
    package var ciphers: String?
    /// Cipher suites of TLS 1.3; nil: OpenSSL's own.
    package var cipherSuites: String?
    /// Protocols for ALPN (RFC 7301), the preferred first; none: no ALPN.
    package var protocols: [String] = []
    /// Whether a server's order of ciphers counts, or the client's.
    package var prefersServerCiphers = true
    /// Whether clients may resume a session by a ticket that the server gave them (RFC 8446 §2.2, RFC 5077).
    package var givesSessionTickets = true
    /// How long a session may be resumed, in seconds.
    package var sessionTimeout = 86_400

    package init() {}

    /// Mozilla's intermediate configuration for TLS 1.2 (guideline 5.7), without the DHE suites that need a group of ours.
    static let intermediateCiphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
}

/// Whose certificates are accepted.
package struct TLSTrust: Sendable, Hashable {
    /// PEM of authorities; nil: the system's.
    package var authorities: String?
    /// The longest chain of intermediates; nil: OpenSSL's own limit.
    package var depth: Int?

    package init(authorities: String? = nil, depth: Int? = nil) {
        self.authorities = authorities
        self.depth = depth
    }
}
