package import Bytes

/// How a client proves who the brokers are and who it is.
package struct SecurityConfiguration: Sendable, Hashable {
    /// Nil: plain text.
    package var tls: TLSConfiguration?
    /// Nil: no SASL.
    package var sasl: SASLConfiguration?

    package init(tls: TLSConfiguration? = nil, sasl: SASLConfiguration? = nil) {
        self.tls = tls
        self.sasl = sasl
    }

    package static let none = SecurityConfiguration()
}

/// TLS to the brokers.
package struct TLSConfiguration: Sendable, Hashable {
    /// Whether the broker's certificate must be signed by a trusted authority and name the broker's host.
    package var verify: Bool
    /// Trusted authorities, PEM, any number; nil for the system's.
    package var caPEM: String?
    /// The client's certificate and its intermediates, PEM, for mutual TLS.
    package var certificatePEM: String?
    /// The key of `certificatePEM`, PEM, plain or encrypted.
    package var keyPEM: Secret?
    /// The passphrase of an encrypted `keyPEM`.
    package var keyPassword: Secret?

    package init(
        verify: Bool = true, caPEM: String? = nil, certificatePEM: String? = nil, keyPEM: Secret? = nil,
        keyPassword: Secret? = nil
    ) {
        self.verify = verify
        self.caPEM = caPEM
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
        self.keyPassword = keyPassword
    }
}

/// SASL to the brokers.
package enum SASLConfiguration: Sendable, Hashable {
    case plain(user: String, password: Secret)
    case scramSHA256(user: String, password: Secret)
    case scramSHA512(user: String, password: Secret)
    case oauthBearer(OAuthBearerConfiguration)
}

/// OAUTHBEARER with tokens from an OAuth 2 endpoint by the client-credentials grant (RFC 6749 §4.4, RFC 7628).
package struct OAuthBearerConfiguration: Sendable, Hashable {
    /// `https://…` or `http://…`.
    package var tokenEndpoint: String
    package var clientID: String
    package var clientSecret: Secret
    package var scopes: [String]
    /// SASL extensions such as `logicalCluster` (RFC 7628 §3.1): letters for keys, no comma in values.
    package var extensions: [String: String]
    /// Whether the endpoint's certificate is verified. `false` with an `https` endpoint is refused: the client
    /// library always verifies it.
    package var verify: Bool
    /// Authorities trusted for the endpoint, PEM; nil for the system's.
    package var caPEM: String?

    package init(
        tokenEndpoint: String, clientID: String, clientSecret: Secret, scopes: [String] = [],
        extensions: [String: String] = [:], verify: Bool = true, caPEM: String? = nil
    ) {
        self.tokenEndpoint = tokenEndpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scopes = scopes
        self.extensions = extensions
        self.verify = verify
        self.caPEM = caPEM
    }
}
