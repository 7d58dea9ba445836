internal import Bytes
package import Observability
internal import Synchronization
internal import System

/// What the log plugins of a node write to: one thread and one bounded queue for each destination, shared by all their
/// configurations and loops.
package final class LogOutputs: Sendable {
    private struct State {
        var writers: [LogDestination: EntryWriter] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let startThread: EntryWriter.ThreadStart

    package convenience init() { self.init(startThread: DetachedThread.start) }

    init(startThread: @escaping EntryWriter.ThreadStart) { self.startThread = startThread }

    /// The output to a file, for as long as somebody keeps it.
    package func file(_ path: String, logger: Logger) -> LogOutput {
        output(.file(path), logger: logger) { FileOutput(path: path) }
    }

    package func tcp(_ peer: TCPOutput.Peer, logger: Logger) -> LogOutput {
        output(.tcp(peer), logger: logger) { TCPOutput(peer) }
    }

    package func udp(_ host: String, port: Int, logger: Logger) -> LogOutput {
        output(.udp(host: host, port: port), logger: logger) { DatagramOutput.udp(host, port: port) }
    }

    /// - Parameter path: Of the socket that the machine's syslog listens at.
    package func syslog(_ path: String, logger: Logger) -> LogOutput {
        output(.syslog(path), logger: logger) { DatagramOutput.local(path) }
    }

    /// - Parameter make: Called on the thread of the destination, when there is none yet.
    func output(
        _ destination: LogDestination, logger: Logger, queue: EntryQueue = EntryQueue(),
        _ make: @escaping @Sendable () -> any EntryOutput
    ) -> LogOutput {
        let shared = state.withLock { state in
            if let known = state.writers[destination], known.queue.lease() { return known.queue }
            let writer = EntryWriter(destination, logger: logger, queue: queue, on: startThread, output: make) {
                [weak self] writer in self?.forget(writer)
            }
            // A snapshot that is built while the node stops has nothing to say.
            if state.isStopped { writer.queue.stop(by: .now) }
            state.writers[destination] = writer
            writer.start()
            return writer.queue
        }
        return LogOutput(shared)
    }

    private func forget(_ writer: EntryWriter) {
        state.withLock { state in
            if state.writers[writer.destination] === writer { state.writers[writer.destination] = nil }
        }
    }

    /// Of what is written to now, by destination.
    package var statuses: [LogOutputStatus] {
        let writers = state.withLock { Array($0.writers.values) }
        return writers.map { writer in
            let counts = writer.queue.counts
            return LogOutputStatus(
                destination: writer.destination.description, sent: counts.sent, dropped: counts.dropped,
                waiting: counts.waiting)
        }.sorted { $0.destination < $1.destination }
    }

    /// Files that were rotated are noticed with the next entry.
    package func refresh() {
        for writer in state.withLock({ Array($0.writers.values) }) { writer.queue.refresh() }
    }

    /// Writes what is queued, for at most `milliseconds`, and says what could not be: the entries left, by destination.
    package func shutdown(within milliseconds: Int) async -> [(destination: String, entries: Int)] {
        let writers = state.withLock { state in
            state.isStopped = true
            return Array(state.writers.values)
        }
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        return await withTaskGroup(of: (destination: String, entries: Int).self) { group in
            for writer in writers {
                group.addTask { (writer.destination.description, await writer.stop(by: deadline)) }
            }
            var left: [(destination: String, entries: Int)] = []
            for await one in group where one.entries > 0 { left.append(one) }
            return left.sorted { $0.destination < $1.destination }
        }
    }
}

/// What became of the entries for one destination.
package struct LogOutputStatus: Sendable, Equatable {
    package let destination: String
    package let sent: Int
    package let dropped: Int
    package let waiting: Int
}

/// A right to log somewhere; the destination's thread ends after the last one.
package final class LogOutput: Sendable {
    private let queue: EntryQueue

    fileprivate init(_ queue: EntryQueue) { self.queue = queue }

    deinit { queue.release() }

    /// Queues a copy of the entry; false: the queue is full, and it is dropped. Never waits.
    ///
    /// - Parameter isFresh: A file that was rotated is noticed before this entry, not within a second.
    package func offer(_ entry: Span<UInt8>, isFresh: Bool = false) -> Bool { queue.offer(entry, isFresh: isFresh) }

    var counts: EntryQueue.Counts { queue.counts }
}
