import DataPlane
import EventLoop
import HTTPUpstream
import Names
import PluginKit

/// Settings as the data plane takes them.
extension Settings {
    func gatewayOptions(serverName: String) throws(SettingsError) -> GatewayOptions {
        var options = GatewayOptions()
        options.serverName = serverName
        options.answerFields = answerFields
        options.tellsServicesRequestID = !Setting.words(self["headers_upstream"]).contains("off")
        options.trusted = try trustedPeers()
        options.errorForm = ErrorResponse.Form(rawValue: self["error_default_type"]) ?? .json
        options.answersDebugging = self["allow_debug_header"] == "on"
        return options
    }

    /// The part of traces that is recorded where a plugin does not say it.
    var tracingSamplingRate: Double {
        guard let rate = Double(self["tracing_sampling_rate"]) else { preconditionFailure("it was not checked") }
        return rate
    }

    /// Whether the Admin API tells how long it took.
    var tellsAdminLatency: Bool {
        let words = Setting.words(self["headers"].lowercased())
        return words.contains("latency_tokens") || words.contains("x-kong-admin-latency")
    }

    private var answerFields: GatewayOptions.AnswerFields {
        var fields: GatewayOptions.AnswerFields = []
        for word in Setting.words(self["headers"].lowercased()) {
            switch word {
            case "server_tokens": fields.formUnion([.server, .via])
            case "latency_tokens": fields.formUnion(.latencies)
            case "server": fields.insert(.server)
            case "via": fields.insert(.via)
            case "x-kong-proxy-latency": fields.insert(.proxyLatency)
            case "x-kong-response-latency": fields.insert(.responseLatency)
            case "x-kong-upstream-latency": fields.insert(.upstreamLatency)
            case "x-kong-upstream-status": fields.insert(.upstreamStatus)
            case "x-kong-request-id": fields.insert(.requestID)
            case "off": return []
            default: break
            }
        }
        return fields
    }

    private func trustedPeers() throws(SettingsError) -> TrustedPeers {
        var trusted = TrustedPeers()
        for word in Setting.words(self["trusted_ips"]) where word != "unix:" {
            do throws(EventLoopError) { trusted.ranges.append(try AddressRange(word)) } catch {
                throw SettingsError("trusted_ips: \(error)")
            }
        }
        let field = self["real_ip_header"].lowercased()
        trusted.source = field == "proxy_protocol" ? .proxyHeader : .field(field)
        trusted.isRecursive = self["real_ip_recursive"] == "on"
        return trusted
    }

    var upstreamPoolLimits: UpstreamPoolLimits {
        var limits = UpstreamPoolLimits()
        limits.connections = integer("upstream_connections_per_loop")
        limits.waiting = integer("upstream_waiting_per_loop")
        limits.idle = integer("upstream_keepalive_pool_size")
        let requests = integer("upstream_keepalive_max_requests")
        limits.requests = requests == 0 ? .max : requests
        let seconds = integer("upstream_keepalive_idle_timeout")
        // Ten years stand for ever.
        limits.idleTimeout = UInt64(seconds == 0 ? 315_360_000 : seconds) * 1000
        return limits
    }

    func nameResolverConfiguration() throws(SettingsError) -> NameResolverConfiguration {
        var names = NameResolverConfiguration()
        for word in Setting.words(self["dns_resolver"]) {
            do throws(EventLoopError) { names.servers.append(try NameResolverConfiguration.server(word)) } catch {
                throw SettingsError("dns_resolver: \(error)")
            }
        }
        names.hostsFile = self["dns_hostsfile"]
        names.order = Setting.words(self["dns_order"]).compactMap { .init(rawValue: $0.uppercased()) }
        names.validTTL = Int(self["dns_valid_ttl"]).map { UInt64($0) * 1000 }
        names.staleTTL = UInt64(integer("dns_stale_ttl")) * 1000
        names.notFoundTTL = UInt64(integer("dns_not_found_ttl")) * 1000
        names.errorTTL = UInt64(integer("dns_error_ttl")) * 1000
        names.cacheSize = integer("dns_cache_size")
        names.noSync = self["dns_no_sync"] == "on"
        return names
    }

    func serviceTLSDefaults() throws(SettingsError) -> ServiceTLSDefaults {
        var defaults = ServiceTLSDefaults()
        defaults.trust = try IdentityFiles.trust(
            self["lua_ssl_trusted_certificate"], depth: integer("lua_ssl_verify_depth"),
            setting: "lua_ssl_trusted_certificate")
        guard self["client_ssl"] == "on" else { return defaults }
        defaults.identity = try IdentityFiles.read(self, certificates: "client_ssl_cert", keys: "client_ssl_cert_key")
            .first
        guard defaults.identity != nil else {
            throw SettingsError("client_ssl_cert: it is missing; client_ssl needs it")
        }
        return defaults
    }
}
