/// How requests are sent and answers taken.
package struct HTTPTransferOptions: Sendable {
    package enum Version: Sendable, Hashable { case http10, http11, any }

    /// Through whom requests go.
    package struct Proxy: Sendable, Hashable {
        package var url: String
        /// `Proxy-Authorization`, whole.
        package var authorization: String?
        /// Hosts that are asked directly, separated by commas.
        package var exceptions: String?

        package init(url: String, authorization: String? = nil, exceptions: String? = nil) {
            self.url = url
            self.authorization = authorization
            self.exceptions = exceptions
        }
    }

    /// Sent with every request, such as a token.
    package var fields: [(name: String, value: String)] = []
    /// Milliseconds to make a connection.
    package var connectTimeout = 10_000
    /// Milliseconds for a request and its whole answer.
    package var timeout = 60_000
    /// The largest body of an answer.
    package var maximumBytes = 64 << 20
    /// A file of PEM certificates that are trusted instead of the system's.
    package var authorities: String?
    /// PEM certificates that are trusted instead of the system's.
    package var authoritiesPEM: String?
    /// Whether the server must show a certificate for its name that is trusted.
    package var verifiesCertificates = true
    package var version = Version.any
    /// Whether the connection may serve a further request.
    package var keepsConnection = true
    /// Seconds that an unused connection may serve a further request; nil: as libcurl has it.
    package var idleTime: Int?
    /// For `http` and for `https` URLs.
    package var httpProxy: Proxy?
    package var httpsProxy: Proxy?

    package init() {}
}

/// A request.
package struct HTTPCall: Sendable {
    package var method: String
    package var url: String
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]?

    package init(
        _ method: String = "GET", _ url: String, fields: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// An answer, whatever its status.
package struct HTTPFetched: Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why there is no answer.
package struct HTTPFetchError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The URL is none, or is no HTTP.
        case address
        /// Nobody answers at the address, or its name is not known.
        case connection
        case timeout
        case certificate
        /// The answer is larger than allowed.
        case tooLarge
        /// Too much is being asked already: nothing was sent.
        case overloaded
        /// The client is closed.
        case closed
        case other
    }

    package let kind: Kind
    /// What went wrong; may name the host, holds neither fields nor bodies.
    package let description: String
}
