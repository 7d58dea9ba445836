import Foundation
import JSON
import Kafka
import TestBrokers
import TestClient
import Testing

@Suite("Metrics of a running node")
struct MetricsTests {
    @Test("requests, records and targets are counted, by both ports the same")
    func counts() async throws {
        let measured = try await MeasuredNode()
        try await measured.ask(["/orders": 40, "/teapot": 30, "/passed": 20, "/none": 10])
        try await measured.node.waitUntilOver(100)
        let (text, series) = try await measured.metrics()

        #expect(series[#"sluice_http_requests_total{class="2xx"}"#] == 60)
        #expect(series[#"sluice_http_requests_total{class="4xx"}"#] == 40)
        #expect(series["sluice_http_request_duration_seconds_count"] == 100)
        #expect(series["sluice_http_upstream_latency_seconds_count"] == 20)
        let rest = #"workspace="default",consumer=""}"#
        #expect(series[#"kong_http_requests_total{service="",route="orders",code="200",source="kong",\#(rest)"#] == 40)
        #expect(series[#"kong_http_requests_total{service="",route="teapot",code="418",source="kong",\#(rest)"#] == 30)
        #expect(
            series[
                #"kong_http_requests_total{service="passed",route="passed",code="200",source="service",\#(rest)"#
            ] == 20)
        #expect(
            series[
                #"kong_upstream_latency_ms_count{service="passed",route="passed",workspace="default"}"#]
                == 20)
        let target = #"upstream="service.test",target="127.0.0.1:\#(measured.upstream.port)""#
        #expect(
            series[
                #"kong_upstream_target_health{\#(target),address="127.0.0.1:\#(measured.upstream.port)",state="healthchecks_off",subsystem="http"}"#
            ] == 1)

        let topic = #"{cluster="the \"first\"",topic="orders"}"#
        #expect(series["sluice_kafka_delivered_records_total\(topic)"] == 40)
        #expect(series["sluice_kafka_queue_records\(topic)"] == 0)
        #expect(series["sluice_kafka_queue_bytes\(topic)"] == 0)
        #expect(
            series[#"sluice_kafka_produce_latency_seconds_count{cluster="the \"first\"",topic="orders",broker="1"}"#]
                == 40)
        #expect(series[#"sluice_kafka_oldest_record_age_seconds{cluster="the \"first\""}"#] == 0)

        let logged = "sluice_log_output_entries_total{destination=\"\(measured.log)\",result=\"written\"}"
        try await Eventually.holds("all entries are written") { try await measured.metrics().series[logged] == 100 }
        #expect(try String(contentsOfFile: measured.log, encoding: .utf8).split(separator: "\n").count == 100)

        let other = try await measured.node.edit("GET /metrics")
        #expect(other["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        func families(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") } }
        #expect(families(other.body) == families(text))
        await measured.node.stop()
    }

    @Test(
        "promtool has nothing to say but about names that are Kong's",
        .enabled(if: TestEnvironment.prometheus != nil, Comment(rawValue: TestEnvironment.needsPrometheus)))
    func promtool() async throws {
        let measured = try await MeasuredNode()
        try await measured.ask(["/orders": 5, "/teapot": 5, "/passed": 5])
        try await measured.node.waitUntilOver(15)
        let text = try await measured.metrics().text
        let file = measured.node.folder + "/metrics"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let folder = try #require(TestEnvironment.prometheus)
        let check = try ChildProcess(
            "/bin/sh", ["-c", "exec \"$0\" check metrics <\"$1\"", folder + "/promtool", file])
        // 3: the text is right, and a name or a unit is unusual.
        #expect([0, 3].contains(await check.wait()))
        let complaints = check.text.split(separator: "\n")
        for complaint in complaints {
            #expect(complaint.hasPrefix("kong_"), "\(complaint)")
        }
        let kongs: Set<Substring> = [
            "kong_nginx_connections_total", "kong_db_entities_total", "kong_bandwidth_bytes", "kong_kong_latency_ms",
            "kong_request_latency_ms", "kong_upstream_latency_ms",
        ]
        #expect(Set(complaints.compactMap { $0.split(separator: " ").first }).isSubset(of: kongs))
        await measured.node.stop()
    }

    @Test(
        "the page's alerts are rules that Prometheus takes, about metrics that there are",
        .enabled(if: TestEnvironment.prometheus != nil, Comment(rawValue: TestEnvironment.needsPrometheus)))
    func alerts() async throws {
        let page = try String(
            contentsOfFile: TestEnvironment.repository + "/docs/observability.md", encoding: .utf8)
        let begin = try #require(page.range(of: "    groups:\n")).lowerBound
        let end = try #require(page.range(of: "\nWorth a look", range: begin..<page.endIndex)).lowerBound
        let rules = page[begin..<end].components(separatedBy: "\n").map { String($0.dropFirst(4)) }
        let file = try TestFiles.shared.get().makeFolder() + "/rules.yml"
        try rules.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let folder = try #require(TestEnvironment.prometheus)
        let answer = try await ChildProcess.run(folder + "/promtool", ["check", "rules", file])
        #expect(answer.contains("8 rules found"))
        for name in rules.joined().matches(of: #/sluice_[a-z_]+/#) {
            #expect(page.contains("\n| `\(name.0)` |"), "\(name.0) has no row")
        }
    }

    @Test(
        "Prometheus scrapes a node and knows how many requests there were",
        .enabled(if: TestEnvironment.prometheus != nil, Comment(rawValue: TestEnvironment.needsPrometheus)))
    func prometheus() async throws {
        let measured = try await MeasuredNode()
        let prometheus = try await ScrapingPrometheus(measured.node.statusPort, folder: measured.node.folder)
        try await measured.ask(["/orders": 60, "/teapot": 40, "/passed": 20])
        try await measured.node.waitUntilOver(120)
        let wanted = [
            "sum(sluice_http_requests_total)": "120",
            #"sum by (code) (kong_http_requests_total{route="teapot"})"#: "40",
            #"sum(kong_http_requests_total{source="service"})"#: "20",
            #"kong_request_latency_ms_count{route="orders"}"#: "60",
            "sum(sluice_kafka_delivered_records_total)": "60",
            #"histogram_quantile(1, sum by (le) (sluice_kafka_produce_latency_seconds_bucket)) > bool 0"#: "1",
            #"sum(kong_upstream_target_health{state="healthchecks_off"})"#: "2",
            "sluice_ready": "1",
        ]
        for (query, value) in wanted {
            try await Eventually.holds("\(query) is \(value)") { try await prometheus.value(query) == value }
        }
        await prometheus.stop()
        await measured.node.stop()
    }

    @Test("a node that waits for its cluster is ready when that is, and not when it is away")
    func readiness() async throws {
        let measured = try await MeasuredNode(["status_required_clusters": MeasuredNode.clusterName])
        let node = measured.node
        try await Eventually.holds("the node is ready") { try await node.status("GET /status/ready").status == 200 }
        try measured.takeDown()
        try await Eventually.holds("the node is not ready") { try await node.status("GET /status/ready").status == 503 }
        let answer = try JSONValue.parse(text: try await node.status("GET /status/ready").body)
        let message = try #require(answer["message"]?.stringValue)
        #expect(
            message.hasPrefix(
                "not ready for proxying: the Kafka cluster '\(MeasuredNode.clusterName)' has no broker up: "))
        #expect(answer["clusters"] == [["name": .string(MeasuredNode.clusterName), "up": false]])
        #expect(try await measured.metrics().series["sluice_ready"] == 0)
        #expect(try await measured.metrics().series[#"sluice_kafka_cluster_up{cluster="the \"first\""}"#] == 0)
        try measured.cluster.brokerUp(1)
        try await Eventually.holds("the node is ready again") {
            try await node.status("GET /status/ready").status == 200
        }
        await node.stop()
    }

    @Test("without being asked to, a node stays ready when its cluster is away")
    func notRequired() async throws {
        let measured = try await MeasuredNode()
        let node = measured.node
        let up = #"sluice_kafka_cluster_up{cluster="the \"first\""}"#
        try await Eventually.holds("the cluster is up") { try await measured.metrics().series[up] == 1 }
        try measured.takeDown()
        try await Eventually.holds("the cluster is away") { try await measured.metrics().series[up] == 0 }
        #expect(try await node.status("GET /status/ready").status == 200)
        await node.stop()
    }
}
