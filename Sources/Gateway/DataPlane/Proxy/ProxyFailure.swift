internal import HTTPUpstream
internal import Names

/// Why a service did not answer, and what its client is told in Kong's words.
struct ProxyFailure: Sendable, Equatable {
    let status: Int
    let message: String
    /// For the log: what exactly, with the address.
    let detail: String
    /// Seconds after which another try may succeed.
    var retryAfter: Int?

    private init(_ status: Int, _ message: String, _ detail: String, retryAfter: Int? = nil) {
        self.status = status
        self.message = message
        self.detail = detail
        self.retryAfter = retryAfter
    }

    init(_ error: UpstreamError) {
        switch error.kind {
        case .connectTimeout, .readTimeout, .writeTimeout:
            self.init(504, "The upstream server is timing out", error.message)
        case .poolFull:
            self.init(503, "The upstream server is overloaded", error.message, retryAfter: 1)
        case .connect, .tls, .closed, .refused, .malformed:
            self.init(502, "An invalid response was received from the upstream server", error.message)
        }
    }

    init(_ error: NameError) { self.init(503, "name resolution failed", error.description, retryAfter: 1) }

    static func noPeer(_ detail: String) -> ProxyFailure {
        ProxyFailure(503, "failure to get a peer from the ring-balancer", detail, retryAfter: 1)
    }

    /// Kong has no such limit, and so no words for it.
    static func tooLarge(_ maximum: Int) -> ProxyFailure {
        ProxyFailure(
            502, "The upstream server's response is too large to be transformed",
            "a plugin changes bodies of at most \(maximum) bytes")
    }

    static let disabled = ProxyFailure(503, "Service unavailable", "the service is disabled")
}
