package import Observability
internal import Synchronization

/// The data plane of a node: the snapshot that runs, for one `Gateway` a loop.
///
/// Loops look at `version` at each request, so that a change is seen by every request that begins after it, without a
/// word between threads.
package final class GatewayRuntime: Sendable {
    let logger: Logger
    let serverField: [UInt8]
    let trusted: TrustedPeers
    private let current: Mutex<(snapshot: Snapshot, version: Int)>
    private let installed = Atomic(0)

    /// - Parameters:
    ///   - serverName: The `Server` field of answers.
    ///   - trusted: Who is believed about where requests come from.
    package init(snapshot: Snapshot, serverName: String, trusted: TrustedPeers = TrustedPeers(), logger: Logger) {
        self.trusted = trusted
        self.logger = logger
        serverField = Array(serverName.utf8)
        current = Mutex((snapshot, 0))
    }

    /// The snapshot that new requests run on.
    package var snapshot: Snapshot { current.withLock { $0.snapshot } }

    /// From now on requests begin on `next`.
    package func install(_ next: Snapshot) {
        current.withLock { current in
            current.snapshot = next
            current.version += 1
            // Within the lock: what loops look at is never older than what they then take.
            installed.store(current.version, ordering: .releasing)
        }
    }

    /// Changes with each snapshot.
    var version: Int { installed.load(ordering: .acquiring) }

    var versionedSnapshot: (snapshot: Snapshot, version: Int) { current.withLock { $0 } }
}
