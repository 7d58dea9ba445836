import Foundation
import JSON
import TestBrokers
import TestClient
import Testing

/// One node with a route for each case, and all that came of them.
private final class SchemaRun: Sendable {
    let answers: [String: HTTPAnswer]
    let records: [String: [StoredRecord]]
    let registry: ScriptedRegistry

    init() async throws {
        let target = try ProduceTarget.developmentCluster()
        registry = try ScriptedRegistry(SchemaCase.subjects)
        let cases = SchemaCase.all
        let topics = cases.map(\.topic) + ["schemas-several-2"]
        try await target.createTopics(topics)
        var document = GatewayDocument()
        for schemaCase in cases {
            var confluent: JSONObject = ["url": .string(registry.url)]
            for (name, value) in schemaCase.registry { confluent[name] = value }
            document.produce(
                "/\(schemaCase.name)", to: target.servers, topic: schemaCase.topic,
                ProduceCase.acknowledged.with(["value_source": "envelope"]).with(schemaCase.config).with([
                    "schema_registry": ["confluent": .object(confluent)]
                ]))
        }
        let node = try await RunningSluice(document)
        var answers: [String: HTTPAnswer] = [:]
        for schemaCase in cases {
            let path = "POST /\(schemaCase.name)\(schemaCase.query)\n\(schemaCase.head)"
            do { answers[schemaCase.name] = try await node.ask(path, body: schemaCase.body) } catch {
                throw TestEnvironmentError("\(schemaCase.name): \(error); the node said: \(node.text.suffix(6_000))")
            }
        }
        self.answers = answers
        #expect(await node.stop() == 0)
        records = try await RecordReader.read(target.servers, topics: topics)
    }
}

@Suite("Records held against schemas")
struct RecordSchemaTests {
    private static let run = SharedServer { try await SchemaRun() }

    @Test(
        "each request is published as its schema says, or answered with what is wrong",
        .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)),
        arguments: SchemaCase.all)
    func cases(_ schemaCase: SchemaCase) async throws {
        let run = try await Self.run.get()
        let answer = try #require(run.answers[schemaCase.name])
        #expect(answer.status == schemaCase.status, "\(answer.body)")
        let body = try JSONValue.parse(text: answer.body)
        for (pointer, value) in schemaCase.answer {
            #expect((body.value(at: try JSONPointer(pointer)) ?? .null) == value, "\(pointer) in \(answer.body)")
        }
        #expect((answer["retry-after"] != nil) == (schemaCase.status == 503))
        let stored = (run.records[schemaCase.topic] ?? []).map { record in
            SchemaCase.Record(
                key: record.key, value: record.value ?? [],
                headers: record.headers.map {
                    "\($0.name)=\(($0.value ?? []).map { String(format: "%02x", $0) }.joined())"
                })
        }
        #expect(stored == schemaCase.records)
    }

    @Test(
        "each schema was asked for once",
        .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
    func calls() async throws {
        let run = try await Self.run.get()
        let calls = Dictionary(grouping: run.registry.calls) { $0 }.mapValues(\.count)
        #expect(calls["/subjects/order/versions/latest"] == 1)
        #expect(calls["/subjects/order/versions/2"] == 1)
        #expect(calls["/subjects/ticket/versions/latest"] == 1)
        // What goes to another topic as well has that topic's schema.
        #expect(run.records["schemas-several-2"]?.map(\.value) == [[0, 0, 0, 0, 14, 6]])
    }
}
