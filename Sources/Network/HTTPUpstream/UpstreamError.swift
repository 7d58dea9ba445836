/// Why an upstream did not answer, or not to the end.
package struct UpstreamError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// No connection could be made; nothing was sent.
        case connect
        /// None in time; nothing was sent.
        case connectTimeout
        /// TLS could not be agreed on; nothing was sent.
        case tls
        /// All connections are in use, and so are the places to wait for one, or none became free in time; nothing was
        /// sent.
        case poolFull
        /// The upstream took nothing of the request in time.
        case writeTimeout
        /// The upstream sent nothing in time.
        case readTimeout
        /// The connection or the stream ended before the answer did.
        case closed
        /// The upstream has not looked at the request (RFC 9113 §8.7).
        case refused
        /// The upstream's answer is no HTTP.
        case malformed
    }

    package let kind: Kind
    package let message: String
    /// Whether nobody has looked at the request: it can be tried again elsewhere, whatever it is.
    package let isUnsent: Bool
    /// Whether the connection had carried a request before, and ended without a byte of an answer: most likely the
    /// upstream closed it while it was idle (RFC 9112 §9.3.1).
    package let isStale: Bool

    package init(_ kind: Kind, _ message: String, isUnsent: Bool = false, isStale: Bool = false) {
        self.kind = kind
        self.message = message
        switch kind {
        case .connect, .connectTimeout, .tls, .poolFull, .refused: self.isUnsent = true
        case .writeTimeout, .readTimeout, .closed, .malformed: self.isUnsent = isUnsent
        }
        self.isStale = isStale
    }

    package var description: String { message }
}
