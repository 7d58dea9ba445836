internal import Bytes
internal import EventLoop
package import GatewayModel
internal import HTTPServer
internal import JSON
package import LogKit
package import PluginKit
internal import System

/// Every request as a message to this machine's syslog: compatible with Kong's `syslog`, and never in the way of an answer.
package enum Syslog {
    package static func definition(outputs: LogOutputs) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            try PreparedSyslog(config, context, outputs)
        }
    }

    package static let schema = PluginSchema(
        name: "syslog", priority: 4,
        summary:
            "Sends what each request was, and how it was answered, to the machine's syslog: Kong's log entry, with a "
            + "severity by the answer's status. It never holds up an answer; entries that find 50000 or 64 MiB waiting "
            + "are dropped, counted and named in the log.",
        config: RecordSchema(
            fields: [
                severity("log_level", "Messages of less severity are not sent."),
                severity("successful_severity", "Of requests answered with a status below 400."),
                severity("client_errors_severity", "Of those answered with 400 to 499."),
                severity("server_errors_severity", "Of those answered with 500 or more."),
                NamedField(
                    "facility",
                    .string.default("user").oneOf(SyslogFacility.allCases.map(\.rawValue).sorted().map { .string($0) })
                        .describe("The part of the system that messages come from.")),
                NamedField(
                    "socket_path",
                    .string.default("/dev/log").check(LogPath.problem).sluiceOnly().describe(
                        "The socket that the syslog listens at.")),
            ] + LogEntryFields.fields))

    private static func severity(_ name: String, _ description: String) -> NamedField {
        NamedField(
            name,
            .string.default("info").oneOf(SyslogSeverity.allCases.reversed().map { .string($0.rawValue) })
                .describe(description))
    }
}

/// What all loops share.
final class PreparedSyslog: PreparedLogPlugin {
    let shared: PreparedOutputLog
    var entries: LogEntryConfiguration { shared.entries }
    private let level: Int
    private let severities: (successful: Int, clients: Int, servers: Int)
    private let facility: Int

    init(_ config: JSONObject, _ context: PluginBuildContext, _ outputs: LogOutputs) throws {
        func severity(_ name: String) -> Int {
            (SyslogSeverity(rawValue: config[name]?.stringValue ?? "") ?? .info).number
        }
        let path = config["socket_path"]?.stringValue ?? "/dev/log"
        let output = outputs.syslog(path, logger: context.logger)
        shared = try PreparedOutputLog(config, context, to: output, at: .syslog(path), areLines: false)
        level = severity("log_level")
        severities = (
            severity("successful_severity"), severity("client_errors_severity"), severity("server_errors_severity")
        )
        facility = (SyslogFacility(rawValue: config["facility"]?.stringValue ?? "") ?? .user).number
    }

    func plugin(on loop: EventLoop) -> any Plugin { SyslogPlugin(self) }

    /// What a message of a request with that status begins with (RFC 3164 §4.1.1); nil: it is not sent.
    func priority(status: Int) -> Int? {
        let severity = status >= 500 ? severities.servers : status >= 400 ? severities.clients : severities.successful
        return severity <= level ? facility * 8 + severity : nil
    }
}

/// The log phase of `syslog` on one loop.
final class SyslogPlugin: LogPlugin {
    private let prepared: PreparedSyslog
    let entry: LogEntry
    private var message: [UInt8] = []
    /// The text of the time, which is the same for a second.
    private var time = (second: Int64.min, text: "")

    /// What Kong's messages say, so that rules for them hold.
    private static let tag = " kong[\(CurrentProcess.identifier)]: "

    init(_ prepared: PreparedSyslog) {
        self.prepared = prepared
        entry = LogEntry(prepared.entries)
    }

    func log(_ exchange: inout Exchange, _ context: RequestContext, _ outcome: RequestOutcome) {
        // What nginx tells of a client that went before it was answered.
        let status = outcome == .clientGone && exchange.bytesSent == 0 ? 499 : exchange.response.status
        guard let priority = prepared.priority(status: status) else { return }
        let now = WallClock.milliseconds
        if now / 1_000 != time.second { time = (now / 1_000, WallClock.syslogTimestamp(now)) }
        message.removeAll(keepingCapacity: true)
        message.append("<\(priority)>\(time.text)\(Self.tag)")
        guard entry.write(exchange, context, outcome, of: self, to: &message) else { return }
        let whole = message
        prepared.shared.offer(whole.span)
    }
}
