import Foundation
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

    @Test("a plugin that names no registry has the node's own, and is refused where there is none")
    func ownRegistry() async throws {
        let target = try ProduceTarget.developmentCluster()
        let node = try await RunningSluice(
            database: try TestFiles.shared.get().makeFolder(),
            settings: ["registry_listen": "127.0.0.1:\(try FreePorts.one())"])
        let plain = try await RunningSluice(database: try TestFiles.shared.get().makeFolder())
        let server = target.servers[0].split(separator: ":")
        let form =
            "name=kafka-upstream&config.topic=t&config.bootstrap_servers[1].host=\(server[0])"
            + "&config.bootstrap_servers[1].port=\(server[1])&config.value_source=body"
            + "&config.schema_registry.confluent.value_schema.subject_name=s"
        let refused = try await plain.edit("POST /plugins", form)
        #expect(refused.status == 400)
        #expect(refused.body.contains("this node has no registry of its own (setting registry_listen)"))
        #expect(try await node.edit("POST /plugins", form).status == 201)
        let port = try #require(RegistryCalls.port(in: node.text))
        #expect(try await RegistryCalls.register(port, "s", #""long""#) == #"{"id":1}"#)
        let answer = try await node.check("POST /schema-registries/dry-run", #"{"subject":"s","payload":5}"#)
        #expect(try JSONValue.parse(text: answer.body)["record"]?["base64"] == "AAAAAAEK")
        node.send(SIGTERM)
        try await node.line("stopped")
        plain.send(SIGTERM)
        try await plain.line("stopped")
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
