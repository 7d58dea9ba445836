package import EventLoop
internal import Synchronization

/// All producers of a node: one for each distinct configuration, shared by whoever asks.
package final class ProducerPool: Sendable {
    private struct Entry {
        weak var producer: Producer?
    }

    private struct State {
        var entries: [ProducerConfiguration: Entry] = [:]
        /// Every core that has not yet closed, leased or not.
        var cores: [ObjectIdentifier: ProducerCore] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let loops: [EventLoop]
    private let events: any KafkaEventSink

    /// - Parameter loops: those that will produce, in the order of their `index`, which counts from 0.
    package init(loops: [EventLoop], events: any KafkaEventSink) {
        precondition(loops.count < 255 && loops.enumerated().allSatisfy { $0.element.index == $0.offset })
        self.loops = loops
        self.events = events
    }

    /// The producer with exactly this configuration, started when there is none. Blocks for a few milliseconds: not for
    /// an event loop.
    ///
    /// - Parameter label: the name operators know the cluster by; the first one's appears in events.
    package func producer(
        for configuration: ProducerConfiguration, label: String
    ) throws(KafkaError) -> Producer {
        let result = state.withLock { state -> Result<Producer, KafkaError> in
            if state.isStopped { return .failure(.stopping) }
            if let known = state.entries[configuration]?.producer, !known.core.hasFailed.load(ordering: .acquiring) {
                known.core.add(label: label)
                return .success(known)
            }
            do throws(KafkaError) {
                let core = try ProducerCore(configuration, label: label, loops: loops, events: events)
                let producer = Producer(core: core)
                state.entries[configuration] = Entry(producer: producer)
                state.cores[ObjectIdentifier(core)] = core
                try core.start { [weak self] core in self?.closed(core) }
                return .success(producer)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Delivers what is queued, for at most `milliseconds`, and says what could not be. Afterwards every `produce` is
    /// refused.
    package func shutdown(within milliseconds: Int) async -> ShutdownReport {
        let cores = state.withLock { state in
            state.isStopped = true
            return Array(state.cores.values)
        }
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        let topics = await withTaskGroup(of: [ShutdownReport.Topic].self) { group in
            for core in cores { group.addTask { await core.stop(by: deadline) } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return ShutdownReport(topics: topics.sorted { ($0.cluster, $0.topic) < ($1.cluster, $1.topic) })
    }

    /// One for each producer that is not closed, by label.
    package func clusterStatuses() -> [ClusterStatus] {
        let cores = state.withLock { Array($0.cores.values) }
        return cores.map { $0.status() }.sorted { ($0.labels.first ?? "") < ($1.labels.first ?? "") }
    }

    /// Asks each cluster for its metadata, all at once: nil where a broker answered in time.
    package func probe(timeout milliseconds: Int) async -> [(label: String, error: KafkaError?)] {
        let producers = state.withLock { $0.entries.values.compactMap(\.producer) }
        let answers = await withTaskGroup(of: (String, KafkaError?).self) { group in
            for producer in producers {
                group.addTask { (producer.core.name, await producer.probe(timeout: milliseconds)) }
            }
            return await group.reduce(into: [(label: String, error: KafkaError?)]()) { $0.append(($1.0, $1.1)) }
        }
        return answers.sorted { $0.label < $1.label }
    }

    /// Producers that have not yet closed, those that drain included.
    package var openCount: Int { state.withLock { $0.cores.count } }

    private func closed(_ core: ProducerCore) {
        state.withLock { state in
            state.cores[ObjectIdentifier(core)] = nil
            if state.entries[core.configuration].map({ $0.producer == nil }) == true {
                state.entries[core.configuration] = nil
            }
        }
    }
}
