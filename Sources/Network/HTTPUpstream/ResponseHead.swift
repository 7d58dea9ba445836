package import HTTPServer

/// The head of an upstream's answer.
package struct ResponseHead: ~Copyable {
    package internal(set) var status = 0
    /// Every field but those that belong to the connection and to how the body is framed.
    package internal(set) var fields = FieldList()
    package internal(set) var contentLength: Int?
    package internal(set) var isChunked = false
    /// Whether neither body nor trailers follow, as HTTP/2 says with the head.
    package internal(set) var endsAnswer = false
    /// Whether more of the answer has come with it, after which `upstreamPaused` is told.
    package internal(set) var isFollowed = false
    /// Whether the connection may carry another request.
    package internal(set) var keepsAlive = true
    /// What the connection changes to, with status 101.
    package internal(set) var upgrade: [UInt8] = []

    package init() {}

    /// What follows the head of a final answer by HTTP/1.1 (RFC 9112 §6.3).
    package enum Body {
        case none
        case framed(BodyFraming)
        /// The connection's end is the body's.
        case untilClose
        /// No HTTP any more.
        case tunnel
    }

    /// - Parameter isHead: Whether the request's method is HEAD.
    package func body(ofHead isHead: Bool) -> Body {
        if status == 101 { return .tunnel }
        if isHead || status == 204 || status == 304 { return .none }
        if isChunked { return .framed(.chunked) }
        guard let contentLength else { return .untilClose }
        return contentLength > 0 ? .framed(BodyFraming(contentLength: contentLength)) : .none
    }

    mutating func reset() {
        status = 0
        fields.removeAll()
        contentLength = nil
        isChunked = false
        endsAnswer = false
        isFollowed = false
        keepsAlive = true
        if !upgrade.isEmpty { upgrade = [] }
    }
}
