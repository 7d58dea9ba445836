/// How many connections a loop keeps to upstreams; times in milliseconds.
package struct UpstreamPoolLimits: Sendable, Hashable {
    /// Open connections to one target.
    package var connections = 10_000
    /// Connections to one target that are kept without a request (Kong's `upstream_keepalive_pool_size`).
    package var idle = 512
    /// Requests that may wait for a connection to one target.
    package var waiting = 1_000
    /// Requests that a connection may carry (`upstream_keepalive_max_requests`).
    package var requests = 10_000
    /// Requests that a connection may carry at a time by HTTP/2, if its upstream allows as many.
    package var streams = 1_000
    /// A connection without a request closes after that (`upstream_keepalive_idle_timeout`).
    package var idleTimeout: UInt64 = 60_000
    /// Bytes of an answer's header fields.
    package var headerBytes = 1 << 16

    package init() {}
}
