package import HTTPClient
internal import Synchronization

/// The client of one registry with one way to log in, shared by all who use it.
package final class SchemaRegistryClient: Sendable {
    package let configuration: RegistryConfiguration
    package let statistics = RegistryStatistics()
    private let caller: RegistryCaller
    private let now: @Sendable () -> UInt64
    private let tellStale: @Sendable (SchemaSelection, RegistryFailure) -> Void
    private let slots = Mutex<[SchemaSelection: WeakSlot]>([:])
    private let identified = Mutex<[UInt32: RegisteredSchema]>([:])

    private struct WeakSlot {
        weak var slot: SchemaSlot?
    }

    /// Schemas that are kept by their id. An id never changes its meaning.
    private static let mostIdentified = 10_000

    /// - Parameters:
    ///   - now: Milliseconds of a clock that only goes forward.
    ///   - tellStale: Called when a schema could not be asked for again and serves on.
    package init(
        _ configuration: RegistryConfiguration, http: HTTPClient, now: @escaping @Sendable () -> UInt64 = monotonic,
        tellStale: @escaping @Sendable (SchemaSelection, RegistryFailure) -> Void = { _, _ in }
    ) {
        self.tellStale = tellStale
        self.configuration = configuration
        self.now = now
        caller = RegistryCaller(configuration, http, statistics, now: now)
    }

    private static let start = ContinuousClock.now

    /// Milliseconds since the first call.
    package static let monotonic: @Sendable () -> UInt64 = {
        // The start is taken at its first use, which must not come after the time that is compared with it.
        let beginning = start
        let elapsed = (ContinuousClock.now - beginning).components
        return UInt64(elapsed.seconds) * 1_000 + UInt64(elapsed.attoseconds / 1_000_000_000_000_000)
    }

    /// Milliseconds until the registry is asked again after failures; nil when it is asked as usual.
    package var pause: UInt64? { caller.pause }

    private var fetcher: SchemaFetcher {
        SchemaFetcher(caller: caller, assertsFormats: configuration.assertsFormats)
    }

    /// The slot of a schema; all who select the same share it.
    package func slot(_ selection: SchemaSelection) -> SchemaSlot {
        slots.withLock { slots in
            if let slot = slots[selection]?.slot { return slot }
            // What nobody holds any more goes.
            if slots.count >= 64 { slots = slots.filter { $0.value.slot != nil } }
            let fetcher = fetcher
            let slot = SchemaSlot(selection, configuration, statistics, now: now, tellStale: tellStale) { selection in
                do throws(RegistryFailure) { return .success(try await fetcher.schema(selection)) } catch {
                    return .failure(error)
                }
            }
            slots[selection] = WeakSlot(slot: slot)
            return slot
        }
    }

    /// The schema with an id, kept for ever once it was fetched.
    package func schema(id: UInt32) async throws(RegistryFailure) -> RegisteredSchema {
        if let known = identified.withLock({ $0[id] }) {
            statistics.hit(isStale: false)
            return known
        }
        statistics.missed()
        let schema = try await fetcher.schema(id: id)
        identified.withLock { identified in
            if identified.count >= Self.mostIdentified { identified = [:] }
            identified[id] = schema
        }
        return schema
    }
}
