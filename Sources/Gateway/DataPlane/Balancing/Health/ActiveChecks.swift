internal import EventLoop
internal import HTTPUpstream

/// Checks an upstream's peers from time to time: those that are healthy and those that are not, each kind at intervals of
/// its own. Belongs to its loop.
final class ActiveChecks {
    private let upstream: Upstream
    private let pool: UpstreamPool
    private var due: [Bool: UInt64]
    private var timers: [Bool: LoopTimer] = [:]
    /// Peers that wait for a place among the checks under way.
    private var waiting: [Peer] = []
    private var probes: [ObjectIdentifier: HealthProbe] = [:]
    private var hasStarted = false
    private var isClosed = false

    /// - Parameter previous: What has checked the same upstream before: its turns go on, however often targets change.
    init(_ upstream: Upstream, _ pool: UpstreamPool, after previous: ActiveChecks?) {
        self.upstream = upstream
        self.pool = pool
        let isSame = previous?.upstream.plan.checks.active == upstream.plan.checks.active
        due = isSame ? previous?.due ?? [:] : [:]
    }

    private var settings: HealthChecks.Active { upstream.plan.checks.active }

    func start() {
        if hasStarted { return }
        hasStarted = true
        for isHealthy in [true, false] { schedule(isHealthy) }
    }

    /// Ends all checks, those under way too.
    func close() {
        isClosed = true
        for timer in timers.values { timer.cancel() }
        timers = [:]
        waiting = []
        for probe in probes.values { probe.cancel() }
        probes = [:]
    }

    /// The first check comes an interval after the start.
    private func schedule(_ isHealthy: Bool) {
        let interval = settings.interval(isHealthy: isHealthy)
        guard interval > 0, !isClosed else { return }
        let now = pool.loop.now
        let moment = due[isHealthy] ?? now + interval
        due[isHealthy] = moment
        timers[isHealthy] = pool.loop.schedule(after: moment > now ? moment - now : 0) { [weak self] in
            self?.run(isHealthy)
        }
    }

    private func run(_ isHealthy: Bool) {
        due[isHealthy] = nil
        schedule(isHealthy)
        for peer in upstream.table.peers where peer.weight > 0 && peer.health.isAvailable == isHealthy {
            // One that is so slow that it is due again is being checked.
            guard probes[ObjectIdentifier(peer.health)] == nil,
                !waiting.contains(where: { $0.health === peer.health })
            else { continue }
            waiting.append(peer)
        }
        startWaiting()
    }

    private func startWaiting() {
        while probes.count < settings.concurrency, !waiting.isEmpty {
            let peer = waiting.removeFirst()
            let probe = HealthProbe(peer, settings, upstream.plan.checkContext, pool) { [weak self] finding in
                self?.ended(peer, finding)
            }
            probes[ObjectIdentifier(peer.health)] = probe
            probe.start()
        }
    }

    private func ended(_ peer: Peer, _ finding: PeerHealth.Finding?) {
        guard !isClosed, probes.removeValue(forKey: ObjectIdentifier(peer.health)) != nil else { return }
        if let finding { upstream.note(finding, of: peer, settings.limits) }
        startWaiting()
    }
}
