internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Observability
internal import PluginKit
internal import System

/// Every request as a line of a file: compatible with Kong's `file-log` (reference section 6), and never in the way of an
/// answer.
enum FileLog {
    static func definition(outputs: LogOutputs) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedFileLog(config, context, outputs)
        }
    }
}

/// What all loops share.
final class PreparedFileLog: PreparedLogPlugin {
    let entries: LogEntryConfiguration
    let output: LogOutput
    let path: String
    let reopens: Bool
    let drops: LogDrops

    init(_ config: JSONObject, _ context: PluginBuildContext, _ outputs: LogOutputs) throws {
        entries = try LogEntryConfiguration(config, context)
        path = config["path"]?.stringValue ?? ""
        reopens = config["reopen"]?.boolValue ?? false
        drops = LogDrops(context)
        output = outputs.file(path, logger: context.logger)
    }

    func plugin(on loop: EventLoop) -> any Plugin { FileLogPlugin(self) }
}

/// The log phase of `file-log` on one loop.
final class FileLogPlugin: LogPlugin {
    private let prepared: PreparedFileLog
    let entry: LogEntry
    private var line: [UInt8] = []

    init(_ prepared: PreparedFileLog) {
        self.prepared = prepared
        entry = LogEntry(prepared.entries)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        line.removeAll(keepingCapacity: true)
        guard entry.write(exchange, context, outcome, of: self, to: &line) else { return }
        line.append(UInt8(ascii: "\n"))
        if !prepared.output.offer(line.span, isFresh: prepared.reopens) { prepared.drops.overflowed(prepared.path) }
    }
}
