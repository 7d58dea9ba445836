import JSON
import TestBrokers
import TestClient
import Testing

@Suite("What would be published")
struct DryRunTests {
    /// A node with two plugins that have schemas, of one registry.
    private struct Run {
        let node: RunningSluice
        let target: ProduceTarget
        let registry: ScriptedRegistry

        init() async throws {
            target = try ProduceTarget.developmentCluster()
            registry = try ScriptedRegistry(SchemaCase.subjects)
            try await target.createTopics(["dry"])
            var document = GatewayDocument()
            document.produce(
                "/orders", to: target.servers, topic: "dry",
                [
                    "schema_registry": [
                        "confluent": [
                            "url": .string(registry.url), "schema_id_location": "header",
                            "value_schema": ["subject_name": "order"], "key_schema": ["subject_name": "number"],
                        ]
                    ]
                ])
            node = try await RunningSluice(document, settings: ["admin_listen": "127.0.0.1:0"])
        }

        func plugin() async throws -> String {
            let list = try JSONValue.parse(text: try await node.edit("GET /plugins").body)
            return try #require(list["data"]?[0]?["id"]?.stringValue)
        }

        func check(_ fields: JSONObject) async throws -> (status: Int, body: JSONValue) {
            let answer = try await node.check("POST /schema-registries/dry-run", JSONValue.object(fields).text)
            return (answer.status, try JSONValue.parse(text: answer.body))
        }
    }

    @Test("values and keys of a plugin's records, as they would be, or why not")
    func plugins() async throws {
        let run = try await Run()
        let plugin = JSONValue.string(try await run.plugin())

        let value = try await run.check(["plugin": plugin, "payload": ["id": 5]])
        #expect(value.status == 200)
        #expect(
            value.body == [
                "published": true, "status": 200, "part": "value", "subject": "order", "version": 2, "schema_id": 7,
                "schema_type": "AVRO",
                "record": [
                    "bytes": 2, "base64": "CgA=",
                    "headers": ["__value_schema_id": "01000102030405060708090a0b0c0d0e0f"],
                ],
            ])

        let unfit = try await run.check(["plugin": plugin, "payload": ["id": "five"]])
        #expect(unfit.status == 200 && unfit.body["published"] == false && unfit.body["status"] == 422)
        #expect(unfit.body["violations"]?[0]?["pointer"] == "/id")

        let key = try await run.check(["plugin": plugin, "part": "key", "payload": "17"])
        #expect(key.body["status"] == 502 && key.body["error"] == "noGUID")

        let other = try await run.check(["subject": "ticket", "version": 1, "payload": ["seat": 0]])
        #expect(other.body["status"] == 422 && other.body["schema_type"] == "JSON")

        let missing = try await run.check(["subject": "nothing", "payload": 1])
        #expect(missing.body["status"] == 502 && missing.body["error"] == "notFound")

        let registries = try JSONValue.parse(text: try await run.node.edit("GET /schema-registries").body)
        #expect(registries["data"]?.arrayValue?.count == 1)
        #expect(registries["data"]?[0]?["url"] == .string(run.registry.url))
        #expect(registries["data"]?[0]?["state"] == "closed")
        #expect(registries["data"]?[0]?["last_error"]?["name"] == "notFound")
        #expect(await run.node.stop() == 0)
    }

    @Test("what cannot be said is told with the reason")
    func refusals() async throws {
        let run = try await Run()
        let plugin = JSONValue.string(try await run.plugin())
        for (fields, message) in [
            (["payload": 1], "give a 'plugin', or a 'subject'"), (["subject": "order"], "'payload': required"),
            (["plugin": "stranger", "payload": 1], "no running plugin 'stranger' has a schema registry"),
            (
                ["plugin": plugin, "topic": "other", "payload": 1],
                "the plugin does not write to the topic 'other'; its topics: dry"
            ),
            (["subject": "order", "version": 0, "payload": 1], "'version': expected a number from 1 on, or 'latest'"),
            (["subject": "order", "part": "head", "payload": 1], "'part': expected one of: value, key"),
            (
                ["subjects": "order", "payload": 1],
                "'subjects' is not known; expected: part, payload, payload_encoding, plugin, subject, topic, version"
            ),
        ] as [(JSONObject, String)] {
            let answer = try await run.check(fields)
            #expect(answer.status == 400)
            #expect(answer.body["message"] == .string(message))
        }
        #expect(await run.node.stop() == 0)
    }
}

extension RunningSluice {
    /// The Admin API's answer to a request with JSON as its body.
    fileprivate func check(_ request: String, _ body: String) async throws -> HTTPAnswer {
        try await OwnThread.run { [self] in
            try adminClient().ask(request + "\nContent-Type: application/json", body: body)
        }
    }
}
