internal import JSON
internal import PluginKit
internal import System

/// An entry in the form of the Elastic Common Schema 8.11, made of Kong's.
enum ECSEntry {
    static let version = "8.11"

    static func make(of entry: JSONValue) -> JSONValue {
        var made: JSONValue = [
            "@timestamp": .string(WallClock.timestamp(Int64(entry["started_at"]?.integerValue ?? 0))),
            "ecs": ["version": .string(version)],
            "event": ["kind": "event", "category": ["web"], "type": ["access"]],
            "observer": ["type": "gateway", "product": "Sluice"],
        ]
        func set(_ path: FieldPath, _ value: JSONValue?) {
            guard let value, !value.isNull, value != "" else { return }
            // Places of this table are within objects of its own.
            do throws(FieldPath.Problem) { try path.set(value, in: &made) } catch {}
        }
        for (from, to) in table { set(to, from.value(in: entry)) }
        let request = entry["request"]
        if let milliseconds = entry["latencies"]?["request"]?.integerValue {
            set(duration, .integer(milliseconds * 1_000_000))
        }
        let status = entry["response"]?["status"]?.integerValue ?? 0
        set(outcome, status >= 500 || status == 499 ? "failure" : "success")
        if let target = request?["uri"]?.stringValue {
            let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            set(path, .string(String(parts[0])))
            if parts.count > 1 { set(query, .string(String(parts[1]))) }
        }
        if let url = request?["url"]?.stringValue { addPlace(of: url, set) }
        if let last = entry["tries"]?.arrayValue?.last {
            set(destinationAddress, last["ip"])
            set(destinationPort, last["port"])
        }
        if let text = entry["upstream_status"]?.stringValue, let status = Int(text) {
            set(upstreamStatus, .integer(status))
        }
        return made
    }

    /// Scheme, host and port, as the entry's address has them.
    private static func addPlace(of url: String, _ set: (FieldPath, JSONValue?) -> Void) {
        guard let mark = url.firstRange(of: "://") else { return }
        set(scheme, .string(String(url[..<mark.lowerBound])))
        let authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" }
        guard let colon = authority.lastIndex(of: ":") else { return set(domain, .string(String(authority))) }
        set(domain, .string(String(authority[..<colon])))
        if let number = Int(authority[authority.index(after: colon)...]) { set(port, .integer(number)) }
    }

    // MARK: - Places

    private static func path(_ text: String) -> FieldPath {
        do throws(FieldPath.Problem) { return try FieldPath(text) } catch { preconditionFailure(error.description) }
    }

    private static let duration = path("event.duration")
    private static let outcome = path("event.outcome")
    private static let path = path("url.path")
    private static let query = path("url.query")
    private static let scheme = path("url.scheme")
    private static let domain = path("url.domain")
    private static let port = path("url.port")
    private static let destinationAddress = path("destination.ip")
    private static let destinationPort = path("destination.port")
    private static let upstreamStatus = path("sluice.upstream.status_code")

    private static let table: [(from: FieldPath, to: FieldPath)] = [
        ("request.id", "http.request.id"), ("request.method", "http.request.method"),
        ("request.size", "http.request.bytes"), ("request.headers.referer", "http.request.referrer"),
        ("request.headers.content-type", "http.request.mime_type"), ("request.body", "http.request.body.content"),
        ("response.status", "http.response.status_code"), ("response.size", "http.response.bytes"),
        ("response.headers.content-type", "http.response.mime_type"), ("response.body", "http.response.body.content"),
        ("request.uri", "url.original"), ("request.url", "url.full"), ("client_ip", "client.ip"),
        ("client_ip", "source.ip"), ("request.headers.user-agent", "user_agent.original"),
        ("request.tls.version", "tls.version"), ("request.tls.cipher", "tls.cipher"), ("service.name", "service.name"),
        ("service.id", "service.id"), ("consumer.username", "user.name"), ("consumer.id", "user.id"),
        ("trace_id.w3c", "trace.id"), ("route.name", "sluice.route.name"), ("route.id", "sluice.route.id"),
        ("upstream_uri", "sluice.upstream.uri"), ("latencies.kong", "sluice.latencies.gateway"),
        ("latencies.proxy", "sluice.latencies.upstream"), ("source", "sluice.source"),
        ("correlation_id", "sluice.correlation_id"),
    ].map { (path($0), path($1)) }
}
