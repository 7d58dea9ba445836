import GatewayModel
import JSON
import TestPlugins
import Testing

@testable import Plugins

@Suite("kafka-upstream: configuration")
struct KafkaUpstreamSchemaTests {
    @Test("every field has its default")
    func defaults() throws {
        let config = try PluginFixture.complete("kafka-upstream", ["topic": "t"]).get()
        let expected = try JSONValue.parse(
            text: """
                {"bootstrap_servers": null, "cluster_name": null, "timeout": 10000, "keepalive": 60000,
                 "keepalive_enabled": false,
                 "authentication": {"strategy": null, "mechanism": null, "user": null, "password": null, "tokenauth": null,
                   "oauthbearer": {"token_endpoint_url": null, "client_id": null, "client_secret": null, "scopes": null,
                     "extensions": null, "token_endpoint_tls_verify": true}},
                 "security": {"ssl": null, "certificate_id": null, "ssl_verify": true, "ca_certificates": null,
                   "key_password": null},
                 "topic": "t", "topics_query_arg": null, "allowed_topics": null, "topic_source": null,
                 "forward_method": false, "forward_uri": false, "forward_headers": false, "forward_body": true,
                 "value_source": "envelope", "batch": false, "batch_limit": 1000, "body_limit": 1048576,
                 "key_query_arg": null, "key_source": null,
                 "headers": {"forward_http_headers_as_record_headers": true, "forward_all_by_default": false,
                   "include_headers": [], "exclude_headers": [], "name_mappings": {},
                   "repeated_headers_behavior": "retain_duplicates"},
                 "producer_request_acks": 1, "producer_request_timeout": 2000,
                 "producer_request_limits_messages_per_request": 200,
                 "producer_request_limits_bytes_per_request": 1048576, "producer_request_retries_max_attempts": 10,
                 "producer_request_retries_backoff_timeout": 100, "producer_async": true,
                 "producer_async_flush_timeout": 1000, "producer_async_buffering_limits_messages_in_memory": 50000,
                 "compression_type": "none", "new_kafka_async_producer": false, "idempotence": null, "linger": null,
                 "delivery_timeout": null, "partitioner": "murmur2_random",
                 "error_handling": {"return_error_message": false}, "return_metadata": false,
                 "producer_async_health_gating": false, "producer_async_health_failure_threshold": 3,
                 "producer_async_health_recovery_threshold": 1, "producer_async_health_probe_interval": 5000,
                 "message_by_lua_functions": null, "schema_registry": null}
                """)
        for (name, value) in expected.objectValue ?? [:] { #expect(config[name] == value, "\(name)") }
        #expect(Set(config.keys) == Set((expected.objectValue ?? [:]).keys))
        #expect(KafkaUpstream.schema.priority == 751)
        #expect(KafkaUpstream.schema.protocols == ["grpc", "grpcs", "http", "https"])
    }

    @Test("what is wrong is told with its path", arguments: RefusedConfiguration.all)
    func refused(_ refused: RefusedConfiguration) throws {
        let result = PluginFixture.complete("kafka-upstream", try JSONValue.parse(text: refused.config))
        guard case .failure(let errors) = result else {
            Issue.record("it was accepted")
            return
        }
        #expect(errors.problems.map(\.text) == refused.problems)
    }

    @Test("what is right is accepted", arguments: AcceptedConfiguration.all + AcceptedConfiguration.registry)
    func accepted(_ accepted: AcceptedConfiguration) throws {
        let config = try PluginFixture.complete("kafka-upstream", try JSONValue.parse(text: accepted.config)).get()
        for (name, value) in try JSONValue.parse(text: accepted.expected).objectValue ?? [:] {
            #expect(config[name] == value, "\(name)")
        }
    }

    @Test("a form makes the same configuration as JSON")
    func form() throws {
        let form =
            "name=kafka-upstream&config.bootstrap_servers[1].host=kafka-1&config.bootstrap_servers[1].port=9092"
            + "&config.bootstrap_servers[2].host=kafka-2&config.bootstrap_servers[2].port=9093&config.topic=orders"
            + "&config.allowed_topics[]=a&config.allowed_topics[]=b&config.forward_method=true&config.timeout=250"
            + "&config.linger=2.5&config.producer_async=false&config.security.ssl=true"
            + "&config.authentication.strategy=sasl&config.authentication.mechanism=PLAIN"
            + "&config.authentication.user=u&config.authentication.password=12345"
            + "&config.headers.include_headers[1]=x-a&config.headers.name_mappings.x-a=A"
            + "&config.key_source.from=header&config.key_source.name=x-key"
        let input = try FormDecoder.decode(Array(form.utf8), contentType: "application/x-www-form-urlencoded") {
            PluginFixture.schema.inputSchema(PluginFixture.definition, pluginName: $0)
        }
        let config = try PluginFixture.complete("kafka-upstream", input["config"] ?? .null).get()

        let expected = try PluginFixture.complete(
            "kafka-upstream",
            [
                "bootstrap_servers": [["host": "kafka-1", "port": 9092], ["host": "kafka-2", "port": 9093]],
                "topic": "orders", "allowed_topics": ["a", "b"], "forward_method": true, "timeout": 250, "linger": 2.5,
                "producer_async": false, "security": ["ssl": true],
                "authentication": ["strategy": "sasl", "mechanism": "PLAIN", "user": "u", "password": "12345"],
                "headers": ["include_headers": ["x-a"], "name_mappings": ["x-a": "A"]],
                "key_source": ["from": "header", "name": "x-key"],
            ]
        ).get()
        #expect(JSONValue.object(config) == .object(expected))
    }
}
