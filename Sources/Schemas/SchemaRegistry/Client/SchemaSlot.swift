internal import Synchronization

/// One schema of a registry, as its users see it: there at once, once it was fetched; asked for once, however many wait;
/// asked for again in the background when its time is over, and served meanwhile.
package final class SchemaSlot: Sendable {
    /// What is known without waiting.
    package enum Knowledge: Sendable {
        case ready(RegisteredSchema)
        /// It was asked for a moment ago, in vain.
        case failed(RegistryFailure)
        /// Nobody knows before `load` has ended.
        case unknown
    }

    private typealias Outcome = Result<RegisteredSchema, RegistryFailure>

    private struct State {
        var schema: RegisteredSchema?
        /// When `schema` was last heard of.
        var heard: UInt64 = 0
        var failure: RegistryFailure?
        /// Until then nobody asks again.
        var restsUntil: UInt64 = 0
        var loading: Task<Outcome, Never>?
    }

    package let selection: SchemaSelection
    private let lifetime: UInt64
    private let staleAllowance: UInt64
    private let statistics: RegistryStatistics
    private let now: @Sendable () -> UInt64
    private let tellStale: @Sendable (SchemaSelection, RegistryFailure) -> Void
    private let fetch: @Sendable (SchemaSelection) async -> Result<RegisteredSchema, RegistryFailure>
    private let state = Mutex(State())

    /// Milliseconds that a failure stands.
    private static let transientRest: UInt64 = 1_000
    private static let lastingRest: UInt64 = 5_000

    init(
        _ selection: SchemaSelection, _ configuration: RegistryConfiguration, _ statistics: RegistryStatistics,
        now: @escaping @Sendable () -> UInt64,
        tellStale: @escaping @Sendable (SchemaSelection, RegistryFailure) -> Void = { _, _ in },
        fetch: @escaping @Sendable (SchemaSelection) async -> Result<RegisteredSchema, RegistryFailure>
    ) {
        self.selection = selection
        lifetime = UInt64(configuration.lifetime)
        staleAllowance = UInt64(configuration.staleAllowance)
        self.statistics = statistics
        self.now = now
        self.tellStale = tellStale
        self.fetch = fetch
    }

    /// What is known now; starts to ask again when that is due.
    package func knowledge() -> Knowledge {
        let now = now()
        let (knowledge, isStale) = state.withLock { state -> (Knowledge, Bool) in
            if let schema = state.schema {
                if isFresh(state, at: now) { return (.ready(schema), false) }
                if lifetime > 0, age(state, at: now) < lifetime + staleAllowance {
                    if now >= state.restsUntil { _ = load(&state) }
                    return (.ready(schema), true)
                }
            }
            if let failure = state.failure, now < state.restsUntil { return (.failed(failure), false) }
            return (.unknown, false)
        }
        switch knowledge {
        case .ready: statistics.hit(isStale: isStale)
        case .failed, .unknown: statistics.missed()
        }
        return knowledge
    }

    /// The schema: asked for unless it is there and not past its time, or somebody asks already.
    package func load() async throws(RegistryFailure) -> RegisteredSchema {
        let now = now()
        let task = state.withLock { state -> Task<Outcome, Never>? in
            if state.schema != nil, isFresh(state, at: now) { return nil }
            return load(&state)
        }
        if let task { return try await task.value.get() }
        // It may have been let go just now.
        guard let schema = state.withLock({ $0.schema }) else {
            return try await state.withLock { load(&$0) }.value.get()
        }
        return schema
    }

    private func isFresh(_ state: State, at now: UInt64) -> Bool {
        !selection.changes || age(state, at: now) < lifetime
    }

    /// Milliseconds since the schema was last heard of: none when that was after `now` was read, by another thread.
    private func age(_ state: State, at now: UInt64) -> UInt64 { now > state.heard ? now - state.heard : 0 }

    private func load(_ state: inout State) -> Task<Outcome, Never> {
        if let loading = state.loading { return loading }
        let task = Task { [self] in
            let outcome = await fetch(selection)
            return self.state.withLock { end(&$0, outcome) }
        }
        state.loading = task
        return task
    }

    private func end(_ state: inout State, _ outcome: Outcome) -> Outcome {
        let now = now()
        state.loading = nil
        switch outcome {
        case .success(let schema):
            // The one that is in use stays when nothing has changed: users compile for it.
            if state.schema?.isSame(as: schema) != true { state.schema = schema }
            state.heard = now
            state.failure = nil
            return state.schema.map { .success($0) } ?? outcome
        case .failure(let failure):
            state.failure = failure
            state.restsUntil = now + (failure.isTransient ? Self.transientRest : Self.lastingRest)
            // The registry answers, and has it no more.
            if failure.kind == .notFound { state.schema = nil }
            guard let schema = state.schema, age(state, at: now) < lifetime + staleAllowance else { return outcome }
            tellStale(selection, failure)
            return .success(schema)
        }
    }
}
