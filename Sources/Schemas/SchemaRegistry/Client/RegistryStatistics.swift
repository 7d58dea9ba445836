internal import Synchronization
internal import System

/// What a client has done and met; for metrics.
package final class RegistryStatistics: Sendable {
    package struct Counts: Sendable, Hashable {
        /// Requests for a schema that was there.
        package var hits = 0
        /// Of these, with a schema past its time.
        package var stale = 0
        /// Requests that had to wait for the registry.
        package var misses = 0
        /// Calls of the registry, further tries included.
        package var calls = 0
        package var retries = 0
        package var failures = 0
    }

    private struct State {
        var counts = Counts()
        var lastFailure: (failure: RegistryFailure, at: Int64)?
    }

    private let state = Mutex(State())

    package var counts: Counts { state.withLock { $0.counts } }
    /// The last one, and its time in milliseconds since 1970.
    package var lastFailure: (failure: RegistryFailure, at: Int64)? { state.withLock { $0.lastFailure } }

    func hit(isStale: Bool) {
        state.withLock {
            $0.counts.hits += 1
            if isStale { $0.counts.stale += 1 }
        }
    }

    func missed() { state.withLock { $0.counts.misses += 1 } }
    func called() { state.withLock { $0.counts.calls += 1 } }
    func retried() { state.withLock { $0.counts.retries += 1 } }

    func failed(_ failure: RegistryFailure) {
        state.withLock {
            $0.counts.failures += 1
            $0.lastFailure = (failure, WallClock.milliseconds)
        }
    }
}
