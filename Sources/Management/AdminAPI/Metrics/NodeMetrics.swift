internal import Observability
internal import System

/// What the node has answered, its process and its log.
struct NodeMetrics: Sendable {
    let facts: NodeFacts
    let logger: Logger

    func write(to metrics: inout MetricsText) {
        writeTraffic(to: &metrics)
        writeConnections(to: &metrics)
        metrics.gauge("sluice_info", "The version that runs.") {
            $0.add(1, ["version": facts.version, "node_id": facts.nodeID])
        }
        metrics.gauge("sluice_ready", "Whether requests should come here, as /status/ready tells: 1 or 0.") {
            $0.add(facts.readiness == .ready && facts.clustersAway.isEmpty ? 1 : 0)
        }
        metrics.counter("sluice_log_lines_dropped_total", "Log lines that nobody could write in time.") {
            $0.add(logger.lostLines)
        }
        metrics.gauge("process_resident_memory_bytes", "Resident memory.") { $0.add(CurrentProcess.residentBytes) }
        metrics.gauge("process_start_time_seconds", "When the node started, in seconds since 1970.") {
            $0.add(Double(facts.startedAt) / 1_000)
        }
    }

    private func writeTraffic(to metrics: inout MetricsText) {
        let traffic = facts.traffic
        metrics.counter("sluice_http_requests_total", "Requests of the proxy that are over, by status.") { family in
            for number in 1...5 { family.add(traffic.byClass[number], ["class": "\(number)xx"]) }
            if traffic.byClass[0] > 0 { family.add(traffic.byClass[0], ["class": "other"]) }
        }
        metrics.counter("sluice_http_clients_gone_total", "Requests whose client did not wait for the end.") {
            $0.add(traffic.clientsGone)
        }
        metrics.counter("sluice_http_received_bytes_total", "Bytes of requests, heads included.") {
            $0.add(traffic.bytesReceived)
        }
        metrics.counter("sluice_http_sent_bytes_total", "Bytes of answers, heads included.") {
            $0.add(traffic.bytesSent)
        }
        metrics.histogram("sluice_http_request_duration_seconds", "From a request's head to its end.") {
            $0.add(traffic.duration, unit: 1_000)
        }
        metrics.histogram(
            "sluice_http_upstream_latency_seconds", "From the request sent to a service to the head of its answer."
        ) {
            $0.add(traffic.upstreamLatency, unit: 1_000)
        }
    }

    private func writeConnections(to metrics: inout MetricsText) {
        let proxy = facts.proxy
        metrics.counter("sluice_http_connections_accepted_total", "Connections of clients.") { $0.add(proxy.accepted) }
        metrics.gauge("sluice_http_connections", "Open connections of clients, by state.") { family in
            family.add(proxy.idle, ["state": "idle"])
            family.add(proxy.writing, ["state": "answering"])
            family.add(max(0, proxy.active - proxy.idle - proxy.writing), ["state": "reading"])
        }
        metrics.gauge("sluice_http_upstream_connections", "Open connections to services.") {
            $0.add(facts.traffic.upstreamConnections)
        }
    }
}
