internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Kafka
internal import Observability
internal import PluginKit
internal import Synchronization
internal import System

/// Every request as a record: compatible with Kong's `kafka-log` (reference section 2A), and never in the way of an answer.
enum KafkaLog {
    static func definition(pool: ProducerPool) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedKafkaLog(config, context, pool)
        }
    }
}

/// What all loops share.
final class PreparedKafkaLog: PreparedLogPlugin {
    let entries: LogEntryConfiguration
    let producer: Producer
    let label: String
    let topic: ProducerTopic
    let keyArgument: [UInt8]?
    private let logger: Logger
    private let throttle = LogThrottle()
    private let count = Atomic(0)
    private let pluginID: String

    init(_ config: JSONObject, _ context: PluginBuildContext, _ pool: ProducerPool) throws {
        let client = try KafkaClientConfiguration(config, context, waitsForAnswers: false)
        entries = try LogEntryConfiguration(config, context)
        label = client.label
        logger = context.logger
        pluginID = context.pluginID
        keyArgument = config["key_query_arg"]?.stringValue.map { Array($0.utf8) }
        do throws(KafkaError) {
            producer = try pool.producer(for: client.producer, label: client.label)
            topic = try producer.topic(config["topic"]?.stringValue ?? "")
        } catch { throw PluginBuildError("", error.message) }
    }

    func plugin(on loop: EventLoop) -> any Plugin { KafkaLogPlugin(self, on: loop) }

    /// Counts a dropped entry, and names it in the log: the first of ten seconds, with the number of all.
    func dropped(_ error: String, _ detail: String) {
        let total = count.add(1, ordering: .relaxed).newValue
        guard let held = throttle.pass(at: WallClock.milliseconds) else { return }
        logger.warn(
            "log entries dropped",
            [
                "plugin_id": .string(pluginID), "cluster": .string(label), "topic": .string(topic.name),
                "error": .string(error), "detail": .string(detail), "dropped": .integer(total),
                "held_back": .integer(held),
            ])
    }
}

/// The log phase of `kafka-log` on one loop.
final class KafkaLogPlugin: LogPlugin {
    private let prepared: PreparedKafkaLog
    private let loop: EventLoop
    let entry: LogEntry
    private var value: [UInt8] = []

    init(_ prepared: PreparedKafkaLog, on loop: EventLoop) {
        self.prepared = prepared
        self.loop = loop
        entry = LogEntry(prepared.entries)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        value.removeAll(keepingCapacity: true)
        guard entry.write(exchange, context, outcome, of: self, to: &value) else { return }
        var key: [UInt8]?
        if let name = prepared.keyArgument, !QueryArguments.isTooLong(exchange.request.queryBytes()) {
            key = QueryArguments.value(of: name, in: exchange.request.queryBytes())
        }
        switch produce(key) {
        case .queued: return
        case .full: prepared.dropped("QueueFull", "the producer's queue is full")
        case .refused(let error): prepared.dropped(error.name, error.message)
        }
    }

    private func produce(_ key: [UInt8]?) -> ProduceResult {
        let value = value
        guard let key else {
            return prepared.producer.produce(prepared.topic, value: value.span, headers: .none, on: loop, target: nil)
        }
        return prepared.producer.produce(
            prepared.topic, key: key.span, value: value.span, headers: .none, on: loop, target: nil)
    }
}
