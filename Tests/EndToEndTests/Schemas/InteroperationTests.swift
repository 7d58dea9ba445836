import Foundation
import JSON
import SchemaLanguages
import SchemaRegistry
import TestBrokers
import TestClient
import Testing

/// Records that Sluice has made are read by Confluent's own deserialisers, and those of its serialisers by Sluice: three
/// languages, by the embedded registry and by another one.
@Suite(
    "Records and confluent-kafka",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct InteroperationTests {
    private static let avro =
        #"{"type":"record","name":"shop.Order","fields":[{"name":"id","type":"long"},{"name":"tags","type":{"type":"array","items":"string"}},{"name":"note","type":["null","string"],"default":null},{"name":"price","type":"double"},{"name":"raw","type":"bytes"}]}"#
    private static let json =
        #"{"$schema":"http://json-schema.org/draft-07/schema#","title":"Order","type":"object","properties":{"id":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}},"note":{"type":["string","null"]}},"required":["id"]}"#
    private static let protobuf = """
        syntax = "proto3";
        package shop;
        message Other { string text = 1; }
        message Order { int64 id = 1; repeated string tags = 2; Other other = 3; double price = 4; map<string, int32> counts = 5; }
        """

    /// Python with the message `shop.Order`, and how each language is read and written.
    private static let python = """
        import json, sys
        from confluent_kafka import Consumer, Producer
        from confluent_kafka.schema_registry import SchemaRegistryClient, Schema
        from confluent_kafka.schema_registry.avro import AvroSerializer, AvroDeserializer
        from confluent_kafka.schema_registry.json_schema import JSONSerializer, JSONDeserializer
        from confluent_kafka.schema_registry.protobuf import ProtobufSerializer, ProtobufDeserializer
        from confluent_kafka.serialization import SerializationContext, MessageField
        from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
        url, servers = sys.argv[1:3]
        client = SchemaRegistryClient({"url": url})
        def place(topic): return SerializationContext(topic, MessageField.VALUE)
        file = descriptor_pb2.FileDescriptorProto(name="order.proto", package="shop", syntax="proto3")
        other = file.message_type.add(name="Other")
        other.field.add(name="text", number=1, type=9, label=1, json_name="text")
        order = file.message_type.add(name="Order")
        order.field.add(name="id", number=1, type=3, label=1, json_name="id")
        order.field.add(name="tags", number=2, type=9, label=3, json_name="tags")
        order.field.add(name="other", number=3, type=11, label=1, type_name=".shop.Other", json_name="other")
        order.field.add(name="price", number=4, type=1, label=1, json_name="price")
        entry = order.nested_type.add(name="CountsEntry")
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, type=9, label=1, json_name="key")
        entry.field.add(name="value", number=2, type=5, label=1, json_name="value")
        order.field.add(name="counts", number=5, type=11, label=3, type_name=".shop.Order.CountsEntry", json_name="counts")
        pool = descriptor_pool.Default()
        pool.Add(file)
        Order = message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.Order"))

        """

    private enum Registry: String, Sendable { case embedded, apicurio }

    /// A registry, a node whose routes have its schemas, and a broker.
    private final class Run: Sendable {
        let url: String
        let target: ProduceTarget
        private let owner: any Sendable

        init(_ registry: Registry) async throws {
            switch registry {
            case .embedded:
                let running = try await RunningRegistry(["--in-memory"])
                owner = running
                url = "http://127.0.0.1:\(running.port)"
            case .apicurio:
                let running = try await ApicurioRegistry()
                owner = running
                url = "http://127.0.0.1:\(running.port)\(running.path)"
            }
            target = try ProduceTarget.developmentCluster()
        }
    }

    @Test("what Sluice has written is read by their deserialisers, by the embedded registry")
    func written() async throws { try await checkWritten(.embedded) }

    @Test(
        "what Sluice has written is read by their deserialisers, by Apicurio",
        .enabled(if: ApicurioRegistry.isThere, Comment(rawValue: ApicurioRegistry.needs)))
    func writtenByApicurio() async throws { try await checkWritten(.apicurio) }

    private func checkWritten(_ registry: Registry) async throws {
        let run = try await Run(registry)
        // Apicurio gives no GUIDs.
        let topics =
            ["sluice-avro", "sluice-json", "sluice-protobuf"] + (registry == .embedded ? ["header-avro"] : [])
        try await run.target.createTopics(topics)
        var document = GatewayDocument()
        for (topic, schema) in zip(topics, [Self.avro, Self.json, Self.protobuf, Self.avro]) {
            let type = topic.dropFirst(7).uppercased()
            document.produce(
                "/\(topic)", to: run.target.servers, topic: topic,
                ProduceCase.acknowledged.with([
                    "value_source": "body", "error_handling": ["return_error_message": true],
                    "schema_registry": [
                        "confluent": [
                            "url": .string(run.url), "subject_name_strategy": "topic", "auto_register": true,
                            "schema_id_location": topic.hasPrefix("header") ? "header" : "prefix",
                            "value_schema": [
                                "schema": .string(schema), "schema_type": .string(type),
                                "payload_encoding": "simple_json",
                                "record_name": type == "PROTOBUF" ? "shop.Order" : .null,
                            ],
                        ]
                    ],
                ]))
        }
        let node = try await RunningSluice(document)
        let bodies = [
            "sluice-avro": #"{"id":-7,"tags":["a","b"],"note":"né","price":1.5,"raw":"\u0001ÿ"}"#,
            "sluice-json": #"{"id":-7,"tags":["a","b"],"note":"né"}"#,
            "sluice-protobuf": #"{"id":"-7","tags":["a","b"],"other":{"text":"né"},"price":1.5,"counts":{"x":3}}"#,
        ]
        for topic in topics {
            let body = bodies[topic.replacing("header", with: "sluice")]
            let answer = try await node.ask("POST /\(topic)\nContent-Type: application/json", body: body)
            #expect(answer.status == 200, "\(answer.body)")
        }
        let read = try await Python.run(
            Self.python + """
                consumer = Consumer({"bootstrap.servers": servers, "group.id": "g", "auto.offset.reset": "earliest"})
                topics = sys.argv[4].split(",")
                consumer.subscribe(topics)
                readers = {
                    "sluice-avro": AvroDeserializer(client), "header-avro": AvroDeserializer(client),
                    "sluice-json": JSONDeserializer(None, schema_registry_client=client),
                    "sluice-protobuf": ProtobufDeserializer(Order, {"use.deprecated.format": False}, client)}
                found = {}
                # Apicurio does not hand out Protobuf schemas in the form that this reader asks for.
                if sys.argv[3] == "apicurio": readers["sluice-protobuf"] = lambda value, _: Order.FromString(value[7:])
                while len(found) < len(topics):
                    message = consumer.poll(30)
                    if message is None: sys.exit("the records did not come")
                    if message.error(): sys.exit(str(message.error()))
                    topic = message.topic()
                    found[topic] = readers[topic](
                        message.value(), SerializationContext(topic, MessageField.VALUE, message.headers()))
                consumer.close()
                assert found["sluice-avro"] == {
                    "id": -7, "tags": ["a", "b"], "note": "n\\u00e9", "price": 1.5, "raw": b"\\x01\\xff"}, found
                assert found.get("header-avro", found["sluice-avro"]) == found["sluice-avro"], found
                assert found["sluice-json"] == {"id": -7, "tags": ["a", "b"], "note": "n\\u00e9"}, found
                assert found["sluice-protobuf"] == Order(
                    id=-7, tags=["a", "b"], other={"text": "n\\u00e9"}, price=1.5, counts={"x": 3}), found
                print("done")
                """,
            [
                run.url, run.target.servers.joined(separator: ","), registry.rawValue,
                topics.joined(separator: ","),
            ])
        #expect(read == "done\n")
        #expect(await node.stop() == 0)
    }

    @Test("what their serialisers have written is read by Sluice, by the embedded registry")
    func read() async throws { try await checkRead(.embedded) }

    @Test(
        "what their serialisers have written is read by Sluice, by Apicurio",
        .enabled(if: ApicurioRegistry.isThere, Comment(rawValue: ApicurioRegistry.needs)))
    func readByApicurio() async throws { try await checkRead(.apicurio) }

    private func checkRead(_ registry: Registry) async throws {
        let run = try await Run(registry)
        try await run.target.createTopics(["client-avro", "client-json", "client-protobuf"])
        _ = try await Python.run(
            Self.python + """
                avro, schema = sys.argv[3:5]
                producer = Producer({"bootstrap.servers": servers})
                value = {"id": -7, "tags": ["a", "b"], "note": "n\\u00e9"}
                def send(topic, data): producer.produce(topic, data)
                send("client-avro", AvroSerializer(client, avro)(
                    dict(value, price=1.5, raw=b"\\x01\\xff"), place("client-avro")))
                send("client-json", JSONSerializer(schema, client)(value, place("client-json")))
                send("client-protobuf", ProtobufSerializer(Order, client, {"use.deprecated.format": False})(
                    Order(id=-7, tags=["a", "b"], other={"text": "n\\u00e9"}, price=1.5, counts={"x": 3}),
                    place("client-protobuf")))
                assert producer.flush(30) == 0
                """, [run.url, run.target.servers.joined(separator: ","), Self.avro, Self.json])
        let records = try await RecordReader.read(
            run.target.servers, topics: ["client-avro", "client-json", "client-protobuf"])
        let registryClient = try RegistryClient(run.url)
        let expected: [String: JSONValue] = [
            "client-avro": ["id": -7, "tags": ["a", "b"], "note": "né", "price": 1.5, "raw": "\u{1}ÿ"],
            "client-json": ["id": -7, "tags": ["a", "b"], "note": "né"],
            "client-protobuf": [
                "id": "-7", "tags": ["a", "b"], "other": ["text": "né"], "price": 1.5, "counts": ["x": 3],
            ],
        ]
        for (topic, value) in expected {
            let bytes = try #require(records[topic]?.first?.value)
            let (identifier, start) = try SchemaFraming.read(bytes.span)
            guard case .id(let id) = identifier else {
                Issue.record("no id before the payload")
                continue
            }
            let schema = try await registryClient.client.schema(id: id)
            let deserializer = try PayloadDeserializer(schema.compiled, PayloadOptions(unions: .plain))
            var text: [UInt8] = []
            try deserializer.deserialize(bytes.span.extracting(start..<bytes.count), to: &text)
            #expect(try JSONValue.parse(text.span) == value, "\(topic)")
        }
    }
}
