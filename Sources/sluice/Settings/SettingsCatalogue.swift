/// All settings: the one list behind the file, the environment, the flags, `--help` and the reference page.
enum SettingsCatalogue {
    static let all: [Setting] =
        listeners + tls + configuration + plugins + proxy + names + registry + logs + process + limits

    static func setting(_ name: String) -> Setting? { all.first { $0.name == name } }

    static func kong(
        _ section: String, _ name: String, _ kind: Setting.Kind, _ value: String, _ summary: String
    ) -> Setting {
        Setting(name: name, origin: .kong, kind: kind, defaultValue: value, summary: summary, section: section)
    }

    static func own(
        _ section: String, _ name: String, _ kind: Setting.Kind, _ value: String, _ summary: String
    ) -> Setting {
        Setting(name: name, origin: .sluice, kind: kind, defaultValue: value, summary: summary, section: section)
    }

    private static let listeners = [
        kong(
            "Listeners", "proxy_listen", .list, "0.0.0.0:8000, 0.0.0.0:8443 ssl http2",
            "Where requests come in: addresses separated by commas, each with flags if wanted, or `off`. Flags are `ssl`, `http2` (without `ssl` by prior knowledge), `proxy_protocol`, `reuseport` and `backlog=N`."
        ),
        kong(
            "Listeners", "admin_listen", .list, "127.0.0.1:8001, 127.0.0.1:8444 ssl http2",
            "Where the Admin API listens, or `off`."),
        kong("Listeners", "status_listen", .list, "127.0.0.1:8007", "Where the status API listens, or `off`."),
        kong(
            "Listeners", "admin_gui_listen", .list, "127.0.0.1:8002",
            "Where the console listens, a live page about this node that changes nothing, or `off`."),
        own(
            "Listeners", "registry_listen", .list, "off",
            "Where the embedded schema registry listens, such as `127.0.0.1:8081`, or `off`. What is registered is in `registry.db` below `data_dir`. With `ssl` it has the certificate of the Admin API, and asks as much of clients' certificates."
        ),
        kong(
            "Listeners", "stream_listen",
            .checked { $0 == "off" ? nil : "TCP and TLS streams are not proxied; remove it" },
            "off", "`off`: TCP and TLS streams are not proxied."),
    ]

    private static let configuration = [
        kong(
            "Configuration", "database", .oneOf(["off", "sqlite"]), "",
            "Where entities live: `sqlite` in a file below `data_dir`, edited through the Admin API; `off` in memory, from a declarative file. By default `off` with `declarative_config`, else `sqlite`."
        ),
        kong(
            "Configuration", "declarative_config", .text, "",
            "The declarative file (YAML or JSON) of a node without database."
        ),
        own("Configuration", "data_dir", .text, "sluice-data", "The folder of the node's own files."),
    ]

    private static let plugins = [
        kong(
            "Plugins", "plugins", .list, "bundled",
            "Plugins that may be used, separated by commas; `bundled` stands for all built in, `off` for none.")
    ]

    private static let logs = [
        kong(
            "Logs", "log_level", .oneOf(["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"]),
            "notice", "The least level that is logged."),
        own(
            "Logs", "log_format", .oneOf(["auto", "text", "json"]), "auto",
            "How lines look: `auto` is text on a terminal and JSON otherwise."),
    ]

    private static let process = [
        own(
            "Process", "status_required_clusters", .list, "",
            "The Kafka clusters without which `/status/ready` answers 503, by `cluster_name`, or `all`. By default none: a cluster that is away leaves the routes to others in service."
        ),
        own(
            "Process", "event_loops", .automaticInteger(1...64), "auto",
            "Threads that serve requests; `auto`: one for each processor."),
        own(
            "Process", "stop_timeout", .integer(0...3_600_000), "10000",
            "Milliseconds that requests under way have to finish when the node stops."),
        own(
            "Process", "flush_timeout", .integer(0...3_600_000), "10000",
            "Milliseconds that queued records have to be delivered after that."),
    ]

    private static let limits = [
        own("Limits", "request_line_bytes", .integer(256...1_048_576), "8192", "The request line; longer: 414."),
        own("Limits", "header_bytes", .integer(1_024...16_777_216), "65536", "All header fields together; more: 431."),
        own("Limits", "header_count", .integer(1...10_000), "100", "Header fields of a request; more: 431."),
        own(
            "Limits", "header_timeout", .integer(10...3_600_000), "60000",
            "Milliseconds from a request's first byte to the end of its head; then 408."),
        own(
            "Limits", "body_timeout", .integer(10...3_600_000), "60000",
            "Milliseconds between two pieces of a body; then 408."),
        own(
            "Limits", "idle_timeout", .integer(10...86_400_000), "75000",
            "Milliseconds that a connection without a request stays open."),
        own(
            "Limits", "write_timeout", .integer(10...3_600_000), "60000",
            "Milliseconds after which a client that takes nothing of its answer is cut off."),
        own(
            "Limits", "requests_per_connection", .integer(1...1_000_000_000), "100000",
            "Requests that a connection may carry."),
        own(
            "Limits", "connections_per_loop", .integer(1...10_000_000), "16384",
            "Open connections of an event loop; further ones wait to be accepted."),
        own(
            "Limits", "upstream_connections_per_loop", .integer(1...1_000_000), "10000",
            "Connections of an event loop to one target; further requests wait, at most `connect_timeout` of their service."
        ),
        own(
            "Limits", "upstream_waiting_per_loop", .integer(0...1_000_000), "1000",
            "Requests of an event loop that may wait for a connection to one target; more: 503."),
        own(
            "Limits", "admin_body_bytes", .integer(1_024...1_073_741_824), "10485760",
            "The largest body of an Admin API request, but for `/config`."),
        own(
            "Limits", "config_body_bytes", .integer(1_024...1_073_741_824), "104857600",
            "The largest declarative file, read from disk or posted to `/config`."),
    ]
}
