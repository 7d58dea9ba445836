internal import HTTPUpstream

/// A peer while it has a request: what comes of it is told to the checks, and to who counts and measures.
struct Lease {
    let peer: Peer
    private let upstream: Upstream
    /// Nil where nobody measures.
    private let startedAt: ContinuousClock.Instant?
    private var isCounted: Bool

    init(_ peer: Peer, of upstream: Upstream) {
        self.peer = peer
        self.upstream = upstream
        startedAt = upstream.plan.algorithm == .latency ? .now : nil
        isCounted = upstream.plan.algorithm.countsRequests
        if isCounted { peer.health.begin() }
    }

    /// The request is over, however.
    mutating func end() {
        guard isCounted else { return }
        isCounted = false
        peer.health.end()
    }

    /// - Parameter now: Milliseconds, for how old the measurement is.
    func answered(status: Int, now: UInt64) {
        if let startedAt {
            let (seconds, fraction) = (ContinuousClock.now - startedAt).components
            peer.health.noteLatency(Float(seconds) * 1000 + Float(fraction / 1_000_000_000_000) / 1000, at: now)
        }
        let limits = upstream.plan.checks.passive
        guard limits.areOn else { return }
        if let finding = limits.finding(status) {
            upstream.note(finding, of: peer, limits)
        } else if status == 504 {
            // Somebody behind it was too late.
            upstream.note(.timeout, of: peer, limits)
        }
    }

    func failed(_ error: UpstreamError) {
        if let finding = HealthChecks.Limits.finding(error) {
            upstream.note(finding, of: peer, upstream.plan.checks.passive)
        }
    }
}
