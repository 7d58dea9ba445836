import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite("Entries that do not become records")
struct DroppedEntriesTests {
    private static let subjects: [String: ScriptedRegistry.Schema] = [
        "fits": .init(id: 1, version: 1, type: "JSON", text: #"{"type":"object","required":["request"]}"#),
        "unfit": .init(id: 2, version: 1, type: "JSON", text: #"{"type":"object","required":["nothing"]}"#),
        "number": .init(id: 3, version: 1, type: "JSON", text: #"{"type":"integer"}"#),
        "broken": .init(id: 4, version: 1, type: "JSON", text: #"{"type":"nonsense"}"#),
    ]

    /// By path, how often it is asked for.
    private static let requests = ["/fits": 40, "/unfit": 12, "/key": 8, "/unknown": 6, "/broken": 4]
    private static let drops = ["UnfitEntry": 12, "UnfitKey": 8, "SchemaUnavailable": 10]

    /// A broker that is never there, and room for five entries.
    private static func document(_ registry: ScriptedRegistry) -> GatewayDocument {
        var document = GatewayDocument()
        for path in requests.keys.sorted() {
            let subject = path == "/key" ? "fits" : String(path.dropFirst())
            var schemas: JSONObject = [
                "url": .string(registry.url), "timeout": 60_000, "value_schema": ["subject_name": .string(subject)],
            ]
            if path == "/key" { schemas["key_schema"] = ["subject_name": "number"] }
            document.route(
                path, "kafka-log",
                [
                    "bootstrap_servers": [["host": "127.0.0.1", "port": 1]], "topic": "log", "key_query_arg": "key",
                    "cluster_name": "logs", "producer_async_buffering_limits_messages_in_memory": 5,
                    "schema_registry": ["confluent": .object(schemas)],
                ])
        }
        return document
    }

    private static func ask(_ node: RunningSluice) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (path, count) in requests {
                for client in 0..<2 {
                    group.addTask {
                        try await OwnThread.run {
                            let connection = try node.client()
                            for _ in 0..<count / 2 { _ = try connection.ask("GET \(path)?key=word&client=\(client)") }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("each request is a record that was accepted, refused, or dropped for its schema, by both APIs")
    func counts() async throws {
        let gate = ConditionGate()
        let registry = try ScriptedRegistry(Self.subjects, gate: gate)
        let node = try await RunningSluice(
            Self.document(registry),
            settings: ["admin_listen": "127.0.0.1:0", "status_listen": "127.0.0.1:0", "flush_timeout": "10"])
        func topic() async throws -> JSONValue {
            let clusters = try JSONValue.parse(text: try await node.edit("GET /clusters").body)
            return try #require(clusters["data"]?[0]?["topics"]?[0])
        }
        let all = Self.requests.values.reduce(0, +)
        try await Self.ask(node)
        try await node.waitUntilOver(all)
        #expect(try await topic()["awaited"] == .integer(all))
        gate.open()
        try await Eventually.holds("nothing waits for a schema") { try await topic()["awaited"] == 0 }
        try await Self.ask(node)
        try await node.waitUntilOver(2 * all)
        try await Eventually.holds("nothing waits for a schema again") { try await topic()["awaited"] == 0 }

        let counts = try await topic()
        #expect(counts["accepted"] == 5)
        #expect(counts["refused"] == 75 && counts["refused_by_full_queue"] == 75)
        let drops = Self.drops.mapValues { 2 * $0 }
        #expect(counts["dropped"] == .integer(drops.values.reduce(0, +)))
        #expect(counts["drops"]?.objectValue.map { Set($0.keys) } == Set(drops.keys))
        for (error, count) in drops { #expect(counts["drops"]?[error] == .integer(count)) }
        for text in [try await node.status("GET /metrics").body, try await node.edit("GET /metrics").body] {
            let lines = text.split(separator: "\n")
            let labels = #"cluster="logs",topic="log""#
            for (error, count) in drops {
                #expect(lines.contains("sluice_kafka_dropped_records_total{\(labels),error=\"\(error)\"} \(count)"))
            }
            #expect(lines.contains("sluice_kafka_refused_records_total{\(labels),reason=\"queue_full\"} 75"))
            #expect(lines.contains("sluice_kafka_awaited_records{\(labels)} 0"))
        }
        _ = await node.stop()
    }
}
