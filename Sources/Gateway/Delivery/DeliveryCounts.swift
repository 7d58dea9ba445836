/// What became of the entries of one queue: `offered` is the sum of `delivered`, `failed`, `dropped` and `queued`.
package struct DeliveryCounts: Sendable, Equatable {
    /// Handed over by requests.
    package var offered = 0
    /// The server has taken them.
    package var delivered = 0
    /// Given up after a try: the server refused them, or did not take them in time.
    package var failed = 0
    /// Never sent: the queue was full, or had ended.
    package var dropped = 0
    /// Waiting or under way.
    package var queued = 0
    /// Batches that were sent again.
    package var retries = 0

    package init() {}

    package static func += (sum: inout DeliveryCounts, other: DeliveryCounts) {
        sum.offered += other.offered
        sum.delivered += other.delivered
        sum.failed += other.failed
        sum.dropped += other.dropped
        sum.queued += other.queued
        sum.retries += other.retries
    }
}

/// Entries that a plugin's queue could not deliver before its time was up.
package struct UndeliveredEntries: Sendable, Equatable {
    package let plugin: String
    package let pluginID: String
    package let count: Int
}
