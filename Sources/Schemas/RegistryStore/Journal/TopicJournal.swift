internal import JSON
package import Kafka

/// The registry's events in a compacted topic, which several registries share.
package final class TopicJournal: RegistryJournal {
    private let log: SharedLog
    private let topic: String
    /// Why nothing goes on: an event was left out, so what is here is not what is there.
    private var damage: String?
    /// Until then changes are refused at once, for the brokers have just been out of reach: those that waited for the one
    /// that found out need not find out again.
    private var pause: ContinuousClock.Instant?
    private static let pauseTime = Duration.seconds(2)

    /// Finds the topic, or makes it.
    ///
    /// - Parameter arrived: Called, on any thread, when others have written.
    package init(
        cluster: ClusterConfiguration, topic: String, timeout: Int = 10_000, arrived: @escaping @Sendable () -> Void
    ) throws {
        self.topic = topic
        log = try SharedLog(cluster: cluster, topic: topic, timeout: timeout, arrived: arrived)
    }

    package func load() throws -> [RegistryEvent] { try events(try log.readToEnd()) }

    package func take() throws -> [RegistryEvent] { try events(try log.take()) }

    package func prepare() throws(RegistryJournalFailure) -> [RegistryEvent] {
        if let pause, pause > .now { throw .failed("topic \(topic): out of reach a moment ago") }
        do {
            let events = try events(try log.becomeWriter())
            pause = nil
            return events
        } catch {
            pause = .now + Self.pauseTime
            throw .failed("topic \(topic): \(error)")
        }
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
        if let damage { throw RegistryEventError(damage) }
        do { return try records.map(Self.event) } catch {
            damage = "an event of the topic \(topic) cannot be read, and what came after it is not known: \(error)"
            throw error
        }
    }

    private static func event(_ record: SharedLog.Record) throws -> RegistryEvent {
        let key = try JSONValue.parse(record.key.span)
        // An empty value is none, too.
        let value = try record.value.flatMap { $0.isEmpty ? nil : try JSONValue.parse($0.span) }
        return try RegistryEvent(key: key, value: value)
    }
}
