internal import JSON
package import Kafka

/// The registry's events in a compacted topic, which several registries share.
package final class TopicJournal: RegistryJournal {
    private let log: SharedLog
    private let topic: String

    /// Finds the topic, or makes it.
    ///
    /// - Parameter arrived: Called, on any thread, when others have written.
    package init(
        cluster: ClusterConfiguration, topic: String, timeout: Int = 30_000, arrived: @escaping @Sendable () -> Void
    ) throws {
        self.topic = topic
        log = try SharedLog(cluster: cluster, topic: topic, timeout: timeout, arrived: arrived)
    }

    package func load() throws -> [RegistryEvent] { try events(try log.readToEnd()) }

    package func take() throws -> [RegistryEvent] { try events(try log.take()) }

    package func prepare() throws(RegistryJournalFailure) -> [RegistryEvent] {
        do { return try events(try log.becomeWriter()) } catch { throw .failed("topic \(topic): \(error)") }
    }

    package func append(_ events: [RegistryEvent]) throws(RegistryJournalFailure) -> [RegistryEvent] {
        let records = events.map { event in
            SharedLog.Record(key: Array(event.key.text.utf8), value: event.value.map { Array($0.text.utf8) })
        }
        do {
            // Read back: what others wrote before stands before it.
            return try self.events(try log.write(records))
        } catch let failure as SharedLog.Failure {
            switch failure {
            case .superseded: throw .superseded
            case .unknown(let error): throw .timedOut("topic \(topic): \(error)")
            case .refused(let error): throw .failed("topic \(topic): \(error)")
            }
        } catch { throw .timedOut("topic \(topic): \(error)") }
    }

    package func close() { log.close() }

    private func events(_ records: [SharedLog.Record]) throws -> [RegistryEvent] {
        var events: [RegistryEvent] = []
        for record in records {
            let key = try JSONValue.parse(record.key.span)
            // An empty value is none, too.
            let value = try record.value.flatMap { $0.isEmpty ? nil : try JSONValue.parse($0.span) }
            events.append(try RegistryEvent(key: key, value: value))
        }
        return events
    }
}
