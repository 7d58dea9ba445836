internal import Observability

/// The queues of plugins that deliver entries by HTTP.
struct DeliveryMetrics: Sendable {
    let queues: [DeliveryFacts]

    func write(to metrics: inout MetricsText) {
        metrics.counter(
            "sluice_delivery_entries_total",
            "Entries that were taken by their server, given up after a try, or dropped because the queue was full."
        ) { family in
            for queue in queues {
                family.add(queue.delivered, ["plugin": queue.plugin, "result": "delivered"])
                family.add(queue.failed, ["plugin": queue.plugin, "result": "failed"])
                family.add(queue.dropped, ["plugin": queue.plugin, "result": "dropped"])
            }
        }
        metrics.counter("sluice_delivery_retries_total", "Batches that were sent again.") { family in
            for queue in queues { family.add(queue.retries, ["plugin": queue.plugin]) }
        }
        metrics.gauge("sluice_delivery_queue_entries", "Entries that wait or are under way.") { family in
            for queue in queues { family.add(queue.queued, ["plugin": queue.plugin]) }
        }
    }
}
