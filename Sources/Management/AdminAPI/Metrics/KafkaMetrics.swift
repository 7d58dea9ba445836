internal import Kafka
internal import Observability

/// Producers and the clusters they write to. Producers of one cluster's name are told as one.
struct KafkaMetrics: Sendable {
    private struct Cluster {
        let name: String
        var producers: [ClusterStatus]
    }

    private let clusters: [Cluster]

    init(clusters statuses: [ClusterStatus]) {
        clusters = Dictionary(grouping: statuses, by: \.displayName)
            .map { Cluster(name: $0.key, producers: $0.value) }
            .sorted { $0.name < $1.name }
    }

    func write(to metrics: inout MetricsText) {
        writeClusters(to: &metrics)
        writeBrokers(to: &metrics)
        writeTopics(to: &metrics)
        writeLatencies(to: &metrics)
    }

    private func writeClusters(to metrics: inout MetricsText) {
        func sums(_ name: String, _ help: String, _ value: (ClusterStatus) -> Int) {
            metrics.gauge(name, help) { family in
                for cluster in clusters {
                    family.add(cluster.producers.reduce(0) { $0 + value($1) }, ["cluster": cluster.name])
                }
            }
        }
        metrics.gauge("sluice_kafka_cluster_up", "Whether some broker is connected: 1 or 0.") { family in
            for cluster in clusters {
                family.add(cluster.producers.contains(where: \.isUp) ? 1 : 0, ["cluster": cluster.name])
            }
        }
        sums("sluice_kafka_producers", "Producers, those that close included.") { _ in 1 }
        sums("sluice_kafka_queue_limit_records", "Records that may wait or be under way.") { $0.queueLimit }
        sums("sluice_kafka_queue_limit_bytes", "Bytes that may wait or be under way.") { $0.queueByteLimit }
        metrics.gauge("sluice_kafka_oldest_record_age_seconds", "How long the oldest record has waited.") { family in
            for cluster in clusters {
                for producer in cluster.producers { family.add(producer.oldestAge, ["cluster": cluster.name]) }
            }
        }
        metrics.gauge("sluice_kafka_consecutive_failures", "Failures since the last record was acknowledged.") {
            for cluster in clusters {
                for producer in cluster.producers {
                    $0.add(producer.health.consecutiveFailures, ["cluster": cluster.name])
                }
            }
        }
        metrics.counter("sluice_kafka_retries_total", "Requests to brokers that were sent again.") { family in
            for cluster in clusters {
                for producer in cluster.producers { family.add(producer.retries, ["cluster": cluster.name]) }
            }
        }
    }

    private func writeBrokers(to metrics: inout MetricsText) {
        func each(_ write: (MetricFamily.Labels, BrokerStatus) -> Void) {
            for cluster in clusters {
                for broker in cluster.producers.flatMap(\.brokers) {
                    write(["cluster": cluster.name, "broker": broker.name], broker)
                }
            }
        }
        metrics.gauge("sluice_kafka_broker_up", "Whether the broker is connected: 1 or 0; unused ones are not.") {
            family in each { family.add($1.state == "UP" ? 1 : 0, $0) }
        }
        metrics.gauge("sluice_kafka_broker_failing", "Whether the broker's last fault still stands: 1 or 0.") {
            family in each { family.add($1.isFailing ? 1 : 0, $0) }
        }
        metrics.gauge(
            "sluice_kafka_broker_round_trip_seconds",
            "How long the broker took to answer, within the last two seconds with requests."
        ) { family in
            for cluster in clusters {
                for broker in cluster.producers.flatMap(\.brokers) {
                    guard let trip = broker.roundTrip else { continue }
                    for (name, value) in [("average", trip.average), ("p99", trip.longest)] {
                        family.add(
                            Double(value) / 1_000_000,
                            ["cluster": cluster.name, "broker": broker.name, "statistic": name])
                    }
                }
            }
        }
    }

    private func writeTopics(to metrics: inout MetricsText) {
        /// By topic, all producers of a cluster together.
        let topics = clusters.map { cluster in
            (cluster.name, Dictionary(grouping: cluster.producers.flatMap(\.topics), by: \.name))
        }
        func sum(_ family: inout MetricFamily, _ value: (TopicStatus) -> Int) {
            for (cluster, topics) in topics {
                for (topic, statuses) in topics {
                    family.add(statuses.reduce(0) { $0 + value($1) }, ["cluster": cluster, "topic": topic])
                }
            }
        }
        metrics.gauge("sluice_kafka_queue_records", "Records that wait or are under way.") {
            sum(&$0) { $0.outstanding }
        }
        metrics.gauge("sluice_kafka_queue_bytes", "Bytes of their values.") { sum(&$0) { $0.outstandingBytes } }
        metrics.counter("sluice_kafka_delivered_records_total", "Records that the cluster has acknowledged.") {
            sum(&$0) { $0.delivered }
        }
        metrics.counter("sluice_kafka_delivered_bytes_total", "Bytes of their values.") {
            sum(&$0) { $0.deliveredBytes }
        }
        func byError(_ family: inout MetricFamily, _ counts: (TopicStatus) -> [String: Int]) {
            for (cluster, topics) in topics {
                for status in topics.values.joined() {
                    for (error, count) in counts(status) {
                        family.add(count, ["cluster": cluster, "topic": status.name, "error": error])
                    }
                }
            }
        }
        metrics.counter("sluice_kafka_failed_records_total", "Records that could not be delivered, by error.") {
            byError(&$0) { $0.failures }
        }
        metrics.counter("sluice_kafka_dropped_records_total", "Log entries that no record was made of, by error.") {
            byError(&$0) { $0.drops }
        }
        metrics.gauge("sluice_kafka_awaited_records", "Log entries that wait for their schema.") {
            sum(&$0) { $0.announced }
        }
        metrics.counter("sluice_kafka_refused_records_total", "Records that were not taken, by reason.") {
            for (cluster, topics) in topics {
                for status in topics.values.joined() {
                    let others = status.refused - status.refusedByFullQueue
                    for (reason, count) in [("queue_full", status.refusedByFullQueue), ("refused", others)] {
                        $0.add(count, ["cluster": cluster, "topic": status.name, "reason": reason])
                    }
                }
            }
        }
    }

    private func writeLatencies(to metrics: inout MetricsText) {
        metrics.histogram(
            "sluice_kafka_produce_latency_seconds", "From a record handed over to its acknowledgement, by broker."
        ) { family in
            for cluster in clusters {
                for latency in cluster.producers.flatMap(\.latencies) {
                    let broker = latency.nodeID.map { $0 < 0 ? "unknown" : String($0) } ?? ""
                    family.add(
                        latency.reading, ["cluster": cluster.name, "topic": latency.topic, "broker": broker],
                        unit: 1_000_000)
                }
            }
        }
    }
}
