import Foundation
import JSON
import TestBrokers
import TestCertificates
import TestClient
import Testing

/// The entries of `kafka-log`, as another client reads them, for requests of several kinds.
private final class LogRun: Sendable {
    let entries: [String: JSONValue]
    let servicePort: Int

    init() async throws {
        let target = try ProduceTarget.developmentCluster()
        try await target.createTopics(["log"])
        let waiting = ConditionGate()
        let service = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                if request.contains("/hang-up") { return }
                if request.contains("/socket") {
                    try connection.send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                    _ = try connection.readUntil("ping")
                    try connection.send("pong")
                    return
                }
                if request.contains("/wait") {
                    waiting.open()
                    _ = try connection.request()
                    return
                }
                try connection.answer("from the service", fields: "X-Up: a\r\nX-Up: b\r\n")
            }
        }
        servicePort = service.port
        let certificates = try TestCertificates.shared()
        let node = try await RunningSluice(
            file: Self.document(target.servers[0], service: service.port),
            settings: [
                "proxy_listen": "127.0.0.1:0, 127.0.0.1:0 ssl", "ssl_cert": certificates.server.certificatePath,
                "ssl_cert_key": certificates.server.keyPath,
            ])
        let heads = [
            "GET /proxied/a?kind=proxied&kind2\nAuthorization: Basic c2VjcmV0\nX-A: 1\nX-A: 2",
            "POST /answered?kind=answered\nContent-Type: text/plain", "GET /nowhere?kind=unmatched",
            "GET /refused?kind=refused", "GET /proxied/hang-up?kind=failed",
        ]
        for head in heads { _ = try await node.ask(head, body: head.hasPrefix("POST") ? "12345" : nil) }
        let secure = try #require(
            node.lines("listening").first { $0["speaks"].hasPrefix("https") }?["address"].split(
                separator: ":"
            )
            .last)
        _ = try await ChildProcess.run(
            "/usr/bin/curl",
            [
                "-s", "--max-time", "20", "--cacert", certificates.authority.certificatePath,
                "https://localhost:\(secure)/proxied/a?kind=tls",
            ])
        try await OwnThread.run {
            let client = try RawClient(port: node.port)
            try client.send(Array("GET /proxied/wait?kind=gone HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            waiting.wait()
            client.close()
        }
        try await OwnThread.run {
            let client = try RawClient(port: node.port)
            try client.send(
                "GET /proxied/socket?kind=upgraded HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            _ = try client.readUntil("\r\n\r\n")
            try client.send("ping")
            _ = try client.readUntil("pong")
            client.close()
        }
        #expect(await node.stop() == 0)
        var entries: [String: JSONValue] = [:]
        for record in try await RecordReader.read(target.servers, topic: "log") {
            let value = record.value ?? []
            let entry = try JSONValue.parse(value.span)
            let kind = entry["request"]?["querystring"]?["kind"]?.stringValue ?? "?"
            #expect(record.key == Array(kind.utf8))
            #expect(entries[kind] == nil, "\(kind) was told twice")
            entries[kind] = entry
        }
        self.entries = entries
    }

    private static func document(_ broker: String, service: Int) -> String {
        let parts = broker.split(separator: ":")
        return """
            _format_version: "3.0"
            services:
              - {name: up, host: 127.0.0.1, port: \(service), retries: 1,
                 routes: [{name: proxied, paths: [/proxied]}]}
              - {name: closed, host: 127.0.0.1, port: 1, retries: 1, routes: [{name: refused, paths: [/refused]}]}
            routes:
              - name: answered
                paths: [/answered]
                plugins: [{name: request-termination, config: {status_code: 418, message: "tea"}}]
            plugins:
              - name: kafka-log
                config:
                  bootstrap_servers: [{host: \(parts[0]), port: \(parts[1])}]
                  topic: log
                  key_query_arg: kind
            """
    }
}

@Suite(
    "Requests as records",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct KafkaLogTests {
    private static let run = SharedServer { try await LogRun() }

    private func entry(_ kind: String) async throws -> JSONValue {
        try #require(try await Self.run.get().entries[kind], "no entry")
    }

    /// What every entry has.
    private func checkCommon(_ entry: JSONValue) throws {
        #expect(entry["request"]?["id"]?.stringValue?.count == 32)
        #expect(entry["client_ip"] == "127.0.0.1")
        #expect(entry["workspace_name"] == "default")
        let started = try #require(entry["started_at"]?.integerValue)
        #expect(abs(Date().timeIntervalSince1970 * 1_000 - Double(started)) < 3_600_000)
        let latencies = try #require(entry["latencies"]?.objectValue)
        #expect(Set(latencies.keys) == ["request", "proxy", "kong", "receive"])
        #expect(latencies.values.allSatisfy { ($0.integerValue ?? -2) >= -1 })
        #expect((entry["request"]?["size"]?.integerValue ?? 0) > 20)
        #expect((entry["response"]?["size"]?.integerValue ?? 0) > 20)
    }

    @Test("a request that a service answered")
    func proxied() async throws {
        let entry = try await entry("proxied")
        try checkCommon(entry)
        let request = try #require(entry["request"])
        #expect(request["method"] == "GET")
        #expect(request["uri"] == "/proxied/a?kind=proxied&kind2")
        #expect(request["url"]?.stringValue?.hasPrefix("http://gateway.test:") == true)
        #expect(request["url"]?.stringValue?.hasSuffix("/proxied/a?kind=proxied&kind2") == true)
        #expect(request["querystring"] == ["kind": "proxied", "kind2": true])
        #expect(request["headers"]?["authorization"] == "REDACTED")
        #expect(request["headers"]?["x-a"] == ["1", "2"])
        #expect(request["tls"] == nil)
        #expect(entry["response"]?["status"] == 200)
        #expect(entry["response"]?["headers"]?["x-up"] == ["a", "b"])
        #expect(entry["upstream_uri"] == "/a?kind=proxied&kind2")
        #expect(entry["upstream_status"] == "200" && entry["source"] == "upstream")
        #expect(entry["latencies"]?["proxy"] != -1)
        let attempt = try #require(entry["tries"]?[0])
        #expect(entry["tries"]?.arrayValue?.count == 1)
        #expect(attempt["ip"] == "127.0.0.1")
        #expect(attempt["port"] == .integer(try await Self.run.get().servicePort))
        #expect(attempt["state"] == nil && attempt["balancer_latency_ns"]?.integerValue != nil)
        #expect(entry["route"]?["name"] == "proxied" && entry["route"]?["paths"] == ["/proxied"])
        #expect(entry["service"]?["name"] == "up" && entry["service"]?["retries"] == 1)
        #expect(entry["route"]?["service"]?["id"] == entry["service"]?["id"])
    }

    @Test("a request that the gateway answered itself")
    func answered() async throws {
        let entry = try await entry("answered")
        try checkCommon(entry)
        #expect(entry["request"]?["method"] == "POST")
        #expect(entry["response"]?["status"] == 418)
        #expect(entry["source"] == "kong" && entry["upstream_status"] == "")
        #expect(entry["tries"] == nil && entry["upstream_uri"] == nil && entry["service"] == nil)
        #expect(entry["latencies"]?["proxy"] == -1)
        #expect(entry["route"]?["name"] == "answered")
    }

    @Test("a request without a route")
    func unmatched() async throws {
        let entry = try await entry("unmatched")
        try checkCommon(entry)
        #expect(entry["response"]?["status"] == 404 && entry["source"] == "kong")
        #expect(entry["route"] == nil && entry["service"] == nil)
    }

    @Test("requests whose service is not there or hangs up, with each try", arguments: ["refused", "failed"])
    func failures(kind: String) async throws {
        let entry = try await entry(kind)
        try checkCommon(entry)
        #expect(entry["response"]?["status"] == 502)
        #expect(entry["source"] == "kong" && entry["upstream_status"] == "")
        let tries = try #require(entry["tries"]?.arrayValue)
        #expect(tries.count == 2)
        #expect(tries.allSatisfy { $0["state"] == "failed" && $0["code"] == 502 })
    }

    @Test("a request by TLS, and one whose client went")
    func others() async throws {
        let tls = try await entry("tls")
        try checkCommon(tls)
        #expect(tls["request"]?["url"]?.stringValue?.hasPrefix("https://localhost:") == true)
        #expect(tls["request"]?["tls"]?["version"] == "TLSv1.3")
        #expect(tls["request"]?["tls"]?["client_verify"] == "NONE")
        #expect(tls["request"]?["tls"]?["cipher"]?.stringValue?.hasPrefix("TLS_") == true)

        let gone = try await entry("gone")
        #expect(gone["response"]?["status"] == 499 && gone["response"]?["size"] == 0)
        #expect(gone["tries"]?.arrayValue?.count == 1)
    }

    @Test("a request whose connection became something else")
    func upgraded() async throws {
        let entry = try await entry("upgraded")
        try checkCommon(entry)
        #expect(entry["response"]?["status"] == 101 && entry["upstream_status"] == "101")
        #expect(entry["source"] == "upstream" && entry["tries"]?.arrayValue?.count == 1)
        #expect(entry["response"]?["headers"]?["upgrade"] == "websocket")
        #expect(entry["request"]?["headers"]?["upgrade"] == "websocket")
    }

    @Test("a full queue drops entries, counts them, and holds up no answer")
    func overflow() async throws {
        let node = try await RunningSluice(
            file: """
                _format_version: "3.0"
                routes:
                  - name: answered
                    paths: [/answered]
                    plugins: [{name: request-termination, config: {status_code: 200}}]
                plugins:
                  - name: kafka-log
                    config:
                      bootstrap_servers: [{host: 127.0.0.1, port: 1}]
                      topic: log
                      delivery_timeout: 100
                      producer_async_buffering_limits_messages_in_memory: 10
                """, settings: ["event_loops": "1", "flush_timeout": "10", "admin_listen": "127.0.0.1:0"])
        for _ in 0..<200 { #expect(try await node.ask("GET /answered").status == 200) }
        let line = try await node.line("log entries dropped")
        #expect(line["topic"] == "log" && line["error"] == "QueueFull")
        #expect(line.number("dropped") == 1)
        try await node.waitUntilOver(200)
        // What was taken and what was not are all that was asked.
        let clusters = try JSONValue.parse(text: try await node.edit("GET /clusters").body)
        let topic = try #require(clusters["data"]?[0]?["topics"]?[0])
        let refused = try #require(topic["refused"]?.integerValue)
        #expect(refused > 0 && (topic["accepted"]?.integerValue ?? 0) + refused == 200)
        _ = await node.stop()
    }
}
