internal import Counting
internal import EventLoop
package import Observability
internal import Synchronization

/// What all configurations of `prometheus` have counted, on all loops. It outlives them: counters only grow.
package final class PrometheusMetrics: Sendable {
    private let loops = Mutex<[Int: LoopSeries]>([:])
    private let healthTellers = Atomic(0)

    package init() {}

    /// Those of one loop, to be added to on it.
    func series(of loop: EventLoop) -> LoopSeries {
        loops.withLock { loops in
            if let known = loops[loop.index] { return known }
            let made = LoopSeries()
            loops[loop.index] = made
            return made
        }
    }

    /// Whether some configuration wants the health of upstreams told.
    package var tellsUpstreamHealth: Bool { healthTellers.load(ordering: .relaxed) > 0 }

    func countHealthTeller(_ change: Int) { healthTellers.add(change, ordering: .relaxed) }

    /// Series of several loops that have the same labels add up.
    package func write(to metrics: inout MetricsText) {
        let loops = loops.withLock { Array($0.values) }
        let routes = loops.flatMap(\.routes)
        metrics.counter("kong_http_requests_total", "Requests by status, service, route and consumer.") { family in
            for route in routes {
                for status in route.statuses {
                    family.add(
                        status.requests.value,
                        [
                            "service": route.service, "route": route.route, "code": String(status.code),
                            "source": status.isOfService ? "service" : "kong", "workspace": "default",
                            "consumer": status.consumer,
                        ])
                }
            }
        }
        metrics.counter("kong_bandwidth_bytes", "Bytes of requests (ingress) and answers (egress).") { family in
            for route in routes {
                for bandwidth in route.bandwidths {
                    for (direction, bytes) in [
                        ("ingress", bandwidth.ingress.value), ("egress", bandwidth.egress.value),
                    ] {
                        family.add(
                            bytes,
                            [
                                "service": route.service, "route": route.route, "direction": direction,
                                "workspace": "default", "consumer": bandwidth.consumer,
                            ])
                    }
                }
            }
        }
        writeLatencies(routes, to: &metrics)
        metrics.counter("kong_nginx_metric_errors_total", "Observations for whose series there was no room.") {
            family in
            family.add(loops.reduce(0) { $0 + $1.observationsLeftOut })
        }
    }

    private func writeLatencies(_ routes: [RouteSeries], to metrics: inout MetricsText) {
        func write(_ name: String, _ help: String, _ histogram: (RouteSeries.Latencies) -> Histogram) {
            metrics.histogram(name, help) { family in
                for route in routes {
                    guard let latencies = route.latencies else { continue }
                    let reading = histogram(latencies).reading
                    // Without a service there is none of its times.
                    if reading.count == 0 { continue }
                    family.add(
                        reading, ["service": route.service, "route": route.route, "workspace": "default"])
                }
            }
        }
        write("kong_kong_latency_ms", "Milliseconds that the gateway and its plugins took.") { $0.kong }
        write("kong_upstream_latency_ms", "Milliseconds until the service's answer began.") { $0.upstream }
        write("kong_request_latency_ms", "Milliseconds from a request's head to its end.") { $0.request }
    }
}
