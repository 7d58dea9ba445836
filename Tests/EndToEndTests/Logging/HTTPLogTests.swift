import Foundation
import JSON
import Synchronization
import TestBrokers
import TestClient
import Testing

/// A server that takes log entries, and says what it got.
private final class Collector: Sendable {
    private let server: ScriptedUpstream

    /// - Parameter statuses: Of the first answers, one each; then 200.
    init(port: Int = 0, statuses: [Int] = []) throws {
        let pending = Pending(statuses)
        server = try ScriptedUpstream(port: port) { connection, _ in
            while try connection.request() != nil {
                try connection.answer("", status: "\(pending.next()) Answer")
            }
        }
    }

    private final class Pending: Sendable {
        private let statuses: Mutex<[Int]>
        init(_ statuses: [Int]) { self.statuses = Mutex(statuses) }
        func next() -> Int { statuses.withLock { $0.isEmpty ? 200 : $0.removeFirst() } }
    }

    var port: Int { server.port }
    /// Heads with their bodies.
    var requests: [String] { server.requests }

    /// The bodies, as JSON.
    func bodies() throws -> [JSONValue] {
        try requests.map { request in
            try JSONValue.parse(text: request.components(separatedBy: "\r\n\r\n").dropFirst().joined())
        }
    }

    /// The `n` of each entry's query, of all requests in their order.
    func numbers() throws -> [String] {
        try bodies().flatMap { $0.arrayValue ?? [$0] }.compactMap {
            $0["request"]?["querystring"]?["n"]?.stringValue
        }
    }
}

@Suite("Requests told to a server")
struct HTTPLogTests {
    private static func document(_ config: JSONObject) -> String {
        """
        _format_version: "3.0"
        routes:
          - {name: answered, paths: [/answered], plugins: [{name: request-termination, config: {status_code: 200}}]}
        plugins:
          - name: http-log
            config: \(JSONValue.object(config).text)
        """
    }

    private static func node(
        _ port: Int, _ config: JSONObject = [:], settings: [String: String] = [:]
    ) async throws -> RunningSluice {
        try await RunningSluice(
            file: document(config.with(["http_endpoint": .string("http://127.0.0.1:\(port)/entries?a=b")])),
            settings: settings)
    }

    private static func ask(_ node: RunningSluice, _ numbers: Range<Int>) async throws {
        for number in numbers { #expect(try await node.ask("GET /answered?n=\(number)").status == 200) }
    }

    @Test("an entry is a JSON object, sent with the fields and the login that are configured")
    func one() async throws {
        let collector = try Collector()
        let node = try await RunningSluice(
            file: Self.document([
                "http_endpoint": .string("http://user:p%40ss@127.0.0.1:\(collector.port)/entries?a=b"),
                "method": "PUT", "content_type": "application/json; charset=utf-8", "headers": ["X-Key": "secret"],
            ]))
        try await Self.ask(node, 0..<1)
        try await Eventually.holds("the entry comes") { collector.requests.count == 1 }
        let request = try #require(collector.requests.first)
        let head = request.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
        #expect(head[0] == "PUT /entries?a=b HTTP/1.1")
        for line in [
            "Content-Type: application/json; charset=utf-8", "X-Key: secret", "Authorization: Basic dXNlcjpwQHNz",
        ] {
            #expect(head.contains(line), "\(head)")
        }
        let entry = try #require(try collector.bodies().first)
        #expect(entry["request"]?["uri"] == "/answered?n=0" && entry["response"]?["status"] == 200)
        #expect(await node.stop() == 0)
    }

    @Test("a batch is an array, even of one")
    func batches() async throws {
        let collector = try Collector()
        let node = try await Self.node(
            collector.port, ["queue": ["max_batch_size": 3, "max_coalescing_delay": 0.2]])
        try await Self.ask(node, 0..<7)
        try await Eventually.holds("all come") { try collector.numbers().count == 7 }
        let bodies = try collector.bodies()
        #expect(bodies.allSatisfy { (1...3).contains($0.arrayValue?.count ?? 0) })
        #expect(try Set(collector.numbers()) == Set((0..<7).map(String.init)))
        #expect(await node.stop() == 0)
    }

    @Test("a server that is away, then fails, then is back: nothing is lost, and no answer waits")
    func awayAndBack() async throws {
        let port = try FreePorts.one()
        let node = try await Self.node(
            port, ["queue": ["initial_retry_delay": 0.01, "max_retry_delay": 0.05]], settings: ["event_loops": "1"])
        try await Self.ask(node, 0..<20)
        let line = try await node.line("entries not delivered yet; they are sent again")
        #expect(line["plugin"] == "http-log" && line["detail"].hasPrefix("http://127.0.0.1:\(port)/entries: "))
        let collector = try Collector(port: port, statuses: [503, 500, 429, 408])
        try await Eventually.holds("all come") { try collector.numbers().count == 24 }
        // Those that failed came again.
        #expect(try collector.numbers() == ["0", "0", "0", "0"] + (0..<20).map(String.init))
        #expect(await node.stop() == 0)
    }

    @Test("what the server refuses is given up and told; the next one goes its way")
    func refused() async throws {
        let collector = try Collector(statuses: [400])
        let node = try await Self.node(collector.port)
        try await Self.ask(node, 0..<1)
        let line = try await node.line("entries not delivered")
        #expect(line["detail"] == "http://127.0.0.1:\(collector.port)/entries answers 400")
        #expect(line.number("entries") == 1 && line.level == "error")
        try await Self.ask(node, 1..<2)
        try await Eventually.holds("the next comes") { try collector.numbers() == ["0", "1"] }
        #expect(await node.stop() == 0)
    }

    @Test("a full queue drops the oldest and tells it; answers do not wait")
    func overflow() async throws {
        let node = try await Self.node(
            try FreePorts.one(), ["queue": ["max_entries": 5, "max_retry_time": 600]],
            settings: ["flush_timeout": "10", "admin_listen": "127.0.0.1:0"])
        try await Self.ask(node, 0..<50)
        try await node.waitUntilOver(50)
        let metrics = try await node.edit("GET /metrics").body.split(separator: "\n")
        for (labels, count) in [#"result="delivered""#: 0, #"result="failed""#: 0, #"result="dropped""#: 44] {
            #expect(metrics.contains("sluice_delivery_entries_total{plugin=\"http-log\",\(labels)} \(count)"))
        }
        #expect(metrics.contains("sluice_delivery_queue_entries{plugin=\"http-log\"} 6"))
        let line = try await node.line("queue full: entries dropped")
        #expect(line["plugin"] == "http-log" && line.number("dropped") == 1)
        // Five wait, one is under way.
        #expect(await node.stop() == 1)
        let left = try #require(node.lines("entries not delivered at stop").first)
        #expect(left["plugin"] == "http-log" && left.number("undelivered") == 6)
        #expect(node.log.last?.message == "stopped" && node.log.last?.number("undelivered") == 6)
    }

    @Test("a node that stops delivers what waits, without waiting for company")
    func stop() async throws {
        let collector = try Collector()
        let node = try await Self.node(
            collector.port, ["queue": ["max_batch_size": 100, "max_coalescing_delay": 3_600]])
        try await Self.ask(node, 0..<9)
        #expect(collector.requests.isEmpty)
        #expect(await node.stop() == 0)
        #expect(try collector.numbers().sorted() == (0..<9).map(String.init))
        #expect(collector.requests.count == 1)
        #expect(node.log.last?.number("undelivered") == 0)
    }

    @Test("a changed configuration sends what the former one had collected to where that said")
    func change() async throws {
        let (first, second) = (try Collector(), try Collector())
        let queue: JSONObject = ["queue": ["max_batch_size": 100, "max_coalescing_delay": 3_600]]
        let node = try await Self.node(first.port, queue)
        try await Self.ask(node, 0..<3)
        #expect(first.requests.isEmpty)
        try await node.reload(
            Self.document(queue.with(["http_endpoint": .string("http://127.0.0.1:\(second.port)/")])))
        try await Self.ask(node, 3..<5)
        try await Eventually.holds("the former queue is sent") { try first.numbers().count == 3 }
        #expect(await node.stop() == 0)
        #expect(try first.numbers().sorted() == ["0", "1", "2"] && second.numbers().sorted() == ["3", "4"])
    }
}
