package import EventLoop
internal import GatewayModel
internal import HTTPUpstream
package import Names

/// Keeps what runs of upstreams up to date, in one place for all loops: looks their targets' names up again and again,
/// and checks their peers. Belongs to its loop.
package final class UpstreamKeeper {
    private let pool: UpstreamPool
    private let resolver: NameResolver
    private var kept: [String: Kept] = [:]
    private var isClosed = false

    private struct Kept {
        let upstream: Upstream
        let names: TargetNames
        let checks: ActiveChecks
    }

    /// - Parameter resolver: Of this loop.
    package init(loop: EventLoop, resolver: NameResolver) {
        var limits = UpstreamPoolLimits()
        // Each check shows whether there can be a connection.
        limits.idle = 0
        pool = UpstreamPool(loop: loop, limits: limits)
        self.resolver = resolver
    }

    /// From now on these run.
    package func follow(_ upstreams: [Upstream]) {
        if isClosed { return }
        var next: [String: Kept] = [:]
        for upstream in upstreams {
            let id = upstream.plan.id
            let old = kept.removeValue(forKey: id)
            if let old, old.upstream === upstream {
                next[id] = old
                continue
            }
            old?.names.close()
            old?.checks.close()
            next[id] = Kept(
                upstream: upstream, names: TargetNames(upstream, resolver, pool.loop),
                checks: ActiveChecks(upstream, pool, after: old?.checks))
        }
        for gone in kept.values {
            gone.names.close()
            gone.checks.close()
        }
        kept = next
        for entry in next.values {
            entry.names.start()
            entry.checks.start()
        }
    }

    /// Ends everything.
    package func close() {
        isClosed = true
        for entry in kept.values {
            entry.names.close()
            entry.checks.close()
        }
        kept = [:]
        pool.close()
        resolver.close()
    }
}
