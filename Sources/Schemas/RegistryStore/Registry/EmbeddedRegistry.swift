internal import SchemaLanguages
internal import System

/// A schema registry, on a thread of its own so that neither a disk nor a large schema holds up an event loop.
///
/// A change is checked, written to the journal, and only then takes effect: what was answered as done is there after a
/// crash, and a disk that fails refuses the change and leaves the registry as it was.
package actor EmbeddedRegistry {
    /// Opens where the registry is kept; runs on its thread.
    package typealias MakeJournal = @Sendable () throws -> any RegistryJournal

    package nonisolated let limits: RegistryLimits
    private let worker = WorkerThread()
    private var journal: (any RegistryJournal)?
    /// Told the reason of a failure, of which the client learns only that it was not its own.
    private let reportFailure: @Sendable (any Error) -> Void
    private(set) var state = RegistryState()
    /// By id; schemas never change.
    private var compiled: [Int: CompiledSchema] = [:]
    private static let compiledAtMost = 256

    // The executor is not counted, and lives as long as the actor, which holds the worker.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    package init(
        limits: RegistryLimits = RegistryLimits(), reportFailure: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.limits = limits
        self.reportFailure = reportFailure
    }

    /// Opens the journal and takes what it holds.
    package func start(_ makeJournal: MakeJournal) throws {
        let journal = try makeJournal()
        let stored = try journal.load()
        var state = RegistryState(highestID: stored.highestID)
        for event in stored.events { state.apply(event) }
        self.state = state
        self.journal = journal
    }

    /// Closes the journal; later changes are refused.
    package func close() {
        journal?.close()
        journal = nil
    }

    /// Ends the thread after `close`; no call may follow.
    package nonisolated func stopThread() { worker.stop() }

    /// Makes a change durable, and then makes it.
    func commit(_ events: [RegistryEvent]) throws(RegistryError) {
        if events.isEmpty { return }
        guard let journal else { throw .storeFailed }
        let ids = events.compactMap { if case .schema(let schema) = $0 { schema.id } else { nil } }
        do { try journal.append(events, highestID: max(state.highestID, ids.max() ?? 0)) } catch {
            reportFailure(error)
            throw .storeFailed
        }
        for event in events { state.apply(event) }
    }

    /// A registered schema, compiled.
    func compiledSchema(_ id: Int) throws(RegistryError) -> CompiledSchema {
        if let known = compiled[id] { return known }
        guard let content = state.contents[id] else { throw .schemaNotFound(id: id) }
        let schema = try compile(content, .all)
        keep(schema, id)
        return schema
    }

    func keep(_ schema: CompiledSchema, _ id: Int) {
        if compiled.count >= Self.compiledAtMost { compiled.removeAll() }
        compiled[id] = schema
    }

    /// - Parameter filter: Whether versions that were softly deleted may be referred to.
    func compile(_ content: SchemaContent, _ filter: DeletionFilter) throws(RegistryError) -> CompiledSchema {
        let texts = try ReferenceClosure(state: state, limits: limits).texts(content.references, filter)
        do throws(SchemaFault) {
            return try CompiledSchema(SchemaSource(content.language, content.text, references: texts))
        } catch { throw .invalidSchema(error.message) }
    }
}
