import SchemaLanguages
import Synchronization
import Testing

@testable import SchemaRegistry

@Suite("a schema as its users see it")
struct SchemaSlotTests {
    /// A registry of one subject, and a clock, both in the test's hand.
    private final class Registry: Sendable {
        private struct State {
            var now: UInt64 = 0
            var answer: Result<RegisteredSchema, RegistryFailure>
            var calls = 0
            var stale: [RegistryFailure] = []
            var isHeld = false
            var held: [CheckedContinuation<Void, Never>] = []
        }

        private let state: Mutex<State>

        init() throws { state = Mutex(State(answer: .success(try Self.schema(version: 1)))) }

        static func schema(version: Int) throws -> RegisteredSchema {
            let source = SchemaSource(.avro, #""string""#)
            return RegisteredSchema(
                subject: "s", version: version, id: UInt32(version), guid: nil, source: source,
                compiled: try CompiledSchema(source))
        }

        var calls: Int { state.withLock { $0.calls } }
        /// What was told of schemas that serve on.
        var stale: [RegistryFailure] { state.withLock { $0.stale } }
        func pass(_ milliseconds: UInt64) { state.withLock { $0.now += milliseconds } }
        func goBack(_ milliseconds: UInt64) { state.withLock { $0.now -= milliseconds } }
        func answer(_ answer: Result<RegisteredSchema, RegistryFailure>) { state.withLock { $0.answer = answer } }
        func hold() { state.withLock { $0.isHeld = true } }

        func release() {
            let held = state.withLock { state in
                state.isHeld = false
                defer { state.held = [] }
                return state.held
            }
            for continuation in held { continuation.resume() }
        }

        func slot(_ version: SchemaSelection.Version = .latest, lifetime: Int = 1_000, stale: Int = 10_000)
            -> SchemaSlot
        {
            var configuration = RegistryConfiguration(url: "http://registry")
            configuration.lifetime = lifetime
            configuration.staleAllowance = stale
            return SchemaSlot(
                SchemaSelection(subject: "s", version: version), configuration, RegistryStatistics(),
                now: { self.state.withLock { $0.now } },
                tellStale: { _, failure in self.state.withLock { $0.stale.append(failure) } },
                fetch: { _ in await self.fetch() })
        }

        private func fetch() async -> Result<RegisteredSchema, RegistryFailure> {
            state.withLock { $0.calls += 1 }
            await withCheckedContinuation { continuation in
                let isHeld = state.withLock { state in
                    if state.isHeld { state.held.append(continuation) }
                    return state.isHeld
                }
                if !isHeld { continuation.resume() }
            }
            return state.withLock { $0.answer }
        }
    }

    private func version(_ knowledge: SchemaSlot.Knowledge) -> Int? {
        if case .ready(let schema) = knowledge { schema.version } else { nil }
    }

    private static let away = RegistryFailure(.unavailable, "away")
    private static let missing = RegistryFailure(.notFound, "no such subject")

    @Test func manyWaitersMakeOneCall() async throws {
        let registry = try Registry()
        let slot = registry.slot()
        guard case .unknown = slot.knowledge() else {
            Issue.record("known before it was asked for")
            return
        }
        registry.hold()
        let versions = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<100 { group.addTask { try await slot.load().version } }
            // The first one asks; nobody gets an answer before it is released.
            while registry.calls == 0 { await Task.yield() }
            registry.release()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(versions == Array(repeating: 1, count: 100))
        #expect(registry.calls == 1)
        #expect(version(slot.knowledge()) == 1)
    }

    @Test func latestIsAskedForAgainInTheBackgroundAndServedMeanwhile() async throws {
        let registry = try Registry()
        let slot = registry.slot()
        _ = try await slot.load()
        registry.answer(.success(try Registry.schema(version: 2)))
        registry.pass(999)
        #expect(version(slot.knowledge()) == 1)
        #expect(registry.calls == 1)
        registry.pass(1)
        #expect(version(slot.knowledge()) == 1)
        #expect(try await slot.load().version == 2)
        #expect(version(slot.knowledge()) == 2)
        #expect(registry.calls == 2)
    }

    /// The time is read before the lock: an answer that comes in between is younger than it.
    @Test func anAnswerOfLaterThanTheTimeThatWasReadIsNew() async throws {
        let registry = try Registry()
        let slot = registry.slot()
        registry.pass(1_000)
        _ = try await slot.load()
        registry.goBack(1)
        #expect(version(slot.knowledge()) == 1)
        #expect(try await slot.load().version == 1)
        #expect(registry.calls == 1)
    }

    @Test func aNumberedVersionIsNeverAskedForAgain() async throws {
        let registry = try Registry()
        let slot = registry.slot(.number(1))
        _ = try await slot.load()
        registry.pass(1_000_000_000)
        #expect(version(slot.knowledge()) == 1)
        #expect(registry.calls == 1)
    }

    @Test func anUnchangedSchemaStaysTheSameObject() async throws {
        let registry = try Registry()
        let slot = registry.slot()
        let first = try await slot.load()
        #expect(try await slot.load() === first)
        #expect(registry.calls == 1)
        registry.answer(.success(try Registry.schema(version: 1)))
        registry.pass(1_000)
        #expect(try await slot.load() === first)
        #expect(registry.calls == 2)
    }

    @Test func aStaleOneServesWhileTheRegistryIsAwayAndNoLonger() async throws {
        let registry = try Registry()
        let slot = registry.slot()
        _ = try await slot.load()
        registry.answer(.failure(Self.away))
        registry.pass(1_500)
        #expect(version(slot.knowledge()) == 1)
        #expect(try await slot.load().version == 1)
        #expect(registry.stale.first == Self.away)
        registry.pass(9_499)
        #expect(version(slot.knowledge()) == 1)
        await #expect(throws: Never.self) { try await slot.load() }
        registry.pass(1)
        await #expect(throws: Self.away) { try await slot.load() }
        guard case .failed(Self.away) = slot.knowledge() else {
            Issue.record("it serves for ever")
            return
        }
    }

    @Test func whatTheRegistryHasNoMoreServesNoMore() async throws {
        let registry = try Registry()
        let slot = registry.slot()
        _ = try await slot.load()
        registry.answer(.failure(Self.missing))
        registry.pass(1_500)
        await #expect(throws: Self.missing) { try await slot.load() }
        guard case .failed(Self.missing) = slot.knowledge() else {
            Issue.record("it serves on")
            return
        }
        #expect(registry.stale == [])
    }

    @Test func failuresStandForAMoment() async throws {
        let registry = try Registry()
        registry.answer(.failure(Self.missing))
        let slot = registry.slot()
        await #expect(throws: Self.missing) { try await slot.load() }
        guard case .failed(Self.missing) = slot.knowledge() else {
            Issue.record("asked again at once")
            return
        }
        registry.pass(5_000)
        guard case .unknown = slot.knowledge() else {
            Issue.record("it stands for too long")
            return
        }
        registry.answer(.success(try Registry.schema(version: 1)))
        #expect(try await slot.load().version == 1)
    }

    @Test func withoutALifetimeEachUseAsks() async throws {
        let registry = try Registry()
        let slot = registry.slot(lifetime: 0)
        for calls in 1...3 {
            guard case .unknown = slot.knowledge() else {
                Issue.record("served from memory")
                return
            }
            _ = try await slot.load()
            #expect(registry.calls == calls)
        }
    }
}
