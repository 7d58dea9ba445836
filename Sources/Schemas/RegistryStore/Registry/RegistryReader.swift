internal import Synchronization
internal import System

/// The newest state, for who reads it.
final class PublishedState: Sendable {
    private let state = Mutex(RegistryState())

    var value: RegistryState {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

/// Answers questions on a thread of its own, from the newest state.
actor RegistryReader {
    private let worker = WorkerThread()
    private let published: PublishedState
    private var bench: RegistryBench

    // The executor is not counted, and lives as long as the actor, which holds the worker.
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    init(_ published: PublishedState, limits: RegistryLimits) {
        self.published = published
        bench = RegistryBench(limits: limits)
    }

    nonisolated func stopThread() { worker.stop() }

    func read<Answer, Failure: Error>(
        _ question: @Sendable (inout RegistryBench) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        bench.state = published.value
        // Held no longer than the answer takes: while it is, each change copies what it touches.
        defer { bench.state = RegistryState() }
        return try question(&bench)
    }
}
