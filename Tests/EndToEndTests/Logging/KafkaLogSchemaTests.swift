import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

@Suite(
    "Entries held against schemas",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct KafkaLogSchemaTests {
    private static func document(
        _ target: ProduceTarget, _ registry: ScriptedRegistry, key: Bool = false
    ) -> GatewayDocument {
        var document = GatewayDocument()
        for (path, subject) in [("/fits", "fits"), ("/unfit", "unfit"), ("/unknown", "unknown")] {
            let parts = target.servers[0].split(separator: ":")
            document.route(
                path, "kafka-log",
                [
                    "bootstrap_servers": [["host": .string(String(parts[0])), "port": .integer(Int(parts[1]) ?? 0)]],
                    "topic": "log", "key_query_arg": "number",
                    "log_format": ["include": ["request.uri", "response.status"]],
                    "schema_registry": [
                        "confluent": ["url": .string(registry.url), "value_schema": ["subject_name": .string(subject)]]
                    ],
                ])
        }
        return document
    }

    private static let subjects: [String: ScriptedRegistry.Schema] = [
        "fits": .init(
            id: 258, version: 1, type: "JSON", text: #"{"type":"object","required":["request","response"]}"#),
        "unfit": .init(id: 3, version: 1, type: "JSON", text: #"{"type":"object","required":["nothing"]}"#),
    ]

    @Test("entries wait for the registry's first answer, are serialised, and are dropped where they do not fit")
    func entries() async throws {
        let target = try ProduceTarget.developmentCluster()
        try await target.createTopics(["log"])
        let gate = ConditionGate()
        let registry = try ScriptedRegistry(Self.subjects, gate: gate)
        let node = try await RunningSluice(
            Self.document(target, registry), settings: ["admin_listen": "127.0.0.1:0"])
        for number in 0..<3 { #expect(try await node.ask("GET /fits?number=\(number)").status == 503) }
        gate.open()
        for path in ["unfit", "unknown"] { #expect(try await node.ask("GET /\(path)?number=3").status == 503) }
        try await Eventually.holds("three entries are delivered, and the others are dropped") {
            let clusters = try JSONValue.parse(text: try await node.edit("GET /clusters").body)
            let delivered = clusters["data"]?.arrayValue?.reduce(0) {
                $0 + ($1["producer"]?["delivered"]?.integerValue ?? 0)
            }
            return delivered == 3 && node.lines("log entries dropped").count == 2
        }
        let dropped = node.lines("log entries dropped")
        #expect(Set(dropped.map { $0["error"] }) == ["UnfitEntry", "SchemaUnavailable"])
        #expect(dropped.allSatisfy { $0.number("dropped") == 1 })
        #expect(await node.stop() == 0)
        let records = try await RecordReader.read(target.servers, topic: "log")
        #expect(records.count == 3)
        for record in records {
            let value = try #require(record.value)
            #expect(Array(value.prefix(5)) == [0, 0, 0, 1, 2])
            let number = String(decoding: record.key ?? [], as: UTF8.self)
            let payload = try JSONValue.parse(text: String(decoding: value[5...], as: UTF8.self))
            #expect(
                payload
                    == ["request": ["uri": .string("/fits?number=\(number)")], "response": ["status": 503]])
        }
    }
}
