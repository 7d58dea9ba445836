internal import SchemaRegistry
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
    private let state = Mutex(State())

    /// False: so many wait already that there is no room for it.
    ///
    /// - Parameters:
    ///   - slots: The schemas, which are asked for.
    ///   - send: Gets all that wait when the registry has answered, whatever it said; on no loop.
    func add(
        _ entry: Entry, waitingFor slots: [SchemaSlot], send: @escaping @Sendable ([Entry]) -> Void
    ) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            let bytes = state.bytes + entry.value.count
            guard state.entries.count < Self.mostEntries, bytes <= Self.mostBytes else { return (false, false) }
            state.entries.append(entry)
            state.bytes = bytes
            defer { state.isLoading = true }
            return (true, !state.isLoading)
        }
        guard isFirst else { return isTaken }
        Task { [self] in
            for slot in slots {
                // What a failure means for each entry is found out when it is sent.
                do throws(RegistryFailure) { _ = try await slot.load() } catch { continue }
            }
            let entries = state.withLock { state in
                defer { state = State() }
                return state.entries
            }
            send(entries)
        }
        return true
    }
}
