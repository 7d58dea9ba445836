internal import Observability
internal import PluginKit

/// What came of an attempt to deliver a batch.
package enum DeliveryOutcome: Sendable, Equatable {
    case delivered
    /// - Parameter mayRetry: Whether the same may be taken later.
    case failed(String, mayRetry: Bool)
}

/// The entries of one plugin configuration on their way to a server, collected from all loops. Nobody waits for one: a
/// full queue drops its oldest entry, which is counted and named in the log.
///
/// When the last who holds it has gone, what is queued is delivered in the background.
package final class DeliveryQueue: Sendable {
    package typealias Send = @Sendable ([[UInt8]]) async -> DeliveryOutcome

    private let core: DeliveryCore

    init(_ core: DeliveryCore) { self.core = core }

    deinit { core.close() }

    /// Hands entries over; from any thread, which never waits.
    package func offer(_ entries: [[UInt8]]) { core.offer(entries) }

    package func offer(_ entry: [UInt8]) { core.offer([entry]) }

    var counts: DeliveryCounts { core.counts }
}
