internal import EventLoop
package import GatewayModel
internal import Names
internal import Observability
internal import Synchronization

/// An upstream as it runs: its plan and the peers that it has now. Shared by all loops, which look at `version` at each
/// request and take a new table only when there is one.
///
/// A changed entity or target makes another `Upstream`, which takes over what is known of the peers that stay.
package final class Upstream: Sendable {
    let plan: UpstreamPlan
    private let logger: Logger
    private let state: Mutex<State>
    private let published = Atomic(0)

    private struct State {
        /// By the plan's targets.
        var addresses: [TargetAddresses]
        var table: PeerTable
        var waiters: [@Sendable () -> Void] = []

        var isComplete: Bool { !addresses.contains(.unknown) }
    }

    /// Requests that may wait for the first look-up of the targets' names.
    private static let maximumWaiters = 1000

    /// - Parameter previous: What ran before for the same entity.
    init(_ plan: UpstreamPlan, after previous: Upstream?, logger: Logger) {
        self.plan = plan
        self.logger = logger
        let (known, table) = previous?.state.withLock { ($0.addresses, $0.table) } ?? ([], nil)
        var found: [TargetAddress: TargetAddresses] = [:]
        for (target, addresses) in zip(previous?.plan.targets ?? [], known) { found[target.address] = addresses }
        let addresses = plan.targets.map { target in
            TargetAddresses(of: target.address) ?? found[target.address] ?? .unknown
        }
        // Other checks find out anew.
        let kept = previous?.plan.checks == plan.checks ? table : nil
        state = Mutex(
            State(addresses: addresses, table: PeerTable(plan, addresses, health: Self.knowledge(of: kept))))
    }

    private static func knowledge(of table: PeerTable?) -> (Peer.Key) -> PeerHealth {
        let known = Dictionary((table?.peers ?? []).map { ($0.key, $0.health) }) { first, _ in first }
        return { known[$0] ?? PeerHealth() }
    }

    // MARK: - The table

    /// Changes with each table.
    var version: Int { published.load(ordering: .acquiring) }

    var versionedTable: (table: PeerTable, version: Int) {
        state.withLock { ($0.table, published.load(ordering: .relaxed)) }
    }

    var table: PeerTable { state.withLock { $0.table } }

    /// A target's name was looked up. Nothing changes if it leads where it led before.
    func found(_ addresses: TargetAddresses, of target: TargetAddress) {
        let waiters = state.withLock { state -> [@Sendable () -> Void] in
            guard let place = plan.targets.firstIndex(where: { $0.address == target }),
                state.addresses[place] != addresses
            else { return [] }
            state.addresses[place] = addresses
            state.table = PeerTable(plan, state.addresses, health: Self.knowledge(of: state.table))
            published.wrappingAdd(1, ordering: .releasing)
            guard state.isComplete else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    /// Calls `work` on the loop once every target's name was looked up. False: it will not, for that has been done, or
    /// too many wait already.
    func whenComplete(on loop: EventLoop, _ work: @escaping @Sendable () -> Void) -> Bool {
        wait { loop.execute(work) }
    }

    private func wait(_ waiter: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.isComplete, state.waiters.count < Self.maximumWaiters else { return false }
            state.waiters.append(waiter)
            return true
        }
    }

    // MARK: - Health

    /// Counts what a check or a request has shown of a peer.
    func note(_ finding: PeerHealth.Finding, of peer: Peer, _ limits: HealthChecks.Limits) {
        guard let isHealthy = peer.health.note(finding, limit: limits[finding]) else { return }
        tell(peer, isHealthy, cause: "\(finding)")
    }

    /// Marks the addresses of a target.
    ///
    /// - Parameter address: The one that is meant; nil: all.
    /// - Returns: How many there were to mark.
    package func mark(_ target: TargetAddress, address: TargetAddress?, isHealthy: Bool) -> Int {
        let chosen = address.flatMap { TargetAddresses(of: $0)?.endpoints.first?.address }
        let peers = table.peers(of: target).filter { address == nil || $0.address == chosen }
        for peer in peers where peer.health.set(isHealthy: isHealthy) { tell(peer, isHealthy, cause: "marked") }
        return peers.count
    }

    private func tell(_ peer: Peer, _ isHealthy: Bool, cause: String) {
        logger.warn(
            isHealthy ? "target is healthy" : "target is unhealthy",
            [
                "upstream": .string(plan.name), "target": .string("\(peer.key.target.host):\(peer.key.target.port)"),
                "address": .string(peer.address.description), "cause": .string(cause),
            ])
    }

    /// How it is now, once every target's name was looked up.
    package func status() async -> UpstreamStatus {
        await withCheckedContinuation { continuation in
            let isWaiting = wait { continuation.resume() }
            if !isWaiting { continuation.resume() }
        }
        return state.withLock { UpstreamStatus(plan, $0.addresses, $0.table) }
    }
}
