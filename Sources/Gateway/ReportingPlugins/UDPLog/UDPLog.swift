package import GatewayModel
internal import JSON
package import LogKit
package import PluginKit

/// Every request as a datagram: compatible with Kong's `udp-log`, and never in the way of an answer.
package enum UDPLog {
    package static func definition(outputs: LogOutputs) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            let (host, port) = (LogHost.text(config), config["port"]?.integerValue ?? 0)
            let destination = LogDestination.udp(host: host, port: port)
            let output = outputs.udp(host, port: port, logger: context.logger)
            return try PreparedOutputLog(config, context, to: output, at: destination, areLines: false)
        }
    }

    package static let schema = PluginSchema(
        name: "udp-log", priority: 8,
        summary:
            "Sends what each request was, and how it was answered, as a datagram of JSON: Kong's log entry. Nobody "
            + "says whether a datagram arrives, and those of more than about 65 KB cannot be sent: they are counted and "
            + "named in the log. It never holds up an answer.",
        config: RecordSchema(
            fields: LogHost.fields + [
                NamedField(
                    "timeout",
                    .integer.default(10_000).between(1, 2_147_483_646).describe(
                        "Kept for compatibility: a datagram is not waited for."))
            ] + LogEntryFields.fields))
}
