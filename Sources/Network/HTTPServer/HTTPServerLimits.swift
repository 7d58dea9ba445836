package import HTTP2

/// What a client may ask of the server; sizes in bytes, times in milliseconds.
package struct HTTPServerLimits: Sendable, Hashable {
    /// The request line; longer ones answer 414.
    package var requestLineBytes = 8192
    /// All field lines of a head together; more answer 431.
    package var headerBytes = 65536
    /// Fields of a head; more answer 431.
    package var fieldCount = 100
    /// From the first byte of a request to the end of its head; then 408.
    package var headerTimeout: UInt64 = 60_000
    /// Between two pieces of a body; then 408.
    package var bodyTimeout: UInt64 = 60_000
    /// Without a request; then the connection closes.
    package var idleTimeout: UInt64 = 75_000
    /// A client that takes no bytes of its answer for so long is cut off.
    package var writeTimeout: UInt64 = 60_000
    /// After the last answer was taken, for the client to close; then the server does.
    package var lingerTimeout: UInt64 = 2000
    /// Requests a connection may carry.
    package var requestsPerConnection = 100_000
    /// Open connections a server; further ones wait to be accepted.
    package var connections = 16_384
    /// A chunk's size line, extensions included; more answer 400.
    package var chunkLineBytes = 1024
    /// Trailer fields of a chunked body; more answer 431.
    package var trailerBytes = 8192
    /// A body that nobody wanted is read and thrown away up to this size, so that the connection can be kept.
    package var discardedBodyBytes = 1 << 16
    /// Bytes of further requests that may wait while one is under way.
    package var pipelinedBytes = 1 << 16
    /// Of connections by HTTP/2.
    package var http2 = HTTP2Configuration()

    package init() {}
}

/// Why the server itself answers a request.
package struct Refusal: Sendable, Hashable, Error {
    /// 400, 408, 413, 414, 417, 431, 501 or 505.
    package let status: Int
    /// What is wrong, without any byte of the request.
    package let reason: String

    package init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }
}
