import TestBrokers
import Testing

/// Confluent's own client and serialisers, unchanged, against the embedded registry.
@Suite(
    "The registry and confluent-kafka",
    .enabled(if: TestEnvironment.hasPython, Comment(rawValue: TestEnvironment.needsPython)))
struct RegistryClientTests {
    private static let start = """
        import json, sys
        from confluent_kafka.schema_registry import SchemaRegistryClient, Schema, SchemaReference, ServerConfig
        from confluent_kafka.schema_registry.avro import AvroSerializer, AvroDeserializer
        from confluent_kafka.schema_registry.json_schema import JSONSerializer, JSONDeserializer
        from confluent_kafka.schema_registry.error import SchemaRegistryError
        from confluent_kafka.serialization import SerializationContext, SerializationError, MessageField
        def client(): return SchemaRegistryClient({"url": sys.argv[1]})
        def place(topic): return SerializationContext(topic, MessageField.VALUE)
        def refused(code, work):
            try: work()
            except SchemaRegistryError as error: assert error.error_code == code, error
            else: raise AssertionError(f"not refused with {code}")

        """

    private static func run(_ script: String) async throws {
        let registry = try await RunningRegistry(["--in-memory"])
        let said = try await Python.run(
            start + script + "\nprint('done')", ["http://127.0.0.1:\(registry.port)"])
        #expect(said.hasSuffix("done\n"))
        #expect(await registry.stop() == 0)
    }

    @Test("Avro is serialised and read by others")
    func avro() async throws {
        try await Self.run(
            """
            schema = json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": [
                {"name": "id", "type": "int"}, {"name": "item", "type": "string"}]})
            value = {"id": 1, "item": "tea"}
            data = AvroSerializer(client(), schema)(value, place("orders"))
            assert data == b"\\x00\\x00\\x00\\x00\\x01\\x02\\x06tea", data
            assert AvroDeserializer(client())(data, place("orders")) == value
            # A second producer finds what the first has registered.
            assert AvroSerializer(client(), schema, conf={"auto.register.schemas": False})(value, place("orders")) == data
            latest = {"auto.register.schemas": False, "use.latest.version": True}
            assert AvroSerializer(client(), conf=latest)(value, place("orders")) == data
            """)
    }

    @Test("an Avro schema with references is registered and read")
    func references() async throws {
        try await Self.run(
            """
            item = json.dumps({"type": "record", "name": "shop.Item", "fields": [{"name": "sku", "type": "string"}]})
            order = json.dumps({"type": "record", "name": "shop.Order", "fields": [{"name": "item", "type": "shop.Item"}]})
            client().register_schema("item", Schema(item, "AVRO"))
            schema = Schema(order, "AVRO", [SchemaReference("shop.Item", "item", 1)])
            value = {"item": {"sku": "A1"}}
            data = AvroSerializer(client(), schema)(value, place("orders"))
            assert AvroDeserializer(client())(data, place("orders")) == value
            assert client().get_referenced_by("item", 1) == [2]
            """)
    }

    @Test("JSON is validated, serialised and read by others")
    func json() async throws {
        try await Self.run(
            """
            name = json.dumps({"$id": "name.json", "type": "string"})
            person = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Person",
                "type": "object", "properties": {"name": {"$ref": "name.json"}}, "required": ["name"]})
            client().register_schema("name", Schema(name, "JSON"))
            schema = Schema(person, "JSON", [SchemaReference("name.json", "name", 1)])
            serialize = JSONSerializer(schema, client())
            data = serialize({"name": "Ada"}, place("people"))
            assert data[:5] == b"\\x00\\x00\\x00\\x00\\x02", data
            assert JSONDeserializer(None, schema_registry_client=client())(data, place("people")) == {"name": "Ada"}
            try: serialize({"name": 1}, place("people"))
            except SerializationError: pass
            else: raise AssertionError("a number was taken for a name")
            """)
    }

    @Test("Protobuf is serialised and read by others, with what it imports")
    func protobuf() async throws {
        try await Self.run(
            """
            from confluent_kafka.schema_registry.protobuf import ProtobufSerializer, ProtobufDeserializer
            from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2
            def file(name, message, fields, imports):
                file = descriptor_pb2.FileDescriptorProto(
                    name=name, package="shop", syntax="proto3", dependency=imports)
                made = file.message_type.add(name=message)
                for number, (field, kind) in enumerate(fields, 1):
                    one = made.field.add(name=field, number=number, label=1, type=9 if kind is None else 11)
                    if kind: one.type_name = kind
                descriptor_pool.Default().Add(file)
                return message_factory.GetMessageClass(
                    descriptor_pool.Default().FindMessageTypeByName(f"shop.{message}"))
            Item = file("shop/item.proto", "Item", [("sku", None)], [])
            Order = file("shop/order.proto", "Order",
                [("item", ".shop.Item"), ("at", ".google.protobuf.Timestamp")],
                ["shop/item.proto", "google/protobuf/timestamp.proto"])
            value = Order(item=Item(sku="A1"), at=timestamp_pb2.Timestamp(seconds=5))
            data = ProtobufSerializer(Order, client())(value, place("orders"))
            assert data[0] == 0 and data[5] == 0, data
            assert ProtobufDeserializer(Order, {}, client())(data, place("orders")) == value
            told = client().get_latest_version("orders-value")
            assert told.schema.schema_type == "PROTOBUF" and "message Order" in told.schema.schema_str, told
            assert [r.name for r in told.schema.references] == ["shop/item.proto"], told
            # A second producer finds what the first has registered.
            lookup = {"auto.register.schemas": False}
            assert ProtobufSerializer(Order, client(), lookup)(value, place("orders")) == data
            """)
    }

    @Test("the client's other calls")
    func calls() async throws {
        try await Self.run(
            """
            one = Schema('{"type":"record","name":"R","fields":[]}', "AVRO")
            two = Schema('{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}', "AVRO")
            full = client().register_schema_full_response("s", one)
            assert (full.schema_id, full.version) == (1, 1), full
            assert client().get_schema_by_guid(full.guid).schema_str == one.schema_str
            assert client().lookup_schema("s", one).version == 1
            assert client().get_schema_types() == [
                name for name in ["JSON", "PROTOBUF", "AVRO"] if name in client().get_schema_types()]
            assert client().get_subjects() == ["s"] and client().get_versions("s") == [1]
            assert client().get_subjects_by_schema_id(1) == ["s"]
            assert [(v.subject, v.version) for v in client().get_schema_versions(1)] == [("s", 1)]
            assert client().get_contexts() == ["."]
            assert client().test_compatibility("s", two) is False
            refused(409, lambda: client().register_schema("s", two))
            refused(40408, lambda: client().get_compatibility("s"))
            client().set_compatibility("s", "FORWARD")
            assert client().get_compatibility("s") == "FORWARD"
            assert client().test_compatibility("s", two) is True
            assert client().register_schema("s", two, normalize_schemas=True) == 2
            assert client().get_latest_version("s").version == 2
            client().update_mode("s", "READONLY")
            assert client().get_mode("s") == "READONLY" and client().get_global_mode() == "READWRITE"
            refused(42205, lambda: client().delete_version("s", 1))
            client().delete_mode("s")
            assert client().delete_version("s", 1) == 1
            assert client().delete_version("s", 1, permanent=True) == 1
            refused(40402, lambda: client().get_version("s", 1))
            assert client().delete_subject("s") == [2] and client().delete_subject("s", permanent=True) == [2]
            refused(40401, lambda: client().get_latest_version("s"))
            """)
    }
}
