package import GatewayModel
package import JSON
internal import System

/// The one place where a node's configuration changes, one change at a time, on a thread of its own.
///
/// A change is checked, then prepared (the snapshot is compiled; a plugin that cannot be made refuses the change), then
/// stored, then installed. A crash in between leaves the old configuration or the new one, never a part; a disk that
/// fails refuses the change and leaves the old one running; what was answered as done is on the disk.
package actor ConfigurationService {
    /// Where entities live.
    package enum Storage: Sendable {
        /// In memory: entities cannot be edited, only replaced whole.
        case memory
        /// In an SQLite file at this path.
        case sqlite(path: String)
    }

    /// Compiles a configuration, and returns what makes it the running one. A throw refuses the change: a `ModelError`
    /// as it is, anything else as a violation of the schema.
    package typealias Prepare = @Sendable (Configuration) async throws -> @Sendable () async -> Void

    /// Another replacement is under way; try again later.
    package struct ReplacementUnderWay: Error, CustomStringConvertible {
        package var description: String { "Currently loading previous configuration" }
    }

    package nonisolated let schema: GatewaySchema
    /// Whether entities can only be replaced whole.
    package nonisolated let isReadOnly: Bool
    private let worker = WorkerThread()
    private let storage: Storage
    private let prepare: Prepare
    private let clock: @Sendable () -> Int64
    private var store: SQLiteStore?
    private var configuration: Configuration
    private var knownHash: String?
    private var isChanging = false
    private var isReplacing = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// Changes that may wait for the one under way.
    private static let maximumWaiting = 1000

    // The executor is not counted, and lives as long as the actor, which holds the worker.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe worker.asUnownedSerialExecutor() }

    /// - Parameter clock: Milliseconds since 1970.
    package init(
        schema: GatewaySchema, storage: Storage, clock: @escaping @Sendable () -> Int64 = { WallClock.milliseconds },
        prepare: @escaping Prepare
    ) {
        self.schema = schema
        self.storage = storage
        self.clock = clock
        self.prepare = prepare
        if case .memory = storage { isReadOnly = true } else { isReadOnly = false }
        configuration = Configuration(schema: schema)
    }

    /// Opens the store and installs what it holds; with memory, installs `initial`.
    package func start(_ initial: Configuration? = nil) async throws {
        if case .sqlite(let path) = storage {
            let store = try SQLiteStore(path: path)
            self.store = store
            configuration = try store.load(schema)
        } else if let initial {
            configuration = initial
        }
        knownHash = nil
        let install = try await prepare(configuration)
        await install()
    }

    /// Compiles and installs the running configuration again, for what it uses has to be made anew.
    package func reinstall() async throws {
        await takeTurn()
        defer { endTurn() }
        let install = try await prepared(configuration)
        await install()
    }

    /// Closes the store once the changes before it are done; later changes are refused.
    package func close() async {
        await takeTurn()
        defer { endTurn() }
        store?.close()
        store = nil
    }

    /// Ends the thread after `close`; no call may follow.
    package nonisolated func stopThread() { worker.stop() }

    /// The configuration that runs.
    package var current: Configuration { configuration }

    /// The running configuration's hash: 32 hexadecimal digits, zeros when it is empty.
    package var configurationHash: String {
        if let knownHash { return knownHash }
        let hash = configuration.hash
        knownHash = hash
        return hash
    }

    /// Whether the store answers; memory does.
    package var isStoreReachable: Bool {
        if case .memory = storage { return true }
        return store?.answers ?? false
    }

    // MARK: - Changes

    package func create(_ definition: EntityDefinition, _ input: JSONObject) async throws -> Entity {
        try refuseIfReadOnly("create", definition)
        return try await change { configuration, now, change throws(ModelError) in
            try configuration.create(definition, input, now: now, change: &change)
        }
    }

    /// Creates all of these or none.
    package func create(_ definition: EntityDefinition, each inputs: [JSONObject]) async throws -> [Entity] {
        try refuseIfReadOnly("create", definition)
        return try await change { configuration, now, change throws(ModelError) in
            var entities: [Entity] = []
            for input in inputs {
                entities.append(try configuration.create(definition, input, now: now, change: &change))
            }
            return entities
        }
    }

    package func upsert(
        _ definition: EntityDefinition, key: String, among field: String? = nil, _ input: JSONObject
    ) async throws -> Entity {
        try refuseIfReadOnly("create or update", definition)
        return try await change { configuration, now, change throws(ModelError) in
            try configuration.upsert(definition, key: key, among: field, input, now: now, change: &change)
        }
    }

    package func update(_ definition: EntityDefinition, key: String, _ patch: JSONObject) async throws -> Entity {
        try refuseIfReadOnly("update", definition)
        return try await change { configuration, now, change throws(ModelError) in
            try configuration.update(definition, key: key, patch, now: now, change: &change)
        }
    }

    /// False when there was nothing with that key.
    @discardableResult
    package func delete(_ definition: EntityDefinition, key: String) async throws -> Bool {
        try refuseIfReadOnly("delete", definition)
        return try await change { configuration, _, change throws(ModelError) in
            try configuration.delete(definition, key: key, change: &change)
        }
    }

    /// Deletes those children of an entity that are there when their turn comes.
    package func deleteChildren(_ definition: EntityDefinition, where field: String, references id: String) async throws
    {
        try refuseIfReadOnly("delete", definition)
        try await change { configuration, _, change throws(ModelError) in
            for child in configuration.children(definition.name, where: field, references: id) {
                try configuration.delete(definition, key: child.id, change: &change)
            }
        }
    }

    /// Replaces everything; for a node without a database. False when `onlyIfChanged` and the hash is what it was.
    ///
    /// Throws `ReplacementUnderWay` while another replacement runs.
    @discardableResult
    package func replaceAll(with next: Configuration, onlyIfChanged: Bool = false) async throws -> Bool {
        guard isReadOnly else {
            throw ModelError(
                code: 12, name: "operation unsupported", status: 400,
                message: "this endpoint is only available when Kong is configured to not use a database")
        }
        if isReplacing { throw ReplacementUnderWay() }
        let hash = next.hash
        if onlyIfChanged, hash == configurationHash { return false }
        isReplacing = true
        defer { isReplacing = false }
        await takeTurn()
        defer { endTurn() }
        let install = try await prepared(next)
        configuration = next
        knownHash = hash
        await install()
        return true
    }

    private func refuseIfReadOnly(_ verb: String, _ definition: EntityDefinition) throws(ModelError) {
        if isReadOnly {
            throw .unsupported("cannot \(verb) '\(definition.name)' entities when not using a database")
        }
    }

    private func change<Answer: Sendable>(
        _ operation: (inout Configuration, Timestamp, inout ConfigurationChange) throws(ModelError) -> Answer
    ) async throws -> Answer {
        guard waiting.count < Self.maximumWaiting else {
            throw ModelError(code: 8, name: "database error", status: 503, message: "too many changes wait")
        }
        await takeTurn()
        defer { endTurn() }
        guard let store else { throw ModelError.database("the store is closed") }
        var next = configuration
        var change = ConfigurationChange()
        let answer = try operation(&next, Timestamp(milliseconds: clock()), &change)
        if change.steps.isEmpty { return answer }
        let install = try await prepared(next)
        do { try store.save(change) } catch {
            throw ModelError.database("the change could not be stored, nothing was changed: \(error)")
        }
        configuration = next
        knownHash = nil
        await install()
        return answer
    }

    private func prepared(_ next: Configuration) async throws(ModelError) -> @Sendable () async -> Void {
        do { return try await prepare(next) } catch {
            if let error = error as? ModelError { throw error }
            throw .schemaViolation(error as? FieldErrors ?? FieldErrors([], "\(error)"))
        }
    }

    // MARK: - Turns

    /// The actor may be entered while a change waits; changes themselves go one after the other.
    private func takeTurn() async {
        if isChanging {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isChanging = true
        }
    }

    private func endTurn() {
        if waiting.isEmpty { isChanging = false } else { waiting.removeFirst().resume() }
    }
}
