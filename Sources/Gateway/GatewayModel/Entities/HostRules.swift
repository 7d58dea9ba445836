/// What is a host name, an address or a pattern of them, and what is wrong in Kong's words.
package enum HostRules {
    /// The host of a service, or of another server: a name or an address, without port.
    package static func serviceProblem(_ text: String) -> String? {
        let host = HostText(text)
        if host == .invalid { return "invalid value: \(text)" }
        return host.port == nil ? nil : "must not have a port"
    }

    /// A host of a route: perhaps with a port, perhaps with one wildcard for the leftmost or rightmost label.
    static func routeProblem(_ text: String) -> String? {
        let wildcards = text.utf8.count { $0 == UInt8(ascii: "*") }
        if wildcards > 1 { return "invalid wildcard: must have at most one wildcard" }
        if wildcards == 1, !text.hasPrefix("*.") {
            // A port may follow the wildcard.
            guard text.hasSuffix(".*") || text.contains(".*:") else {
                return "invalid wildcard: must be placed at leftmost or rightmost label"
            }
        }
        return HostText(withoutWildcard(text)) == .invalid ? "invalid value: \(text)" : nil
    }

    /// The `Host` sent to an upstream: a name or an address, perhaps with a port.
    static func hostHeaderProblem(_ text: String) -> String? {
        HostText(text) == .invalid ? "invalid value: \(text)" : nil
    }

    /// The name of an upstream, which services have as their host.
    static func upstreamProblem(_ text: String) -> String? {
        let rule =
            switch HostText(text) {
            case .invalid: "must be a valid hostname"
            case .address4, .address6: "no ip addresses allowed"
            case .name(_, let port): port == nil ? "" : "no port allowed"
            }
        return rule.isEmpty ? nil : "Invalid name ('\(text)'); \(rule)"
    }

    /// A target of an upstream: a name or an address, perhaps with a port.
    static func targetProblem(_ text: String) -> String? {
        HostText(text) == .invalid ? "Invalid target ('\(text)'); not a valid hostname or ip address" : nil
    }

    /// A TLS server name, with a wildcard at one end where that is allowed.
    static func serverNameProblem(_ text: String, allowsWildcard: Bool) -> String? {
        let wildcards = text.utf8.count { $0 == UInt8(ascii: "*") }
        if wildcards > 0 {
            guard allowsWildcard else { return "wildcard not allowed in SNI: \(text)" }
            if wildcards > 1 { return "only one wildcard must be specified" }
            guard text.hasPrefix("*") || text.hasSuffix("*") else {
                return "wildcard must be leftmost or rightmost character"
            }
        }
        switch HostText(withoutWildcard(text)) {
        case .invalid: return "invalid value: \(text)"
        case .address4, .address6: return "must not be an IP"
        case .name(_, let port): return port == nil ? nil : "must not have a port"
        }
    }

    private static func withoutWildcard(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "w") : $0 }, as: UTF8.self)
    }
}
