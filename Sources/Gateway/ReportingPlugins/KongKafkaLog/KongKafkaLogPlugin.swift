internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
package import Kafka
internal import KafkaKit
package import LogKit
internal import Observability
package import PluginKit

/// Every request as a record, a line or both: compatible with Optum's `kong-kafka-log` (reference section 2B).
package enum KongKafkaLog {
    package static func definition(pool: ProducerPool, outputs: LogOutputs) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedKongKafkaLog(config, context, pool, outputs)
        }
    }
}

/// What all loops share.
final class PreparedKongKafkaLog: PreparedPlugin {
    struct Lines: Sendable {
        let path: String
        let output: LogOutput
    }

    /// Nil: entries do not go there.
    let records: EntryTopic?
    let lines: Lines?
    /// What is the same in all entries.
    let application: (id: String, name: String)
    private let drops: LogDrops

    init(
        _ config: JSONObject, _ context: PluginBuildContext, _ pool: ProducerPool, _ outputs: LogOutputs
    ) throws {
        application = (config["ask_id"]?.stringValue ?? "", config["app_name"]?.stringValue ?? "")
        drops = LogDrops(context)
        records =
            config["log_to_kafka"] == false
            ? nil : try EntryTopic(config, try Self.client(config, context), pool, drops: drops)
        if config["log_to_file"] == true {
            let path = config["log_to_file_path"]?.stringValue ?? "/dev/stdout"
            lines = Lines(path: path, output: outputs.file(path, logger: context.logger))
        } else {
            lines = nil
        }
    }

    /// The configuration in the shape of other Kafka plugins.
    static func shaped(_ config: JSONObject) -> JSONObject {
        var shaped = config
        let servers = config["bootstrap_servers"]?.texts ?? []
        shaped["bootstrap_servers"] = .array(servers.compactMap { BrokerAddress($0)?.value })
        var security: JSONObject = [:]
        for field in KafkaClientSchema.securityFields { security[field.name] = config[field.name] }
        shaped["security"] = .object(security)
        return shaped
    }

    private static func client(
        _ config: JSONObject, _ context: PluginBuildContext
    ) throws -> KafkaClientConfiguration {
        do {
            return try KafkaClientConfiguration(shaped(config), context, waitsForAnswers: false)
        } catch let error as PluginBuildError where error.field.hasPrefix("security.") {
            // Here these fields stand for themselves.
            throw PluginBuildError(String(error.field.dropFirst("security.".count)), error.message)
        }
    }

    func plugin(on loop: EventLoop) -> any Plugin { KongKafkaLogPlugin(self, on: loop) }

    func overflowed(_ lines: Lines) { drops.overflowed(lines.path) }
}

/// The log phase of `kong-kafka-log` on one loop.
final class KongKafkaLogPlugin: Plugin {
    private let prepared: PreparedKongKafkaLog
    private let loop: EventLoop
    private let entry: OptumEntry
    private var value: [UInt8] = []

    init(_ prepared: PreparedKongKafkaLog, on loop: EventLoop) {
        self.prepared = prepared
        self.loop = loop
        entry = OptumEntry(application: prepared.application)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        value.removeAll(keepingCapacity: true)
        entry.write(exchange, context, outcome, to: &value)
        if let lines = prepared.lines {
            value.append(UInt8(ascii: "\n"))
            offer(to: lines)
            value.removeLast()
        }
        if let records = prepared.records {
            let value = value
            records.send(value.span, on: loop)
        }
    }

    private func offer(to lines: PreparedKongKafkaLog.Lines) {
        let value = value
        if !lines.output.offer(value.span) { prepared.overflowed(lines) }
    }
}
