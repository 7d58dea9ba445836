internal import HTTPUpstream
internal import JSON

/// The field `healthchecks` of an upstream, compiled.
struct HealthChecks: Sendable, Equatable {
    enum Kind: String, Sendable {
        case tcp, http, https, grpc, grpcs

        var isSecure: Bool { self == .https || self == .grpcs }
        /// Whether a connection is not enough: a request has to be answered.
        var asks: Bool { self == .http || self == .https }
    }

    /// How many findings of each kind change a state, and what statuses say.
    struct Limits: Sendable, Equatable {
        var successes = 0
        var httpFailures = 0
        var tcpFailures = 0
        var timeouts = 0
        var healthyStatuses: Set<Int> = []
        var unhealthyStatuses: Set<Int> = []

        subscript(finding: PeerHealth.Finding) -> Int {
            switch finding {
            case .success: successes
            case .httpFailure: httpFailures
            case .tcpFailure: tcpFailures
            case .timeout: timeouts
            }
        }

        /// What a status says; nil: nothing.
        func finding(_ status: Int) -> PeerHealth.Finding? {
            if healthyStatuses.contains(status) { return .success }
            return unhealthyStatuses.contains(status) ? .httpFailure : nil
        }

        /// What it says that there is no answer; nil: nothing.
        static func finding(_ error: UpstreamError) -> PeerHealth.Finding? {
            switch error.kind {
            case .connectTimeout, .readTimeout, .writeTimeout: .timeout
            // A connection that was closed while nobody used it has done nothing wrong.
            case .connect, .tls, .closed: error.isStale ? nil : .tcpFailure
            case .malformed: .httpFailure
            // Nobody has looked at the request: a full pool is ours, and an upstream that refuses a stream may be
            // about to close only this connection.
            case .poolFull, .refused: nil
            }
        }

        var canFail: Bool { httpFailures > 0 || tcpFailures > 0 || timeouts > 0 }
        /// Whether anything counts.
        var areOn: Bool { canFail || successes > 0 }
    }

    struct Active: Sendable, Equatable {
        var kind = Kind.http
        /// Milliseconds that a check may take.
        var timeout: UInt64 = 1000
        /// Checks under way at a time.
        var concurrency = 10
        var path = "/"
        /// Nil: the name of the target.
        var serverName: String?
        var verifiesCertificate = true
        var fields: [Field] = []
        /// Milliseconds between checks of what is healthy; 0: none.
        var healthyInterval: UInt64 = 0
        /// The same of what is unhealthy.
        var unhealthyInterval: UInt64 = 0
        var limits = Limits()

        struct Field: Sendable, Equatable {
            let name: String
            let value: String
        }

        func interval(isHealthy: Bool) -> UInt64 { isHealthy ? healthyInterval : unhealthyInterval }
    }

    var active = Active()
    var passive = Limits()
    /// More than so many percent of the weight must be available.
    var threshold = 0.0

    /// Whether anything can ever become unhealthy, or healthy again.
    var areOn: Bool { active.healthyInterval > 0 || active.unhealthyInterval > 0 || passive.canFail }

    init() {}

    /// - Parameter value: The field, complete as its schema makes it.
    init(_ value: JSONValue?) {
        threshold = value?["threshold"]?.numberValue ?? 0
        passive = Self.limits(value?["passive"])
        guard let checks = value?["active"] else { return }
        active.kind = Kind(rawValue: checks["type"]?.stringValue ?? "") ?? .http
        active.timeout = max(1, Self.milliseconds(checks["timeout"]))
        active.concurrency = checks["concurrency"]?.integerValue ?? 10
        active.path = checks["http_path"]?.stringValue ?? "/"
        active.serverName = checks["https_sni"]?.stringValue
        active.verifiesCertificate = checks["https_verify_certificate"]?.boolValue ?? true
        active.healthyInterval = Self.milliseconds(checks["healthy"]?["interval"])
        active.unhealthyInterval = Self.milliseconds(checks["unhealthy"]?["interval"])
        active.limits = Self.limits(checks)
        for (name, values) in checks["headers"]?.objectValue ?? [:] {
            for value in values.arrayValue ?? [] {
                active.fields.append(Active.Field(name: name, value: value.stringValue ?? ""))
            }
        }
    }

    private static func limits(_ value: JSONValue?) -> Limits {
        func integer(_ path: String, _ field: String) -> Int { value?[path]?[field]?.integerValue ?? 0 }
        func statuses(_ path: String) -> Set<Int> {
            Set(value?[path]?["http_statuses"]?.arrayValue?.compactMap(\.integerValue) ?? [])
        }
        return Limits(
            successes: integer("healthy", "successes"), httpFailures: integer("unhealthy", "http_failures"),
            tcpFailures: integer("unhealthy", "tcp_failures"), timeouts: integer("unhealthy", "timeouts"),
            healthyStatuses: statuses("healthy"), unhealthyStatuses: statuses("unhealthy"))
    }

    private static func milliseconds(_ seconds: JSONValue?) -> UInt64 {
        let seconds = seconds?.numberValue ?? 0
        // However short, an interval that is not 0 means that there are checks.
        return seconds > 0 ? max(1, UInt64(seconds * 1000)) : 0
    }
}
