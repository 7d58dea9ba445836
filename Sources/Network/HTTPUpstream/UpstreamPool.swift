package import EventLoop
internal import TLS

/// The connections of one loop to upstreams, kept between requests. Belongs to its loop.
package final class UpstreamPool {
    package let loop: EventLoop
    let limits: UpstreamPoolLimits
    private(set) lazy var tlsBuffers = TLSBuffers(loop: loop)
    private var servers: [UpstreamTarget: UpstreamServer] = [:]
    private var clock: LoopTimer?
    private var interval: UInt64 = 1000
    private(set) var isDraining = false

    package init(loop: EventLoop, limits: UpstreamPoolLimits = UpstreamPoolLimits()) {
        self.loop = loop
        self.limits = limits
        startClock()
    }

    deinit { clock?.cancel() }

    /// Finds or makes a connection for a request.
    ///
    /// - Parameter owner: Told `upstreamReady`, maybe before this returns; failures are told later.
    package func open(
        _ target: UpstreamTarget, _ timeouts: UpstreamTimeouts, owner: any UpstreamExchangeOwner
    ) -> any UpstreamExchange {
        watch(timeouts)
        return server(target).open(timeouts, owner)
    }

    private func server(_ target: UpstreamTarget) -> UpstreamServer {
        if let known = servers[target] { return known }
        let server = UpstreamServer(target, pool: self)
        servers[target] = server
        return server
    }

    func forgetIfUnused(_ server: UpstreamServer) {
        if server.isUnused, servers[server.target] === server { servers[server.target] = nil }
    }

    /// Open connections, those without a request included.
    package var openCount: Int { servers.values.reduce(0) { $0 + $1.openCount } }
    /// Open connections without a request.
    package var idleCount: Int { servers.values.reduce(0) { $0 + $1.idleCount } }

    /// Closes what is idle, and from now on keeps nothing.
    package func drain() {
        isDraining = true
        for server in servers.values { server.drain() }
    }

    /// Ends the clock; no request may follow.
    package func close() {
        drain()
        clock?.cancel()
        clock = nil
    }

    // MARK: - The clock

    /// Looks often enough for the shortest time-out.
    private func watch(_ timeouts: UpstreamTimeouts) {
        let wanted = max(10, min(timeouts.connect, timeouts.read, timeouts.write) / 4)
        guard wanted < interval else { return }
        interval = wanted
        startClock()
    }

    private func startClock() {
        clock?.cancel()
        clock = loop.schedule(after: interval, repeating: interval) { [weak self] in
            guard let self else { return }
            let now = loop.now
            for server in servers.values { server.sweep(now) }
        }
    }
}
