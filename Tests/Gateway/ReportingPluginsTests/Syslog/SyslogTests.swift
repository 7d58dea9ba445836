import GatewayModel
import JSON
import TestPlugins
import Testing

@testable import LogKit
@testable import ReportingPlugins

@Suite("syslog")
struct SyslogTests {
    private static let cases = [
        SchemaCase(#"{}"#),
        SchemaCase(
            #"{"log_level":"emerg","successful_severity":"debug","client_errors_severity":"warning","facility":"local7"}"#
        ),
        SchemaCase(
            #"{"log_level":"warn"}"#,
            "config.log_level: expected one of: debug, info, notice, warning, err, crit, alert, emerg"),
        SchemaCase(
            #"{"facility":"LOCAL0"}"#,
            "config.facility: expected one of: auth, authpriv, cron, daemon, ftp, kern, local0, local1, local2, local3, "
                + "local4, local5, local6, local7, lpr, mail, news, syslog, user, uucp"),
        SchemaCase(#"{"socket_path":"/dev/lo*"}"#, "config.socket_path: not a valid filename"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("syslog") }

    @Test("defaults are Kong's")
    func defaults() throws {
        let config = try PluginFixture.complete("syslog", [:]).get()
        for name in ["log_level", "successful_severity", "client_errors_severity", "server_errors_severity"] {
            #expect(config[name] == "info")
        }
        #expect(config["facility"] == "user" && config["socket_path"] == "/dev/log" && Syslog.schema.priority == 4)
    }

    /// `config`, a status, and what the message begins with; nil: none is sent.
    private static let priorities: [(config: JSONObject, status: Int, priority: Int?)] = [
        ([:], 200, 14), ([:], 404, 14), ([:], 500, 14), (["facility": "kern"], 200, 6),
        (["facility": "local0"], 200, 134), (["facility": "local7"], 200, 190), (["facility": "authpriv"], 200, 86),
        (["successful_severity": "debug"], 200, nil), (["successful_severity": "debug"], 400, 14),
        (["log_level": "debug", "successful_severity": "debug"], 399, 15),
        (["client_errors_severity": "warning"], 400, 12), (["client_errors_severity": "warning"], 499, 12),
        (["server_errors_severity": "emerg"], 500, 8), (["server_errors_severity": "emerg"], 599, 8),
        (["log_level": "err"], 200, nil), (["log_level": "err", "server_errors_severity": "err"], 500, 11),
        (["log_level": "err", "server_errors_severity": "warning"], 500, nil),
    ]

    @Test("a status has its severity, and what matters less than the level is not sent")
    func severities() throws {
        for (config, status, priority) in Self.priorities {
            let plugin = try PreparedSyslog(
                try PluginFixture.complete("syslog", .object(config)).get(), PluginFixture.context(), LogOutputs())
            #expect(plugin.priority(status: status) == priority, "\(config) \(status)")
        }
    }
}
