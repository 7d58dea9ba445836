package import GatewayModel
internal import JSON
package import LogKit
package import PluginKit
internal import TLS

/// Every request as a line on a TCP connection: compatible with Kong's `tcp-log`, and never in the way of an answer.
package enum TCPLog {
    package static func definition(outputs: LogOutputs) -> PluginDefinition {
        PluginDefinition(schema: schema, phases: .log) { config, context in
            let peer = peer(config, context)
            let output = outputs.tcp(peer, logger: context.logger)
            return try PreparedOutputLog(config, context, to: output, at: .tcp(peer), areLines: true)
        }
    }

    static func peer(_ config: JSONObject, _ context: PluginBuildContext) -> TCPOutput.Peer {
        let host = LogHost.text(config)
        var peer = TCPOutput.Peer(
            host: host, port: config["port"]?.integerValue ?? 0, timeout: config["timeout"]?.integerValue ?? 10_000,
            keepalive: config["keepalive"]?.integerValue ?? 60_000)
        if config["tls"] == true {
            let trust = config["tls_verify"] == true ? TLSTrust(authorities: context.trustedAuthorities) : nil
            peer.tls = .init(serverName: config["tls_sni"]?.stringValue ?? host, trust: trust)
        }
        return peer
    }

    package static let schema = PluginSchema(
        name: "tcp-log", priority: 7,
        summary:
            "Sends what each request was, and how it was answered, as a line of JSON over a TCP connection: Kong's "
            + "log entry. One connection is kept for all requests, and made anew when it is lost. It never holds up an "
            + "answer; entries that find 50000 or 64 MiB waiting are dropped, counted and named in the log.",
        config: RecordSchema(
            fields: LogHost.fields + [
                NamedField(
                    "timeout",
                    .integer.default(10_000).between(1, 2_147_483_646).describe(
                        "Milliseconds that connecting may take, or sending without progress.")),
                NamedField(
                    "keepalive",
                    .integer.default(60_000).between(0, 2_147_483_646).describe(
                        "Milliseconds that an unused connection is kept.")),
                NamedField("tls", .boolean.required().default(false).describe("Whether the server speaks TLS.")),
                NamedField(
                    "tls_sni",
                    .string.check { HostRules.serviceProblem($0.stringValue ?? "") }.describe(
                        "The server's name in TLS; `host` when not given.")),
                NamedField(
                    "tls_verify",
                    .boolean.default(false).sluiceOnly().describe(
                        "Whether the server's certificate is verified, against `lua_ssl_trusted_certificate`.")),
            ] + LogEntryFields.fields))
}

/// The server of a log plugin.
enum LogHost {
    static let fields: [NamedField] = [
        NamedField(
            "host",
            .string.required().check { HostRules.serviceProblem($0.stringValue ?? "") }.describe(
                "Name or address of the server; names are looked up by the system's resolver.")),
        NamedField("port", .integer.required().between(0, 65535).describe("Its port.")),
    ]

    /// An IPv6 address without its brackets.
    static func text(_ config: JSONObject) -> String {
        let host = config["host"]?.stringValue ?? ""
        return host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
