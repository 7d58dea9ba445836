import GatewayStore
import JSON
import Kafka
import Observability
import Testing

@testable import AdminAPI

/// The series of an answer, by name and labels.
struct MetricSeries {
    let text: String
    let values: [String: Double]

    init(_ text: String) {
        self.text = text
        var values: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            let name = String(line[..<space])
            #expect(values[name] == nil, "\(name) is there twice")
            values[name] = Double(line[line.index(after: space)...])
        }
        self.values = values
    }

    subscript(name: String) -> Double? { values[name] }
}

@Suite("/metrics")
struct MetricsEndpointsTests {
    private static func metrics(_ server: AdminServer, port: UInt16? = nil) async throws -> MetricSeries {
        let answer = try await server.ask(AdminRequest(method: "GET", target: "/metrics"), port: port)
        #expect(answer.status == 200)
        #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return MetricSeries(answer.body)
    }

    @Test("the Admin API and the status API tell them, with Kong's names")
    func both() async throws {
        let server = try await AdminServer(.sqlite)
        for name in ["a", "b"] {
            _ = try await server.ask(
                AdminRequest(method: "POST", target: "/services", body: #"{"name":"\#(name)","host":"x.test"}"#))
        }
        for port in [server.port, server.statusPort] {
            let metrics = try await Self.metrics(server, port: port)
            let node = server.facts.nodeID
            #expect(metrics["kong_node_info{node_id=\"\(node)\",version=\"3.9.1\"}"] == 1)
            #expect(metrics["kong_datastore_reachable"] == 1)
            #expect(metrics["kong_db_entities_total"] == 2)
            for state in ["accepted", "active", "handled", "reading", "total", "waiting", "writing"] {
                #expect(
                    metrics[
                        "kong_nginx_connections_total{node_id=\"\(node)\",subsystem=\"http\",state=\"\(state)\"}"]
                        != nil
                )
            }
            #expect(metrics["sluice_info{version=\"9.9.9\",node_id=\"\(node)\"}"] == 1)
            #expect(metrics["sluice_ready"] == 1)
            #expect((metrics["process_resident_memory_bytes"] ?? 0) > 0)
            #expect(metrics["sluice_metrics_series_left_out"] == 0)
        }
        #expect(try await Self.metrics(server)["kong_upstream_target_health"] == nil)
    }

    @Test("a store that is closed is not reachable")
    func store() async throws {
        let server = try await AdminServer(.sqlite)
        await server.service.close()
        #expect(try await Self.metrics(server)["kong_datastore_reachable"] == 0)
        let status = try await server.ask(AdminRequest(method: "GET", target: "/status")).json()
        #expect(status["database"]?["reachable"] == false)
    }

    @Test("producers of one cluster are told as one")
    func clusters() async throws {
        let server = try await AdminServer(.memory, clusters: [.scripted(isUp: true), .scripted(isUp: false)])
        let metrics = try await Self.metrics(server)
        #expect(metrics[#"sluice_kafka_cluster_up{cluster="orders"}"#] == 1)
        #expect(metrics[#"sluice_kafka_producers{cluster="orders"}"#] == 2)
        #expect(metrics[#"sluice_kafka_queue_limit_records{cluster="orders"}"#] == 20)
        #expect(metrics[#"sluice_kafka_oldest_record_age_seconds{cluster="orders"}"#] == 7)
        #expect(metrics[#"sluice_kafka_retries_total{cluster="orders"}"#] == 6)
        #expect(metrics[#"sluice_kafka_broker_up{cluster="orders",broker="b:9092"}"#] == 1)
        #expect(
            metrics[#"sluice_kafka_broker_round_trip_seconds{cluster="orders",broker="b:9092",statistic="p99"}"#]
                == 0.0025)
        #expect(metrics[#"sluice_kafka_queue_records{cluster="orders",topic="t\"1"}"#] == 8)
        #expect(metrics[#"sluice_kafka_delivered_records_total{cluster="orders",topic="t\"1"}"#] == 200)
        #expect(metrics[#"sluice_kafka_failed_records_total{cluster="orders",topic="t\"1",error="Oops"}"#] == 4)
        #expect(
            metrics[#"sluice_kafka_dropped_records_total{cluster="orders",topic="t\"1",error="UnfitEntry"}"#] == 12)
        #expect(metrics[#"sluice_kafka_awaited_records{cluster="orders",topic="t\"1"}"#] == 18)
        #expect(metrics[#"sluice_kafka_refused_records_total{cluster="orders",topic="t\"1",reason="queue_full"}"#] == 6)
        #expect(metrics[#"sluice_kafka_refused_records_total{cluster="orders",topic="t\"1",reason="refused"}"#] == 4)
        #expect(
            metrics[
                #"sluice_kafka_produce_latency_seconds_bucket{cluster="orders",topic="t\"1",broker="3",le="0.001"}"#]
                == 2)
        #expect(
            metrics[#"sluice_kafka_produce_latency_seconds_count{cluster="orders",topic="t\"1",broker="3"}"#] == 4)
    }

    @Test("targets of upstreams are told when a plugin asks for them, in each state")
    func upstreams() async throws {
        let server = try await AdminServer(.sqlite, upstreams: WatchedUpstreams(), requests: CountedRequests())
        _ = try await server.ask(AdminRequest(method: "POST", target: "/upstreams", body: #"{"name":"u"}"#))
        for target in ["a.test:80", "gone.example:81"] {
            _ = try await server.ask(
                AdminRequest(method: "POST", target: "/upstreams/u/targets", body: #"{"target":"\#(target)"}"#))
        }
        _ = try await server.ask(
            AdminRequest(method: "PUT", target: "/upstreams/u/targets/a.test:80/10.0.0.2:80/unhealthy"))
        let metrics = try await Self.metrics(server)
        func value(_ target: String, _ address: String, _ state: String) -> Double? {
            metrics[
                "kong_upstream_target_health{upstream=\"u\",target=\"\(target)\",address=\"\(address)\",state=\"\(state)\",subsystem=\"http\"}"
            ]
        }
        #expect(value("a.test:80", "10.0.0.1:80", "healthy") == value("a.test:80", "10.0.0.2:80", "unhealthy"))
        #expect(value("a.test:80", "10.0.0.1:80", "dns_error") == 0)
        #expect(value("gone.example:81", "", "dns_error") == 1)
        #expect(metrics["counted_total"] == 42)
    }
}

/// A plugin that has counted something.
private struct CountedRequests: RequestMetrics {
    var tellsUpstreamHealth: Bool { true }
    func write(to metrics: inout MetricsText) { metrics.counter("counted_total", "Counted.") { $0.add(42) } }
}
