import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// `kong-kafka-log` in whole nodes, with brokers that answer.
@Suite(
    "Requests as Optum's records",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct KongKafkaLogTests {
    private static func entries(
        _ servers: [String], _ topic: String, settings: [String: String] = [:]
    ) async throws -> [JSONValue] {
        try await RecordReader.read(servers, topic: topic, settings: settings).map { record in
            #expect(record.key == nil)
            let value = record.value ?? []
            return try JSONValue.parse(value.span)
        }
    }

    private static let route: JSONValue = [
        "name": "answered", "paths": ["/answered"],
        "plugins": [["name": "request-termination", "config": ["status_code": 200]]],
    ]

    @Test(
        "the command that users know makes a plugin that logs to a broker by TLS, whoever that is",
        .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
    func command() async throws {
        let rig = try await KafkaRig.shared()
        let topic = "example-topic"
        try await rig.createTopic(topic)
        let node = try await RunningSluice(database: try TestFiles.shared.get().makeFolder())
        let broker = rig.servers(.tls)[0]

        let answer = try await ChildProcess.run(
            "/usr/bin/curl",
            [
                "-s", "-X", "POST", "http://localhost:\(node.adminPort)/plugins", "--data", "name=kong-kafka-log",
                "--data", "config.bootstrap_servers=\(broker)", "--data", "config.ask_id=testaskid", "--data",
                "config.app_name=gatewayappname", "--data", "config.ssl=true", "--data", "config.topic=\(topic)",
            ])

        let plugin = try JSONValue.parse(text: answer)
        #expect(plugin["id"]?.stringValue?.count == 36, "\(answer)")
        #expect(plugin["config"]?["bootstrap_servers"] == [.string(broker)])
        #expect(try await node.ask("GET /any").status == 404)
        #expect(await node.stop() == 0)
        let entry = try #require(try await Self.entries(rig.servers(), topic).last)
        #expect(entry["application"] == ["askId": "testaskid", "name": "gatewayappname"])
        #expect(entry["request"]?["request"]?.stringValue?.hasSuffix("/any") == true && entry["eventClass"] == "404")
    }

    @Test("instances with brokers and topics of their own get their own entries; a file gets the same as its topic")
    func instances() async throws {
        let (one, other) = (try ProduceTarget.developmentCluster(), try ProduceTarget.developmentCluster())
        try await one.createTopics(["first"])
        try await other.createTopics(["second"])
        let path = try TestFiles.shared.get().makeFolder() + "/log"
        let node = try await RunningSluice(
            file: """
                _format_version: "3.0"
                routes:
                  - name: one
                    paths: [/one]
                    plugins:
                      - {name: request-termination, config: {status_code: 401}}
                      - name: kong-kafka-log
                        config:
                          {bootstrap_servers: ["\(one.servers[0])"], topic: first, ask_id: a, app_name: one,
                           log_to_file: true, log_to_file_path: "\(path)", compression_type: gzip}
                  - name: other
                    paths: [/other]
                    plugins:
                      - {name: request-termination, config: {status_code: 200}}
                      - name: kong-kafka-log
                        config: {bootstrap_servers: ["\(other.servers[0])"], topic: second, ask_id: b, app_name: other}
                """,
            settings: ["trusted_ips": "127.0.0.1", "real_ip_header": "X-Real-IP"])
        for number in 0..<20 {
            _ = try await node.ask("GET /one/\(number)\nX-Real-IP: \(number == 0 ? "2001:db8::1" : "10.0.0.1")")
            _ = try await node.ask("GET /other/\(number)")
        }
        #expect(await node.stop() == 0)
        let first = try await Self.entries(one.servers, "first")
        let second = try await Self.entries(other.servers, "second")
        #expect(first.count == 20 && second.count == 20)
        #expect(first.allSatisfy { $0["application"] == ["askId": "a", "name": "one"] })
        #expect(second.allSatisfy { $0["application"] == ["askId": "b", "name": "other"] })
        #expect(first.allSatisfy { $0["logClass"] == "SECURITY_FAILURE" && $0["eventClass"] == "401" })
        #expect(second.allSatisfy { $0["logClass"] == "SECURITY_SUCCESS" })
        // An IPv6 address is no number.
        #expect(first[0]["sourceHost"] == ["ipv6": "2001:db8::1", "port": 8443])
        #expect(first[1]["sourceHost"] == ["ip4": 167_772_161, "port": 8443])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(try Set(lines.map { try JSONValue.parse(text: String($0)) }) == Set(first))
    }

    @Test("what finds the producer's queue full is dropped, counted and told, and holds up no answer")
    func overflow() async throws {
        let node = try await RunningSluice(
            file: """
                _format_version: "3.0"
                routes: [\(Self.route.text)]
                plugins:
                  - name: kong-kafka-log
                    config:
                      bootstrap_servers: ["127.0.0.1:1"]
                      topic: log
                      ask_id: a
                      app_name: n
                      delivery_timeout: 100
                      producer_async_buffering_limits_messages_in_memory: 10
                """, settings: ["event_loops": "1", "flush_timeout": "10"])
        for _ in 0..<200 { #expect(try await node.ask("GET /answered").status == 200) }
        let line = try await node.line("log entries dropped")
        #expect(line["topic"] == "log" && line["error"] == "QueueFull" && line.number("dropped") == 1)
        _ = await node.stop()
    }
}
