internal import Synchronization

/// Counts of one server, written on its loop and read from anywhere.
package final class ServerStatistics: Sendable {
    private let cells = Cells()

    private struct Cells: ~Copyable, Sendable {
        let accepted = Atomic(0)
        let requests = Atomic(0)
        let active = Atomic(0)
        let idle = Atomic(0)
        let writing = Atomic(0)
    }

    init() {}

    /// Connections accepted since the start.
    package var accepted: Int { cells.accepted.load(ordering: .relaxed) }
    /// Requests whose head was read.
    package var requests: Int { cells.requests.load(ordering: .relaxed) }
    /// Open connections.
    package var active: Int { cells.active.load(ordering: .relaxed) }
    /// Open connections without a request, as of the last second.
    package var idle: Int { cells.idle.load(ordering: .relaxed) }
    /// Open connections with a request that was read, as of the last second.
    package var writing: Int { cells.writing.load(ordering: .relaxed) }

    // One writer, so a load and a store do: no locked instruction on the request path.
    func countRequest() { cells.requests.store(cells.requests.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }
    func countAccepted() { cells.accepted.store(cells.accepted.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }
    func setActive(_ count: Int) { cells.active.store(count, ordering: .relaxed) }

    func setPhases(idle: Int, writing: Int) {
        cells.idle.store(idle, ordering: .relaxed)
        cells.writing.store(writing, ordering: .relaxed)
    }
}
