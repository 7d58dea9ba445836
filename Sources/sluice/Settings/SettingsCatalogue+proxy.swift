import EventLoop
import Names

extension SettingsCatalogue {
    static let proxy: [Setting] =
        behaviour + [
            kong(
                "Proxy", "trusted_ips", .checked(rangesProblem), "",
                "Peers that are believed about whom a request comes from: addresses and CIDR blocks, separated by commas."
            ),
            kong(
                "Proxy", "real_ip_header", .text, "X-Real-IP",
                "Where a trusted peer names the client: a field, or `proxy_protocol`."),
            kong(
                "Proxy", "real_ip_recursive", .onOff, "off",
                "Whether of a list of addresses the last counts that is not itself trusted, instead of the last."),
            kong(
                "Proxy", "upstream_keepalive_pool_size", .integer(0...1_000_000), "512",
                "Connections to one target that an event loop keeps open without a request."),
            kong(
                "Proxy", "upstream_keepalive_max_requests", .integer(0...1_000_000_000), "10000",
                "Requests that a connection to a target may carry; 0: any number."),
            kong(
                "Proxy", "upstream_keepalive_idle_timeout", .integer(0...86_400), "60",
                "Seconds that a connection to a target stays open without a request; 0: for ever."),
        ]

    private static let behaviour = [
        kong(
            "Proxy", "headers", .someOf(answerFields), "server_tokens, latency_tokens, X-Kong-Request-Id",
            "Fields that answers get: `server_tokens` stands for `Server` and `Via`, `latency_tokens` for the three latencies; `off` for none."
        ),
        kong(
            "Proxy", "headers_upstream", .someOf(["X-Kong-Request-Id", "off"]), "X-Kong-Request-Id",
            "Fields that services get besides `X-Forwarded-*`."),
        kong(
            "Proxy", "error_default_type", .oneOf(["application/json", "text/plain", "text/html", "application/xml"]),
            "application/json", "The form of the node's own errors for clients that send no `Accept`."),
        kong(
            "Proxy", "allow_debug_header", .onOff, "off",
            "Whether answers to requests with `Kong-Debug: 1` tell route and service."),
        kong(
            "Proxy", "router_flavor", .checked(routerProblem), "traditional_compatible",
            "How routes are matched: `traditional` and `traditional_compatible` are the same here."),
        kong(
            "Proxy", "tracing_sampling_rate", .checked(rateProblem), "0.01",
            "The part of traces that `opentelemetry` records where its configuration does not say it, from 0 to 1."),
        kong(
            "Proxy", "anonymous_reports",
            .checked { $0 == "off" ? nil : "Sluice reports nothing to anybody; set it to off" },
            "off", "`off`: nothing is reported to anybody."),
    ]

    private static let rateProblem: @Sendable (String) -> String? = { value in
        guard let rate = Double(value), (0...1).contains(rate) else { return "expected a number from 0 to 1" }
        return nil
    }

    static let answerFields = [
        "server_tokens", "latency_tokens", "Server", "Via", "X-Kong-Proxy-Latency", "X-Kong-Response-Latency",
        "X-Kong-Admin-Latency", "X-Kong-Upstream-Latency", "X-Kong-Upstream-Status", "X-Kong-Request-Id", "off",
    ]

    static let names = [
        kong(
            "Names", "dns_resolver", .checked(serversProblem), "",
            "Name servers, as addresses with ports if not 53; without any, those of `/etc/resolv.conf`."),
        kong("Names", "dns_hostsfile", .text, "/etc/hosts", "Names in this file are not looked up."),
        kong(
            "Names", "dns_order", .someOf(["LAST", "SRV", "A", "AAAA", "CNAME"]), "LAST,SRV,A,CNAME",
            "Types of records, in the order in which they are asked for; `LAST` is the one that had an answer last."),
        kong(
            "Names", "dns_valid_ttl", .checked(optionalSecondsProblem), "",
            "Seconds that answers count, instead of what they say."),
        kong(
            "Names", "dns_stale_ttl", .integer(0...604_800), "3600",
            "Seconds that an answer is still used after its time while it is asked for again."),
        kong("Names", "dns_cache_size", .integer(1...10_000_000), "10000", "Names that an event loop remembers."),
        kong(
            "Names", "dns_not_found_ttl", .integer(0...604_800), "30", "Seconds that it counts that a name is unknown."),
        kong("Names", "dns_error_ttl", .integer(0...604_800), "1", "Seconds that a failed lookup counts."),
        kong("Names", "dns_no_sync", .onOff, "off", "Whether lookups of one name at one time ask each for itself."),
    ]

    private static func rangesProblem(_ value: String) -> String? {
        for word in Setting.words(value) where word != "unix:" {
            do throws(EventLoopError) { _ = try AddressRange(word) } catch { return "\(error)" }
        }
        return nil
    }

    private static func serversProblem(_ value: String) -> String? {
        for word in Setting.words(value) {
            do throws(EventLoopError) { _ = try NameResolverConfiguration.server(word) } catch { return "\(error)" }
        }
        return nil
    }

    private static func routerProblem(_ value: String) -> String? {
        switch value {
        case "traditional", "traditional_compatible": nil
        case "expressions": "routes as expressions are not available; choose traditional_compatible"
        default: "expected one of: traditional, traditional_compatible"
        }
    }

    private static func optionalSecondsProblem(_ value: String) -> String? {
        if value.isEmpty { return nil }
        guard let seconds = Int(value) else { return "expected a whole number of seconds" }
        return (1...604_800).contains(seconds) ? nil : "expected 1 to 604800"
    }
}
