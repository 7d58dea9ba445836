internal import System

/// A schema registry, on threads of its own so that neither a disk nor a large schema holds up an event loop: one decides
/// changes, another answers questions, which wait for no disk and no broker.
///
/// A change is checked, written to the journal, and only then takes effect: what was answered as done is there after a
/// crash, and a disk that fails refuses the change and leaves the registry as it was.
package actor EmbeddedRegistry {
    /// Opens where the registry is kept; runs on its thread. Gets what to call when others have written to it.
    package typealias MakeJournal =
        @Sendable (_ arrived: @escaping @Sendable () -> Void) throws -> any RegistryJournal

    package nonisolated let limits: RegistryLimits
    private let worker = WorkerThread()
    private var journal: (any RegistryJournal)?
    /// Told the reason of a failure, of which the client learns only that it was not its own.
    private let reportFailure: @Sendable (any Error) -> Void
    var bench: RegistryBench
    private let published: PublishedState
    nonisolated let reader: RegistryReader
    /// Whether the last commit came too late.
    private var isSuperseded = false
    /// How long a change is decided anew, because somebody else was faster, before it is given up.
    private static let patience = Duration.seconds(30)

    // The executor is not counted, and lives as long as the actor, which holds the worker.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    package init(
        limits: RegistryLimits = RegistryLimits(), reportFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.limits = limits
        bench = RegistryBench(limits: limits)
        published = PublishedState()
        reader = RegistryReader(published, limits: limits)
        self.reportFailure = reportFailure
    }

    /// Opens the journal and takes what it holds.
    package func start(_ makeJournal: MakeJournal) throws {
        let journal = try makeJournal { [weak self] in
            Task { await self?.takeArrivals() }
        }
        do {
            var state = RegistryState()
            for event in try journal.load() { state.apply(event) }
            bench.state = state
            published.value = state
        } catch {
            journal.close()
            throw error
        }
        self.journal = journal
    }

    /// Closes the journal; later changes are refused.
    package func close() {
        journal?.close()
        journal = nil
    }

    /// Ends the threads after `close`; no call may follow.
    package nonisolated func stopThread() {
        worker.stop()
        reader.stopThread()
    }

    /// Decides a change on what is known to be the newest state, and anew when somebody else was faster.
    func change<Answer>(_ decide: () throws(RegistryError) -> Answer) throws(RegistryError) -> Answer {
        let end = ContinuousClock.now + Self.patience
        var attempts = 0
        repeat {
            if attempts > 0 { Self.stepAside(after: attempts) }
            attempts += 1
            guard let journal else { throw .storeFailed }
            do throws(RegistryJournalFailure) { apply(try journal.prepare()) } catch {
                if case .superseded = error { continue }
                throw refusal(error)
            }
            isSuperseded = false
            do throws(RegistryError) { return try decide() } catch {
                guard isSuperseded else { throw error }
            }
        } while ContinuousClock.now < end
        reportFailure(RegistryJournalFailure.superseded)
        throw .storeFailed
    }

    /// Several that want to write would otherwise supersede each other without end. On the thread that decides.
    private static func stepAside(after attempts: Int) {
        let longest = 25 << min(attempts, 5)
        Bell().wait(atMost: .milliseconds(Int.random(in: 0...longest)))
    }

    /// Makes a change durable, and then makes it. To be called within `change`.
    func commit(_ events: [RegistryEvent]) throws(RegistryError) {
        guard let journal else { throw .storeFailed }
        var events = events
        // The schema with the highest id may go, and its id with it.
        if events.contains(where: { if case .schemaRemoved = $0 { true } else { false } }) {
            events.append(.idsGiven(through: bench.state.highestID))
        }
        do throws(RegistryJournalFailure) { apply(try journal.append(events)) } catch {
            if case .superseded = error { isSuperseded = true }
            throw refusal(error)
        }
    }

    private func refusal(_ failure: RegistryJournalFailure) -> RegistryError {
        switch failure {
        case .superseded: return .storeFailed
        case .timedOut:
            reportFailure(failure)
            return .storeTimedOut
        case .failed:
            reportFailure(failure)
            return .storeFailed
        }
    }

    /// What others have written to a journal that is shared.
    private func takeArrivals() {
        guard let journal else { return }
        do { apply(try journal.take()) } catch { reportFailure(error) }
    }

    private func apply(_ events: [RegistryEvent]) {
        if events.isEmpty { return }
        for event in events { bench.state.apply(event) }
        published.value = bench.state
    }
}
