package import GatewayModel
internal import JSON

extension Prometheus {
    package static let schema = PluginSchema(
        name: "prometheus", priority: 13,
        summary:
            "Counts requests by service, route, status and consumer, for `/metrics` of the Admin API and the status "
            + "API. What that tells without the plugin is on Observability (`docs/observability.md`).",
        config: RecordSchema(fields: [
            NamedField(
                "per_consumer",
                .boolean.default(false).describe(
                    "Whether `kong_http_requests_total` and `kong_bandwidth_bytes` tell consumers apart.")),
            NamedField(
                "status_code_metrics",
                .boolean.default(false).describe("Whether requests are counted by status: `kong_http_requests_total`.")
            ),
            NamedField(
                "latency_metrics",
                .boolean.default(false).describe(
                    "Whether times are observed: `kong_request_latency_ms`, `kong_upstream_latency_ms` and "
                        + "`kong_kong_latency_ms`.")),
            NamedField(
                "bandwidth_metrics",
                .boolean.default(false).describe("Whether bytes are counted: `kong_bandwidth_bytes`.")),
            NamedField(
                "upstream_health_metrics",
                .boolean.default(false).describe(
                    "Whether the targets of all upstreams are told: `kong_upstream_target_health`.")),
            NamedField(
                "ai_metrics",
                .boolean.default(false).unsupported("there are no plugins for language models", except: [false])
                    .describe("Whether calls of language models are counted.")),
            NamedField(
                "wasm_metrics",
                .boolean.default(false).unsupported("there are no filters of WebAssembly", except: [false])
                    .describe("Whether metrics of filters are told.")),
        ]))
}
