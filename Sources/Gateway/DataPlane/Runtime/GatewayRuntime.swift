package import EventLoop
package import Observability
internal import Synchronization
package import TLS

/// The data plane of a node: the snapshot that runs, for one `Gateway` a loop.
///
/// Loops look at `version` at each request, so that a change is seen by every request that begins after it, without a
/// word between threads.
package final class GatewayRuntime: Sendable {
    let logger: Logger
    let options: GatewayOptions
    let serverField: [UInt8]
    private let identities: Mutex<[TLSIdentity]>
    private let current: Mutex<(snapshot: Snapshot, version: Int)>
    private let installed = Atomic(0)
    private let keeper = Mutex<LoopBound<UpstreamKeeper>?>(nil)

    /// - Parameter identities: Shown to clients that ask for no name that is configured.
    package init(
        snapshot: Snapshot, options: GatewayOptions = GatewayOptions(), identities: [TLSIdentity] = [], logger: Logger
    ) {
        self.options = options
        self.logger = logger
        self.identities = Mutex(identities)
        serverField = Array(options.serverName.utf8)
        current = Mutex((snapshot, 0))
    }

    /// The snapshot that new requests run on.
    package var snapshot: Snapshot { current.withLock { $0.snapshot } }

    /// What is shown to a client that asks for that name; nil: for none.
    package func identities(for serverName: String?) -> [TLSIdentity] {
        snapshot.identities.identities(for: serverName) ?? identities.withLock { $0 }
    }

    /// Replaces what is shown to clients that ask for no name that is configured. Open connections go on.
    package func setIdentities(_ next: [TLSIdentity]) { identities.withLock { $0 = next } }

    /// From now on requests begin on `next`.
    package func install(_ next: Snapshot) {
        current.withLock { current in
            current.snapshot = next
            current.version += 1
            // Within the lock: what loops look at is never older than what they then take.
            installed.store(current.version, ordering: .releasing)
        }
        follow()
    }

    /// Has the upstreams of the running snapshot, and of those that follow it, kept up to date.
    package func keepUpstreams(by keeper: LoopBound<UpstreamKeeper>) {
        self.keeper.withLock { $0 = keeper }
        follow()
    }

    private func follow() {
        // What runs when the keeper gets to it: two changes at a time may come to it in any order.
        keeper.withLock { $0 }?.perform { [self] keeper in
            keeper.follow(snapshot.upstreams.values.map(\.upstream))
        }
    }

    /// Changes with each snapshot.
    var version: Int { installed.load(ordering: .acquiring) }

    var versionedSnapshot: (snapshot: Snapshot, version: Int) { current.withLock { $0 } }
}
