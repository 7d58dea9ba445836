internal import EventLoop
internal import KafkaKit
internal import Synchronization

/// Entries that wait for their schemas: those of the time before the registry has answered first.
final class LateEntries: Sendable {
    typealias Entry = (value: [UInt8], key: [UInt8]?)

    private struct State {
        var entries: [Entry] = []
        var bytes = 0
        var isLoading = false
    }

    private static let mostEntries = 10_000
    private static let mostBytes = 16 << 20
    /// Sent in one turn of a loop.
    private static let pieceLength = 100
    private let state = Mutex(State())

    /// False: so many wait already that there is no room for it.
    ///
    /// - Parameters:
    ///   - schemas: All are asked for.
    ///   - loop: Where it was made; on it all that wait are sent when the registry has answered, whatever it said.
    func add(
        _ entry: Entry, waitingFor schemas: RecordSchemas, on loop: EventLoop,
        send: @escaping @Sendable (Entry, RecordSerializer, LoadedSchemas) -> Void
    ) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            let bytes = state.bytes + entry.value.count + (entry.key?.count ?? 0)
            guard state.entries.count < Self.mostEntries, bytes <= Self.mostBytes else { return (false, false) }
            state.entries.append(entry)
            state.bytes = bytes
            defer { state.isLoading = true }
            return (true, !state.isLoading)
        }
        guard isFirst else { return isTaken }
        Task(executorPreference: loop) { [self] in
            let loaded = await schemas.slots.load()
            let serializer = RecordSerializer(schemas)
            let entries = state.withLock { state in
                defer { state = State() }
                return state.entries
            }
            for (number, entry) in entries.enumerated() {
                if number > 0, number % Self.pieceLength == 0 { await Task.yield() }
                send(entry, serializer, loaded)
            }
        }
        return true
    }
}
