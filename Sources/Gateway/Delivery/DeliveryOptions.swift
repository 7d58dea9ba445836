internal import JSON

/// How a queue collects, keeps and tries again: Kong's record `queue`. Times are in milliseconds.
package struct DeliveryOptions: Sendable, Equatable {
    package var batchSize = 1
    /// How long a batch that is not full waits for company.
    var coalescingDelay: UInt64 = 1_000
    /// Entries that wait at most; those of the batch under way come on top.
    var entries = 10_000
    /// Bytes that wait at most; nil: as many as `entries` have.
    var bytes: Int?
    /// Doubled after each try, up to `retryDelay`.
    var firstRetryDelay: UInt64 = 10
    var retryDelay: UInt64 = 60_000
    /// How long a batch is tried, from its first try on.
    var retryTime: UInt64 = 60_000

    init() {}

    /// - Parameter queue: The completed record.
    init(_ queue: JSONObject) {
        func milliseconds(_ name: String, _ other: UInt64) -> UInt64 {
            queue[name]?.numberValue.map { UInt64((max(0, $0) * 1_000).rounded(.up)) } ?? other
        }
        batchSize = queue["max_batch_size"]?.integerValue ?? batchSize
        coalescingDelay = milliseconds("max_coalescing_delay", coalescingDelay)
        entries = queue["max_entries"]?.integerValue ?? entries
        bytes = queue["max_bytes"]?.integerValue
        firstRetryDelay = milliseconds("initial_retry_delay", firstRetryDelay)
        retryTime = milliseconds("max_retry_time", retryTime)
        retryDelay = milliseconds("max_retry_delay", retryDelay)
    }

    /// How long to wait after so many tries.
    func delay(afterTries tries: Int) -> UInt64 {
        let factor = UInt64(1) << UInt64(min(max(tries - 1, 0), 40))
        let (delay, overflow) = firstRetryDelay.multipliedReportingOverflow(by: factor)
        return max(1, overflow ? retryDelay : min(delay, retryDelay))
    }
}
