package import Bytes

/// A registry, how its client logs in, and how long it believes what it knows.
package struct RegistryConfiguration: Sendable, Hashable {
    package enum Authentication: Sendable, Hashable {
        case none
        case basic(user: Secret, password: Secret)
        case oauth2(OAuth2Configuration)
    }

    /// `http://…` or `https://…`; a slash at its end counts nothing.
    package var url: String
    package var authentication = Authentication.none
    /// Whether the registry must show a trusted certificate.
    package var verifiesCertificates = true
    /// PEM certificates that are trusted instead of the system's.
    package var authoritiesPEM: String?
    /// Milliseconds until `latest` is asked for again; 0: at each use.
    package var lifetime = 300_000
    /// Milliseconds beyond `lifetime` that a schema serves while the registry does not answer.
    package var staleAllowance = 3_600_000
    /// Whether `format` in JSON schemas must hold.
    package var assertsFormats = false
    /// Milliseconds for one call of the registry.
    package var timeout = 5_000

    package init(url: String) { self.url = url }

    /// Without a slash at its end.
    var base: String { String(url.reversed().drop { $0 == "/" }.reversed()) }
}

/// How an access token is got (RFC 6749).
package struct OAuth2Configuration: Sendable, Hashable {
    package enum Grant: Sendable, Hashable {
        case clientCredentials
        case password(user: Secret, password: Secret)
    }

    /// How the client proves to the token endpoint who it is.
    package enum ClientMethod: String, Sendable, Hashable {
        case secretPost = "client_secret_post"
        case secretBasic = "client_secret_basic"
        case secretJWT = "client_secret_jwt"
        case none
    }

    package struct Proxy: Sendable, Hashable {
        package var url: String
        /// The field `Proxy-Authorization`.
        package var authorization: Secret?

        package init(url: String, authorization: Secret? = nil) {
            self.url = url
            self.authorization = authorization
        }
    }

    package var tokenEndpoint: String
    package var clientID: Secret?
    package var clientSecret: Secret?
    package var grant = Grant.clientCredentials
    package var scopes: [String] = []
    package var audience: [String] = []
    /// Header fields and form arguments that a token endpoint wants besides.
    package var tokenHeaders: [String: Secret] = [:]
    package var tokenArguments: [String: Secret] = [:]
    /// Sent to the registry as `target-sr-cluster` and `Confluent-Identity-Pool-Id`.
    package var logicalClusterID: String?
    package var identityPoolID: String?
    package var clientMethod = ClientMethod.secretPost
    package var signsWithSHA512 = true
    package var usesHTTP10 = false
    /// Milliseconds.
    package var timeout = 10_000
    package var keepsConnection = true
    package var verifiesCertificates = true
    package var httpProxy: Proxy?
    package var httpsProxy: Proxy?
    package var noProxy: String?

    package init(tokenEndpoint: String) { self.tokenEndpoint = tokenEndpoint }
}
