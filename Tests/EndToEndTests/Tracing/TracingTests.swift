import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite(
    "Traces of requests",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct TracingTests {
    private static let id = "0af7651916cd43dd8448eb211c80319c"
    private static let caller = "b7ad6b7169203331"

    /// Plugins of every route.
    private static func plugins(_ collector: TraceCollector, _ config: JSONObject = [:]) -> String {
        let all: JSONObject = config.with(["traces_endpoint": .string(collector.endpoint)])
        return """
            plugins:
              - {name: correlation-id, config: {}}
              - {name: opentelemetry, config: \(JSONValue.object((["sampling_rate": 1] as JSONObject).with(all)).text)}
            """
    }

    private static func document(_ rest: String, _ collector: TraceCollector, _ config: JSONObject = [:]) -> String {
        "_format_version: \"3.0\"\n\(rest)\n\(plugins(collector, config))\n"
    }

    private static let answering = """
        routes:
          - {name: answered, paths: [/answered], plugins: [{name: request-termination, config: {status_code: 200}}]}
        """

    private static func now() -> Int { Int(Date().timeIntervalSince1970 * 1e9) }

    /// What every trace's spans are to each other.
    private func checkFamily(_ trace: CollectedTrace, between start: Int, _ end: Int) throws -> CollectedSpan {
        let root = try trace.one("kong")
        #expect(root.kind == 2)
        // A clock of microseconds has read the limits.
        #expect(root.start >= start - 1_000 && root.start <= root.end && root.end <= end + 1_000)
        #expect(Set(trace.spans.map(\.id)).count == trace.spans.count)
        for span in trace.spans where span.name != "kong" {
            #expect(span.parent == root.id, "\(span.name)")
            #expect(root.start <= span.start && span.start <= span.end && span.end <= root.end, "\(span.json.text)")
        }
        for span in trace.spans {
            #expect(span.json["scope"] == "kong-internal" && span.json["resource"]?["service.name"] == "kong")
            #expect(span.json["resource"]?["service.instance.id"]?.stringValue?.count == 36)
        }
        return root
    }

    @Test("a proxied request: what came goes on, and its parts are told")
    func proxied() async throws {
        let collector = try await TraceCollector()
        let service = try ScriptedUpstream { connection, _ in try connection.answerAll("x") }
        let node = try await RunningSluice(
            file: Self.document(
                """
                services:
                  - {name: s, host: 127.0.0.1, port: \(service.port), routes: [{name: r, paths: [/p]}]}
                """, collector,
                [
                    "headers": ["x-token": "secret"], "resource_attributes": ["deployment.environment": "test"],
                    "http_response_header_for_traceid": "X-Trace-Id",
                ]))
        let start = Self.now()
        let answer = try await node.ask(
            "GET /p/a?apikey=hidden&b=1\ntraceparent: 00-\(Self.id)-\(Self.caller)-01\ntracestate: up=1")
        let end = Self.now()
        #expect(answer.status == 200 && answer["X-Trace-Id"] == Self.id)

        let trace = try await collector.trace(Self.id)
        let root = try checkFamily(trace, between: start, end + 1_000_000_000)
        #expect(root.parent == Self.caller && root.state == "up=1" && !root.isFailed)
        for (name, value) in [
            "http.method": "GET", "http.scheme": "http", "http.flavor": "1.1", "http.client_ip": "127.0.0.1",
            "net.peer.ip": "127.0.0.1", "http.status_code": 200, "http.route": "/p", "http.host": "gateway.test",
        ] as [String: JSONValue] {
            #expect(root[name] == value, "\(name) is \(root[name]?.text ?? "not there")")
        }
        let url = try #require(root["http.url"]?.stringValue)
        #expect(url.hasPrefix("http://gateway.test/p/a?apikey=") && !url.contains("hidden") && url.hasSuffix("b=1"))
        #expect(root["kong.request.id"]?.stringValue == answer["X-Kong-Request-Id"])
        #expect(
            Set(trace.spans.map(\.name)) == [
                "kong", "kong.router", "kong.access.plugin.correlation-id", "kong.balancer",
            ])
        let attempt = try trace.one("kong.balancer")
        #expect(attempt.kind == 3 && attempt["net.peer.ip"] == "127.0.0.1" && attempt["http.status_code"] == 200)
        #expect(attempt["net.peer.port"] == .integer(service.port))
        // The service is the next part of the trace.
        let sent = try #require(service.requests.first).lowercased().components(separatedBy: "\r\n")
        #expect(sent.filter { $0.hasPrefix("traceparent:") } == ["traceparent: 00-\(Self.id)-\(attempt.id)-01"])
        #expect(sent.filter { $0.hasPrefix("tracestate:") } == ["tracestate: up=1"])

        let request = try #require(try collector.requests.first)
        #expect(request["path"] == "/v1/traces" && request["fields"]?["content-type"] == "application/x-protobuf")
        #expect(request["fields"]?["x-token"] == "secret")
        #expect(root.json["resource"]?["deployment.environment"] == "test")
        #expect(await node.stop() == 0)
        await collector.stop()
    }

    @Test("a service that is not there: a span for each try, failed")
    func failed() async throws {
        let collector = try await TraceCollector()
        let node = try await RunningSluice(
            file: Self.document(
                "services: [{name: s, host: 127.0.0.1, port: 1, retries: 1, routes: [{name: r, paths: [/p]}]}]",
                collector))
        let start = Self.now()
        #expect(try await node.ask("GET /p\ntraceparent: 00-\(Self.id)-\(Self.caller)-01").status == 502)
        let trace = try await collector.trace(Self.id)
        let root = try checkFamily(trace, between: start, Self.now())
        #expect(root.isFailed && root["http.status_code"] == 502)
        let tries = trace.all("kong.balancer")
        #expect(tries.count == 2)
        for attempt in tries {
            #expect(
                attempt.isFailed && attempt["kong.balancer.state"] == "failed" && attempt["http.status_code"] == 502)
        }
        #expect(await node.stop() == 0)
        await collector.stop()
    }

    @Test("hostile and missing contexts begin a trace; requests without a route are traced too")
    func beginnings() async throws {
        let collector = try await TraceCollector()
        let node = try await RunningSluice(
            file: Self.document(
                Self.answering, collector, ["http_response_header_for_traceid": "X-Trace-Id"]))
        var seen: Set<String> = []
        for head in [
            "GET /answered", "GET /answered\ntraceparent: 00-\(Self.id)-0000000000000000-01\ntracestate: a=1",
            "GET /answered\ntraceparent: 00-\(Self.id)-\(Self.caller)-01\ntraceparent: 00-\(Self.id)-\(Self.caller)-01",
            "GET /nowhere", "GET /nowhere\ntraceparent: \(String(repeating: "a", count: 5_000))",
        ] {
            let answer = try await node.ask(head)
            #expect(answer.status == (head.contains("nowhere") ? 404 : 200))
            let id = try #require(answer["X-Trace-Id"])
            #expect(id.count == 32 && id != Self.id && seen.insert(id).inserted)
            let trace = try await collector.trace(id)
            let root = try trace.one("kong")
            #expect(root.parent == "" && root.state == "" && root["http.status_code"] == .integer(answer.status))
            if !head.contains("nowhere") { _ = try trace.one("kong.access.plugin.request-termination") }
        }
        #expect(await node.stop() == 0)
        await collector.stop()
    }

    @Test("what is not sampled is passed on, and nothing is sent", arguments: [0, 1])
    func unsampled(rate: Int) async throws {
        let collector = try await TraceCollector()
        let service = try ScriptedUpstream { connection, _ in try connection.answerAll("x") }
        let node = try await RunningSluice(
            file: Self.document(
                "services: [{name: s, host: 127.0.0.1, port: \(service.port), routes: [{name: r, paths: [/p]}]}]",
                collector, ["sampling_rate": .integer(rate)]))
        // By the rate, and by the caller.
        let flags = rate == 0 ? "01" : "00"
        #expect(try await node.ask("GET /p\ntraceparent: 00-\(Self.id)-\(Self.caller)-\(flags)").status == 200)
        let sent = try #require(service.requests.first).lowercased().components(separatedBy: "\r\n")
        let line = try #require(sent.first { $0.hasPrefix("traceparent:") })
        #expect(line.hasPrefix("traceparent: 00-\(Self.id)-") && line.hasSuffix("-00") && !line.contains(Self.caller))
        #expect(await node.stop() == 0)
        #expect(try collector.requests.isEmpty)
        await collector.stop()
    }

    @Test("records carry the trace, and the spans tell where they are")
    func records() async throws {
        let collector = try await TraceCollector()
        let target = try ProduceTarget.developmentCluster()
        try await target.createTopics(["traced", "checked"])
        let registry = try ScriptedRegistry([
            "checked-value": .init(id: 7, version: 1, type: "JSON", text: #"{"type":"object","required":["a"]}"#)
        ])
        let broker = target.servers[0].split(separator: ":")
        let common = """
            bootstrap_servers: [{host: \(broker[0]), port: \(broker[1])}], producer_async: false, producer_request_acks: -1,
                        value_source: body, headers: {include_headers: [traceparent, x-a]}
            """
        let node = try await RunningSluice(
            file: Self.document(
                """
                routes:
                  - name: traced
                    paths: [/traced]
                    plugins: [{name: kafka-upstream, config: {\(common), topic: traced}}]
                  - name: checked
                    paths: [/checked]
                    plugins:
                      - name: kafka-upstream
                        config: {\(common), topic: checked,
                          schema_registry: {confluent: {url: "\(registry.url)", value_schema: {subject_name: checked-value}}}}
                """, collector))
        let start = Self.now()
        let fields =
            "traceparent: 00-\(Self.id)-\(Self.caller)-01\ntracestate: up=1\nX-A: 1\nContent-Type: application/json"
        #expect(try await node.ask("POST /traced\n\(fields)", body: #"{"a":1}"#).status == 200)
        let trace = try await collector.trace(Self.id)
        _ = try checkFamily(trace, between: start, Self.now())
        let record = try #require(try await RecordReader.read(target.servers, topic: "traced").first)
        let publish = try trace.one("kafka.produce")
        #expect(publish.kind == 4 && !publish.isFailed)
        for (name, value) in [
            "messaging.system": "kafka", "messaging.operation": "publish", "messaging.destination.name": "traced",
            "messaging.kafka.destination.partition": .integer(record.partition),
            "messaging.kafka.message.offset": .integer(record.offset),
        ] as [String: JSONValue] {
            #expect(publish[name] == value, "\(name) is \(publish[name]?.text ?? "not there")")
        }
        _ = try trace.one("kong.access.plugin.kafka-upstream")
        let headers = record.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
        #expect(headers.sorted() == ["traceparent=00-\(Self.id)-\(publish.id)-01", "tracestate=up=1", "x-a=1"])

        // With a schema: the record that fits it, and one that does not.
        let (fits, fitsNot) = (String(Self.id.reversed()), String(repeating: "ab", count: 16))
        for (id, body, status) in [(fits, #"{"a":1}"#, 200), (fitsNot, #"{"b":1}"#, 422)] {
            let head = "POST /checked\nContent-Type: application/json\ntraceparent: 00-\(id)-\(Self.caller)-01"
            #expect(try await node.ask(head, body: body).status == status)
            let trace = try await collector.trace(id)
            #expect(try trace.one("sluice.schema").isFailed == (status == 422))
            #expect(trace.all("kafka.produce").count == (status == 200 ? 1 : 0))
        }
        #expect(await node.stop() == 0)
        await collector.stop()
    }

    @Test("a collector that is away, then fails, then is back: requests are unharmed, and no span is lost")
    func awayAndBack() async throws {
        let port = try FreePorts.one()
        let config: JSONObject = [
            "traces_endpoint": .string("http://127.0.0.1:\(port)/v1/traces"), "sampling_rate": 1,
            "http_response_header_for_traceid": "X-Trace-Id",
            "queue": ["initial_retry_delay": 0.01, "max_retry_delay": 0.05, "max_coalescing_delay": 0.05],
        ]
        let node = try await RunningSluice(
            file: """
                _format_version: "3.0"
                \(Self.answering)
                plugins: [{name: opentelemetry, config: \(JSONValue.object(config).text)}]
                """)
        var ids: [String] = []
        for _ in 0..<20 {
            let answer = try await node.ask("GET /answered")
            #expect(answer.status == 200)
            ids.append(answer["X-Trace-Id"] ?? "")
        }
        let line = try await node.line("entries not delivered yet; they are sent again")
        #expect(line["plugin"] == "opentelemetry")
        let collector = try await TraceCollector(port: port, statuses: [503, 429])
        for id in ids { _ = try await collector.trace(id) }
        #expect(try collector.spans.count { $0.name == "kong" } == 20)
        #expect(await node.stop() == 0)
        await collector.stop()
    }

    @Test("a collector that never answers holds up no request; what it did not take is told at the end")
    func silent() async throws {
        let collector = try await TraceCollector(answers: false)
        let node = try await RunningSluice(
            file: Self.document(Self.answering, collector), settings: ["flush_timeout": "100"])
        for _ in 0..<20 { #expect(try await node.ask("GET /answered").status == 200) }
        #expect(await node.stop() == 1)
        let line = try #require(node.lines("entries not delivered at stop").first)
        // kong, kong.router and two plugins each.
        #expect(line["plugin"] == "opentelemetry" && line.number("undelivered") == 80)
        await collector.stop()
    }

    @Test("a node that stops sends what waits, whatever part of traces its settings record", arguments: [0, 1])
    func stop(rate: Int) async throws {
        let collector = try await TraceCollector()
        let config: JSONObject = [
            "traces_endpoint": .string(collector.endpoint), "queue": ["max_coalescing_delay": 3_600],
        ]
        let node = try await RunningSluice(
            file: """
                _format_version: "3.0"
                \(Self.answering)
                plugins: [{name: opentelemetry, config: \(JSONValue.object(config).text)}]
                """, settings: ["tracing_sampling_rate": String(rate)])
        for _ in 0..<5 { #expect(try await node.ask("GET /answered").status == 200) }
        #expect(try collector.requests.isEmpty)
        #expect(await node.stop() == 0)
        #expect(try collector.spans.count { $0.name == "kong" } == 5 * rate)
        await collector.stop()
    }
}
