internal import EventLoop
internal import GatewayModel
internal import Names

/// Looks the names of an upstream's targets up, each again when its answer's time is over. Belongs to its loop.
final class TargetNames {
    private let upstream: Upstream
    private let resolver: NameResolver
    private let loop: EventLoop
    private var timers: [TargetAddress: LoopTimer] = [:]
    private var hasStarted = false
    private var isClosed = false

    /// Milliseconds after an answer's time, by when it has been asked for again: the resolver gives an old answer once
    /// more while it does that.
    private static let grace: UInt64 = 500
    /// Nothing is looked up more often, however short its time; what failed, neither.
    private static let leastInterval: UInt64 = 1000
    /// An answer that holds for ever may still be another's tomorrow.
    private static let greatestInterval: UInt64 = 3_600_000

    init(_ upstream: Upstream, _ resolver: NameResolver, _ loop: EventLoop) {
        self.upstream = upstream
        self.resolver = resolver
        self.loop = loop
    }

    func start() {
        if hasStarted { return }
        hasStarted = true
        for target in upstream.plan.targets where target.address.isName { look(target.address) }
    }

    /// Nothing is looked up any more. Who waits for what is being looked up is still told.
    func close() {
        isClosed = true
        for timer in timers.values { timer.cancel() }
        timers = [:]
    }

    private func look(_ target: TargetAddress) {
        timers[target] = nil
        resolver.lookup(target.host, port: target.port) { [self] outcome in
            var wait = Self.leastInterval
            switch outcome {
            case .success(let answer):
                upstream.found(TargetAddresses(answer), of: target)
                let left = answer.expiry > loop.now ? answer.expiry - loop.now : 0
                wait = max(wait, min(left, Self.greatestInterval) + Self.grace)
            case .failure(let error):
                upstream.found(.none, of: target)
                if error.kind == .closed { return }
            }
            guard !isClosed else { return }
            timers[target] = loop.schedule(after: wait) { [weak self] in self?.look(target) }
        }
    }
}
