import Foundation
import Kafka
import TestBrokers
import TestClient
import TestProcesses

/// A node that counts everything: a route into Kafka, one that answers itself, one to a service behind an upstream.
struct MeasuredNode {
    /// With what has to be escaped in a label.
    static let clusterName = #"the "first""#

    let cluster: DevelopmentCluster
    let upstream: ScriptedUpstream
    let node: RunningSluice
    /// Where a log plugin writes.
    let log: String

    init(_ settings: [String: String] = [:]) async throws {
        cluster = try DevelopmentCluster()
        try cluster.createTopic("orders", partitions: 2)
        upstream = try ScriptedUpstream { connection, _ in try connection.answerAll("hello") }
        log = try TestFiles.shared.get().makeFolder() + "/requests.log"
        let server = cluster.bootstrapServers[0].split(separator: ":").map(String.init)
        node = try await RunningSluice(
            file: """
                _format_version: "3.0"
                upstreams:
                - name: service.test
                  targets: [{target: "127.0.0.1:\(upstream.port)"}, {target: "127.0.0.2:1", weight: 0}]
                services:
                - name: passed
                  host: service.test
                  routes: [{name: passed, paths: [/passed]}]
                routes:
                - name: orders
                  paths: [/orders]
                  plugins:
                  - name: kafka-upstream
                    config:
                      bootstrap_servers: [{host: "\(server[0])", port: \(server[1])}]
                      topic: orders
                      cluster_name: '\(Self.clusterName)'
                      producer_async: false
                - name: teapot
                  paths: [/teapot]
                  plugins: [{name: request-termination, config: {status_code: 418}}]
                plugins:
                - name: prometheus
                  config:
                    per_consumer: true
                    status_code_metrics: true
                    latency_metrics: true
                    bandwidth_metrics: true
                    upstream_health_metrics: true
                - name: file-log
                  config: {path: "\(log)"}
                """,
            settings: ["admin_listen": "127.0.0.1:0", "status_listen": "127.0.0.1:0"].merging(settings) { $1 })
    }

    /// The cluster's only broker goes, while no program is being started: it takes its port again at once, which must be
    /// free.
    func takeDown() throws { try Spawning.alone { try cluster.brokerDown(1) } }

    /// Asks so many times for each path, from several clients at once.
    func ask(_ paths: [String: Int]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (path, count) in paths {
                group.addTask { [node] in
                    try await OwnThread.run {
                        let client = try node.client()
                        for number in 0..<count {
                            _ = try client.ask(
                                "POST \(path)\nContent-Type: application/json", body: #"{"n":\#(number)}"#)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What the status API tells, by name and labels.
    func metrics() async throws -> (text: String, series: [String: Double]) {
        let text = try await node.status("GET /metrics").body
        var series: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            series[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return (text, series)
    }
}
