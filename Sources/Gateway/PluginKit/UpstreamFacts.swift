/// What became of a request on its way to its service, for those who tell it when it is over.
package final class UpstreamFacts {
    /// One attempt to have the request answered.
    package struct Try: Sendable, Equatable {
        /// Of the peer; empty when none was found.
        package var host: String
        package var port: Int
        /// When a peer was looked for: nanoseconds since 1970.
        package var startedAt: Int64
        /// Nanoseconds until it was found.
        package var latency: Int64
        /// When it failed, or its answer's head came: nanoseconds since 1970; nil as long as neither has happened.
        package var endedAt: Int64?
        /// The status that its failure would be told with; nil when it did not fail.
        package var failure: Int?

        package init(host: String, port: Int, startedAt: Int64, latency: Int64, failure: Int? = nil) {
            self.host = host
            self.port = port
            self.startedAt = startedAt
            self.latency = latency
            self.failure = failure
        }
    }

    /// Path and query that the service gets.
    package let uri: [UInt8]
    package var tries: [Try] = []
    /// The status of the service's answer; nil when there was none.
    package var status: Int?
    /// Milliseconds from the first byte sent to the answer's head.
    package var latency = 0
    /// When the answer's head came: milliseconds since 1970.
    package var answeredAt: Int64?

    package init(uri: [UInt8]) { self.uri = uri }
}
