internal import GatewayStore
internal import HTTPServer
internal import Observability
internal import SchemaRegistry
internal import WebApplication

/// `/metrics`: numbers for Prometheus, of Kong's names first.
struct MetricsEndpoints: Sendable {
    let service: ConfigurationService
    let facts: NodeFacts
    let upstreams: any UpstreamHealth
    let schemas: any RecordSchemaChecks
    let requests: any RequestMetrics
    let logger: Logger

    func add(to routes: inout WebRoutes) { routes.add("/metrics", [.get: answer]) }

    private func answer(_ request: WebRequest) async throws -> WebResponse {
        var metrics = MetricsText()
        await KongMetrics(service: service, facts: facts).write(to: &metrics)
        requests.write(to: &metrics)
        if requests.tellsUpstreamHealth {
            await UpstreamMetrics(service: service, health: upstreams).write(to: &metrics)
        }
        NodeMetrics(facts: facts, logger: logger).write(to: &metrics)
        KafkaMetrics(clusters: facts.clusters).write(to: &metrics)
        RegistryMetrics(registries: schemas.registries).write(to: &metrics)
        LogOutputMetrics(outputs: facts.logOutputs).write(to: &metrics)
        DeliveryMetrics(queues: facts.deliveries).write(to: &metrics)
        let leftOut = metrics.leftOut
        metrics.gauge("sluice_metrics_series_left_out", "Series that were too many for this answer.") {
            $0.add(leftOut)
        }
        var response = WebResponse(status: 200)
        response.fields.append(("Content-Type", MetricsText.contentType))
        response.body = metrics.bytes
        return response
    }
}
