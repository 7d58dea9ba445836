internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
package import Kafka
package import KafkaKit
internal import LogKit
internal import Observability
package import PluginKit

/// Every request as a record: compatible with Kong's `kafka-log` (reference section 2A), and never in the way of an answer.
package enum KafkaLog {
    package static func definition(pool: ProducerPool, schemas: SchemaDirectory) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedKafkaLog(config, context, pool, schemas)
        }
    }
}

/// What all loops share.
final class PreparedKafkaLog: PreparedLogPlugin {
    let entries: LogEntryConfiguration
    let target: EntryTopic
    let keyArgument: [UInt8]?
    /// Nil: entries are the JSON they are.
    let schemas: RecordSchemas?
    let late = LateEntries()
    private let logger: Logger

    init(
        _ config: JSONObject, _ context: PluginBuildContext, _ pool: ProducerPool, _ directory: SchemaDirectory
    ) throws {
        let client = try KafkaClientConfiguration(config, context, waitsForAnswers: false)
        entries = try LogEntryConfiguration(config, context)
        logger = context.logger
        keyArgument = config["key_query_arg"]?.stringValue.map { Array($0.utf8) }
        target = try EntryTopic(config, client, pool, drops: LogDrops(context))
        schemas = try RecordSchemas(
            config, context, topics: [target.topic.name], maximumBytes: client.producer.maximumMessageBytes, directory)
        if let schemas { directory.add(schemas, of: context.pluginID) }
    }

    func plugin(on loop: EventLoop) -> any Plugin {
        schemas?.warm(logger)
        return KafkaLogPlugin(self, on: loop)
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
            prepared.send(value, key: key, by: serializer, on: loop)
        } else {
            let value = value
            prepared.target.send(value.span, key: key, on: loop)
        }
    }
}
