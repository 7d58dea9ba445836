internal import Synchronization

/// How the last deliveries of a producer went, by what failed because of broker or credentials. A refusal of a single
/// record (too large, say) counts neither way.
package struct ProducerHealth: Sendable, Hashable {
    /// Failures since the last success.
    package var consecutiveFailures = 0
    /// Successes since the last failure.
    package var consecutiveSuccesses = 0
    /// The last failure, with its cause where known.
    package var lastFailure: KafkaError?
}

/// Written by the producer's thread once an event, read from anywhere.
final class HealthCell: Sendable {
    private let state = Mutex(ProducerHealth())

    var value: ProducerHealth { state.withLock { $0 } }

    func forgetFailures() { state.withLock { $0.consecutiveFailures = 0 } }

    func apply(_ tally: HealthTally) {
        guard tally.isAny else { return }
        state.withLock { health in
            if tally.sawFailure {
                health.consecutiveSuccesses = tally.successesSinceFailure
                health.lastFailure = tally.lastFailure
            } else {
                health.consecutiveSuccesses += tally.successesSinceFailure
            }
            if tally.sawSuccess {
                health.consecutiveFailures = tally.failuresSinceSuccess
            } else {
                health.consecutiveFailures += tally.failuresSinceSuccess
            }
        }
    }
}

/// The outcome of one event's records, in order.
struct HealthTally {
    private(set) var sawFailure = false
    private(set) var sawSuccess = false
    private(set) var failuresSinceSuccess = 0
    private(set) var successesSinceFailure = 0
    private(set) var lastFailure: KafkaError?

    var isAny: Bool { sawFailure || sawSuccess }

    mutating func succeeded() {
        sawSuccess = true
        failuresSinceSuccess = 0
        successesSinceFailure += 1
    }

    mutating func failed(_ error: KafkaError) {
        guard error.countsAgainstHealth else { return }
        sawFailure = true
        successesSinceFailure = 0
        failuresSinceSuccess += 1
        lastFailure = error
    }
}
