import Bytes
import EventLoop
import GatewayModel
import HTTPServer
import Observability
import PluginKit
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import ReportingPlugins

@Suite("prometheus")
struct PrometheusTests {
    private static let all = #"{"status_code_metrics":true,"latency_metrics":true,"bandwidth_metrics":true}"#

    /// What `/metrics` would tell, by name and labels.
    private static func series(_ metrics: PrometheusMetrics) -> [String: String] {
        var text = MetricsText()
        metrics.write(to: &text)
        var series: [String: String] = [:]
        for line in String(decoding: text.bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            let space = line.lastIndex(of: " ") ?? line.startIndex
            let name = String(line[..<space])
            #expect(series[name] == nil, "\(name) is there twice")
            series[name] = String(line[space...].dropFirst())
        }
        return series
    }

    // MARK: - Schema

    private static let cases = [
        SchemaCase("{}"), SchemaCase(all), SchemaCase(#"{"per_consumer":true,"upstream_health_metrics":true}"#),
        SchemaCase(#"{"ai_metrics":false,"wasm_metrics":false}"#),
        SchemaCase(#"{"ai_metrics":true}"#, "config.ai_metrics: there are no plugins for language models"),
        SchemaCase(#"{"wasm_metrics":true}"#, "config.wasm_metrics: there are no filters of WebAssembly"),
        SchemaCase(#"{"per_consumer":1}"#, "config.per_consumer: expected a boolean"),
        SchemaCase(#"{"metrics":true}"#, "config.metrics: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("prometheus") }

    @Test("nothing is counted by default")
    func defaults() async throws {
        let metrics = PrometheusMetrics()
        let gateway = try GatewayHarness.gateway(
            #"{"name":"prometheus"}"#, #"{"name":"request-termination"}"#,
            definitions: GatewayHarness.plain + [Prometheus.definition(metrics: metrics)])
        _ = try await gateway.ask("GET /")
        await gateway.refresh()
        #expect(Self.series(metrics) == ["kong_nginx_metric_errors_total": "0"])
        #expect(!metrics.tellsUpstreamHealth)
    }

    // MARK: - Requests

    @Test("requests to a service are counted by service, route and status, with times and bytes")
    func service() async throws {
        let metrics = PrometheusMetrics()
        let proxied = try ProxiedHarness(
            #"{"name":"prometheus","config":\#(Self.all)}"#,
            definitions: GatewayHarness.plain + [Prometheus.definition(metrics: metrics)]
        ) { connection, _ in
            while let request = try connection.request() {
                try connection.answer("12345", status: request.contains("/bad") ? "404 Not Found" : "200 OK")
            }
        }
        for path in ["/", "/", "/bad"] { _ = try await proxied.gateway.ask("GET \(path)") }
        await proxied.gateway.refresh()
        let series = Self.series(metrics)
        let labels = #"service="s",route="r""#
        func requests(_ code: Int) -> String? {
            series[
                #"kong_http_requests_total{\#(labels),code="\#(code)",source="service",workspace="default",consumer=""}"#
            ]
        }
        #expect(requests(200) == "2" && requests(404) == "1")
        for name in ["kong_request_latency_ms", "kong_upstream_latency_ms", "kong_kong_latency_ms"] {
            #expect(series["\(name)_count{\(labels),workspace=\"default\"}"] == "3")
            #expect(series["\(name)_bucket{\(labels),workspace=\"default\",le=\"+Inf\"}"] == "3")
        }
        // Kong's bounds.
        #expect(series["kong_kong_latency_ms_bucket{\(labels),workspace=\"default\",le=\"6000\"}"] == "3")
        #expect(series["kong_upstream_latency_ms_bucket{\(labels),workspace=\"default\",le=\"60000\"}"] == "3")
        #expect(series["kong_upstream_latency_ms_bucket{\(labels),workspace=\"default\",le=\"6000\"}"] == nil)
        func bytes(_ direction: String) -> Int {
            Int(
                series["kong_bandwidth_bytes{\(labels),direction=\"\(direction)\",workspace=\"default\",consumer=\"\"}"]
                    ?? "")
                ?? -1
        }
        #expect(bytes("ingress") == proxied.gateway.traffic.bytesReceived)
        #expect(bytes("egress") == proxied.gateway.traffic.bytesSent)
    }

    @Test("a route without a service, by its id without a name; what matches none is not told")
    func noService() async throws {
        let metrics = PrometheusMetrics()
        let gateway = try TestGateway(
            #"""
            {"services":[{"id":"5a9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63","host":"x.test"}],
             "routes":[{"id":"6b9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63","paths":["/a"]},
                       {"name":"n","paths":["/b"],"service":{"id":"5a9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63"}}],
             "plugins":[{"name":"prometheus","config":{"status_code_metrics":true}},{"name":"request-termination"}]}
            """#, plugins: GatewayHarness.plain + [Prometheus.definition(metrics: metrics)])
        for path in ["/a", "/b", "/none"] { _ = try await gateway.ask("GET \(path)") }
        await gateway.refresh()
        let rest = #"code="503",source="kong",workspace="default",consumer=""}"#
        #expect(
            Self.series(metrics) == [
                #"kong_http_requests_total{service="",route="6b9d3c1e-7f42-4b8e-9c06-2d1f8e7b4a63",\#(rest)"#: "1",
                #"kong_http_requests_total{service="x.test",route="n",\#(rest)"#: "1",
                "kong_nginx_metric_errors_total": "0",
            ])
    }

    @Test("consumers are told apart where asked", arguments: [true, false])
    func consumers(areTold: Bool) async throws {
        let metrics = PrometheusMetrics()
        let gateway = try GatewayHarness.gateway(
            #"{"name":"prometheus","config":{"status_code_metrics":true,"per_consumer":\#(areTold)}}"#,
            #"{"name":"named"}"#, #"{"name":"request-termination"}"#,
            definitions: GatewayHarness.plain + [Prometheus.definition(metrics: metrics), NamedConsumer.definition])
        for name in ["alice", "bob \"x\"", "alice"] { _ = try await gateway.ask("GET /\nX-Consumer: \(name)") }
        _ = try await gateway.ask("GET /")
        await gateway.refresh()
        let counted = Self.series(metrics).filter { $0.key.hasPrefix("kong_http") }
        let prefix =
            #"kong_http_requests_total{service="",route="all",code="503",source="kong",workspace="default",consumer=""#
        #expect(
            counted
                == (areTold
                    ? [prefix + "alice\"}": "2", prefix + #"bob \"x\""}"#: "1", prefix + "\"}": "1"]
                    : [prefix + "\"}": "4"]))
    }

    // MARK: - Loops and changes

    @Test("loops add up, and counts go on over changes of the configuration")
    func loops() async throws {
        let metrics = PrometheusMetrics()
        func document(_ code: Int) -> String {
            GatewayHarness.document([
                #"{"name":"prometheus","config":\#(Self.all)}"#,
                #"{"name":"request-termination","config":{"status_code":\#(code)}}"#,
            ])
        }
        let gateway = try TestGateway(
            document(200), plugins: GatewayHarness.plain + [Prometheus.definition(metrics: metrics)], loops: 2)
        for code in [200, 403, 200] {
            try gateway.install(document(code))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await OwnThread.run {
                            let client = try gateway.client()
                            for _ in 0..<20 { #expect(try client.ask("GET /").status == code) }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        await gateway.refresh()
        let series = Self.series(metrics)
        let rest = #"source="kong",workspace="default",consumer=""}"#
        #expect(series[#"kong_http_requests_total{service="",route="all",code="200",\#(rest)"#] == "240")
        #expect(series[#"kong_http_requests_total{service="",route="all",code="403",\#(rest)"#] == "120")
        #expect(series[#"kong_request_latency_ms_count{service="",route="all",workspace="default"}"#] == "360")
    }

    @Test("the health of upstreams is told while some configuration asks")
    func health() async throws {
        let metrics = PrometheusMetrics()
        let gateway = try GatewayHarness.gateway(
            #"{"name":"prometheus","config":{"upstream_health_metrics":true}}"#,
            definitions: [Prometheus.definition(metrics: metrics)])
        #expect(metrics.tellsUpstreamHealth)
        try gateway.install(GatewayHarness.document([#"{"name":"prometheus"}"#]))
        await gateway.refresh()
        #expect(!metrics.tellsUpstreamHealth)
    }
}

/// The consumer is whoever a field says.
private enum NamedConsumer {
    static let definition = PluginDefinition(
        schema: PluginSchema(name: "named", priority: 1_000, config: RecordSchema(fields: [])), phases: .access
    ) { _, _ in Prepared() }

    private struct Prepared: PreparedPlugin {
        func plugin(on loop: EventLoop) -> any Plugin { Naming() }
    }

    private final class Naming: Plugin {
        func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
            if let index = exchange.request.index(of: "x-consumer") {
                let name = exchange.request.value(index).string
                context.consumer = ConsumerInfo(id: "id of \(name)", username: name, customID: nil)
            }
            return .next
        }
    }
}
