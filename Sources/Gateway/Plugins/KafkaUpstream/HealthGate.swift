internal import Kafka
internal import Synchronization

/// Answers 503 for a producer that keeps failing, until probes succeed (reference section 1.2, health gating).
final class HealthGate: Sendable {
    private struct State {
        var isProbing = false
        var lastFailure: KafkaError?
    }

    private let producer: Producer
    private let failures: Int
    private let recoveries: Int
    /// Milliseconds.
    private let interval: Int
    private let isClosed = Atomic(false)
    private let state = Mutex(State())

    init(producer: Producer, failures: Int, recoveries: Int, interval: Int) {
        self.producer = producer
        self.failures = failures
        self.recoveries = recoveries
        self.interval = interval
    }

    /// Nil: the request may go on.
    func refusal() -> ProduceFailure? {
        if isClosed.load(ordering: .relaxed) { return .gated(state.withLock { $0.lastFailure }) }
        let health = producer.health
        guard health.consecutiveFailures >= failures else { return nil }
        close(health.lastFailure)
        return .gated(health.lastFailure)
    }

    private func close(_ failure: KafkaError?) {
        let starts = state.withLock { state in
            state.lastFailure = failure
            if state.isProbing { return false }
            state.isProbing = true
            isClosed.store(true, ordering: .relaxed)
            return true
        }
        guard starts else { return }
        Task { [weak self] in await Self.probe { self } }
    }

    /// Probes until enough in a row were good, or the gate's plugin is gone.
    private static func probe(_ gate: () -> HealthGate?) async {
        var good = 0
        while let interval = gate()?.interval {
            do { try await Task.sleep(for: .milliseconds(interval)) } catch { return }
            guard let gate = gate() else { return }
            if let error = await gate.producer.probe(timeout: interval) {
                good = 0
                gate.state.withLock { $0.lastFailure = error }
                continue
            }
            good += 1
            if good >= gate.recoveries { return gate.open() }
        }
    }

    private func open() {
        producer.forgetFailures()
        state.withLock { state in
            state.isProbing = false
            isClosed.store(false, ordering: .relaxed)
        }
    }
}
