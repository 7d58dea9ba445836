internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Kafka
internal import KafkaKit
internal import Observability
internal import PluginKit
internal import SchemaLanguages
internal import SchemaRegistry

/// Every request as a record: compatible with Kong's `kafka-log` (reference section 2A), and never in the way of an answer.
enum KafkaLog {
    static func definition(pool: ProducerPool, schemas: SchemaDirectory) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedKafkaLog(config, context, pool, schemas)
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
    /// Nil: entries are the JSON they are.
    let schemas: RecordSchemas?
    private let late = LateEntries()
    private let logger: Logger
    private let drops: LogDrops

    init(
        _ config: JSONObject, _ context: PluginBuildContext, _ pool: ProducerPool, _ directory: SchemaDirectory
    ) throws {
        let client = try KafkaClientConfiguration(config, context, waitsForAnswers: false)
        entries = try LogEntryConfiguration(config, context)
        label = client.label
        logger = context.logger
        drops = LogDrops(context)
        keyArgument = config["key_query_arg"]?.stringValue.map { Array($0.utf8) }
        do throws(KafkaError) {
            producer = try pool.producer(for: client.producer, label: client.label)
            topic = try producer.topic(config["topic"]?.stringValue ?? "")
        } catch { throw PluginBuildError("", error.message) }
        schemas = try RecordSchemas(
            config, context, topics: [topic.name], maximumBytes: client.producer.maximumMessageBytes, directory)
        if let schemas { directory.add(schemas, of: context.pluginID) }
    }

    func plugin(on loop: EventLoop) -> any Plugin {
        schemas?.warm(logger)
        return KafkaLogPlugin(self, on: loop)
    }

    // MARK: - Sending

    /// Hands an entry over, or counts it as dropped. Nobody waits for its report.
    func send(_ value: borrowing [UInt8], key: [UInt8]?, headers: RecordHeaders = .none, on loop: EventLoop) {
        let value = copy value
        let result =
            if let key {
                producer.produce(topic, key: key.span, value: value.span, headers: headers, on: loop, target: nil)
            } else {
                producer.produce(topic, value: value.span, headers: headers, on: loop, target: nil)
            }
        switch result {
        case .queued: return
        case .full: dropped("QueueFull", "the producer's queue is full")
        case .refused(let error): dropped(error.name, error.message)
        }
    }

    /// Serialises an entry and hands it over.
    ///
    /// - Parameter mayWait: Whether a schema that is not there yet is waited for.
    func send(
        _ value: [UInt8], key: [UInt8]?, by serializer: RecordSerializer, mayWait: Bool, on loop: EventLoop
    ) {
        switch serializer.prepare([topic], hasKey: key != nil, loaded: [:]) {
        case .ready: break
        case .rejected(let rejection): return dropped(rejection)
        case .missing(let slots):
            let isWaiting =
                mayWait
                && late.add((value, key), waitingFor: slots) { [self] entries in
                    guard let schemas else { return }
                    let serializer = RecordSerializer(schemas)
                    for entry in entries {
                        send(entry.value, key: entry.key, by: serializer, mayWait: false, on: loop)
                    }
                }
            if !isWaiting { dropped("SchemaMissing", "the registry has not answered yet") }
            return
        }
        do throws(SchemaRejection) {
            var serialized: [UInt8] = []
            try serializer.appendValue(value.span, for: topic, to: &serialized)
            var serializedKey: [UInt8]?
            if let key { serializedKey = try serializer.key(key, for: topic) }
            var headers = RecordHeaders()
            serializer.addHeaders(for: topic, hasKey: key != nil, to: &headers)
            send(serialized, key: serializedKey, headers: headers, on: loop)
        } catch { dropped(error) }
    }

    private func dropped(_ rejection: SchemaRejection) {
        switch rejection {
        case .unavailable(let failure, let subject, _): dropped("SchemaUnavailable", "\(subject): \(failure.message)")
        case .unfit(let fault, _, let isKey): dropped(isKey ? "UnfitKey" : "UnfitEntry", Self.detail(fault))
        case .unusable(let fault, _): dropped("SchemaUnusable", fault.message)
        case .noGUID: dropped("SchemaUnusable", "the registry gives the schema no GUID")
        }
    }

    /// Where it does not fit and by which rule: what stands there is nobody's business.
    private static func detail(_ fault: PayloadFault) -> String {
        guard case .violations(let violations, _) = fault, let first = violations.first else {
            return fault.description
        }
        return "'\(first.pointer)' breaks the rule '\(first.rule)', one of \(violations.count) violations"
    }

    func dropped(_ error: String, _ detail: String) {
        drops.dropped(cluster: label, topic: topic.name, error, detail)
    }
}

/// The log phase of `kafka-log` on one loop.
final class KafkaLogPlugin: LogPlugin {
    private let prepared: PreparedKafkaLog
    private let loop: EventLoop
    let entry: LogEntry
    private let serializer: RecordSerializer?
    private var value: [UInt8] = []

    init(_ prepared: PreparedKafkaLog, on loop: EventLoop) {
        self.prepared = prepared
        self.loop = loop
        entry = LogEntry(prepared.entries)
        serializer = prepared.schemas.map { RecordSerializer($0) }
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        value.removeAll(keepingCapacity: true)
        guard entry.write(exchange, context, outcome, of: self, to: &value) else { return }
        var key: [UInt8]?
        if let name = prepared.keyArgument, !QueryArguments.isTooLong(exchange.request.queryBytes()) {
            key = QueryArguments.value(of: name, in: exchange.request.queryBytes())
        }
        if let serializer {
            prepared.send(value, key: key, by: serializer, mayWait: true, on: loop)
        } else {
            prepared.send(value, key: key, on: loop)
        }
    }
}
