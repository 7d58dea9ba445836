internal import Observability
internal import SchemaRegistry

/// The schema registries that plugins use.
struct RegistryMetrics: Sendable {
    let registries: [SchemaRegistryClient]

    func write(to metrics: inout MetricsText) {
        let known = registries.map { client in
            (url: client.configuration.url, counts: client.statistics.counts, isPaused: client.pause != nil)
        }
        metrics.gauge("sluice_schema_registry_paused", "Whether calls wait after failures in a row: 1 or 0.") {
            for client in known { $0.add(client.isPaused ? 1 : 0, ["registry": client.url]) }
        }
        metrics.counter("sluice_schema_registry_lookups_total", "Questions for schemas, by where the answer was.") {
            for client in known {
                let counts = client.counts
                $0.add(counts.hits - counts.stale, ["registry": client.url, "result": "hit"])
                $0.add(counts.stale, ["registry": client.url, "result": "stale"])
                $0.add(counts.misses, ["registry": client.url, "result": "miss"])
            }
        }
        metrics.counter("sluice_schema_registry_calls_total", "Calls of the registry, further tries included.") {
            for client in known { $0.add(client.counts.calls, ["registry": client.url]) }
        }
        metrics.counter("sluice_schema_registry_retries_total", "Calls that were further tries.") {
            for client in known { $0.add(client.counts.retries, ["registry": client.url]) }
        }
        metrics.counter("sluice_schema_registry_failures_total", "Questions that the registry did not answer.") {
            for client in known { $0.add(client.counts.failures, ["registry": client.url]) }
        }
    }
}
