import Synchronization

/// What happened, in its order, from any thread.
final class Journal: Sendable {
    private let entries = Mutex<[String]>([])

    struct Missing: Error {
        let wanted: String
    }

    func note(_ entry: String) { entries.withLock { $0.append(entry) } }

    var all: [String] { entries.withLock { $0 } }

    func clear() { entries.withLock { $0 = [] } }

    /// Waits until the entry is there so many times; all that came until then.
    @discardableResult
    func waitFor(_ entry: String, times: Int = 1) async throws -> [String] {
        try await Self.wait(entry) { all.count(where: { $0 == entry }) >= times }
        return all
    }

    /// Waits until something is so.
    static func wait(_ what: String, until isSo: () throws -> Bool) async throws {
        for _ in 0..<4000 {
            if try isSo() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Missing(wanted: what)
    }
}
