import Bytes
import GatewayModel
import JSON
import KafkaKit
import LogKit
import PluginKit
import TestPlugins
import Testing

@testable import Kafka
@testable import ReportingPlugins

@Suite("the configuration of kong-kafka-log")
struct KongKafkaLogSchemaTests {
    private static let base: JSONObject = [
        "ask_id": "a", "app_name": "n", "topic": "t", "bootstrap_servers": ["kafka:9092"],
    ]

    @Test("defaults are Optum's")
    func defaults() throws {
        let config = try PluginFixture.config("kong-kafka-log", Self.base)
        let expected: JSONObject = [
            "log_to_file": false, "log_to_file_path": "/dev/stdout", "log_to_kafka": true, "timeout": 10_000,
            "keepalive": 60_000, "ssl": false, "ssl_verify": false, "producer_request_acks": 1,
            "producer_request_timeout": 2_000, "producer_request_limits_messages_per_request": 200,
            "producer_request_limits_bytes_per_request": 1_048_576, "producer_request_retries_max_attempts": 10,
            "producer_request_retries_backoff_timeout": 100, "producer_async": true,
            "producer_async_flush_timeout": 1_000, "producer_async_buffering_limits_messages_in_memory": 50_000,
            "compression_type": "none",
        ]
        for (name, value) in expected { #expect(config[name] == value, "\(name)") }
        #expect(KongKafkaLog.schema.priority == 5 && !KongKafkaLog.schema.allowsConsumer)
    }

    private static let cases = [
        SchemaCase(#"{"ask_id":"a","app_name":"n","topic":"t","bootstrap_servers":["a:1","[::1]:2","10.0.0.1:3"]}"#),
        SchemaCase(#"{"ask_id":"a","app_name":"n","log_to_kafka":false,"log_to_file":true}"#),
        SchemaCase(
            #"{"ask_id":"a","app_name":"n"}"#, "config.bootstrap_servers: required field missing",
            "config.topic: required field missing"),
        SchemaCase(
            #"{"topic":"t","bootstrap_servers":["a:1"]}"#, "config.ask_id: required field missing",
            "config.app_name: required field missing"),
        SchemaCase(
            #"{"ask_id":"a","app_name":"n","topic":"t","bootstrap_servers":[]}"#,
            "config.bootstrap_servers: bootstrap_servers is required"),
        SchemaCase(
            #"{"ask_id":"a","app_name":"n","topic":"t","bootstrap_servers":["a:1","b"]}"#,
            "config.bootstrap_servers.2: invalid bootstrap server value: b"),
        SchemaCase(
            #"{"ask_id":"a","app_name":"n","topic":"a b","bootstrap_servers":["a:1"]}"#,
            "config.topic: a topic has 1 to 249 letters, digits, '.', '_' and '-', and is neither '.' nor '..'"),
        SchemaCase(
            #"{"ask_id":"a","app_name":"n","topic":"t","bootstrap_servers":["a:1"],"log_to_file_path":"/a&b"}"#,
            "config.log_to_file_path: not a valid filename"),
        SchemaCase(
            #"{"ask_id":"a","app_name":"n","topic":"t","bootstrap_servers":["a:1"],"producer_request_acks":2}"#,
            "config.producer_request_acks: expected one of: -1, 0, 1"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("kong-kafka-log") }

    @Test(
        "brokers are names or addresses with a port",
        arguments: [
            ("kafka:9092", "kafka", 9092), ("10.0.0.1:1", "10.0.0.1", 1), ("[::1]:9092", "::1", 9092),
            ("[2001:db8::2]:65535", "2001:db8::2", 65535), ("kafka", nil, 0), ("kafka:", nil, 0), (":9092", nil, 0),
            ("kafka:port", nil, 0), ("kafka:0", nil, 0), ("kafka:65536", nil, 0), ("::1:9092", nil, 0),
            ("[kafka]:9092", nil, 0), ("[]:9092", nil, 0), ("a,b:1", nil, 0), ("http://kafka:1", nil, 0),
            ("ka fka:1", nil, 0), ("kafka:+1", nil, 0), ("kafka:١", nil, 0),
        ] as [(String, String?, Int)])
    func brokers(text: String, host: String?, port: Int) {
        let address = BrokerAddress(text)
        #expect(address?.host == host)
        if host != nil { #expect(address?.port == port) }
    }

    private static let pair = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e50"
    private static let authority = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e51"

    private static func producer(_ changes: JSONObject) throws -> ProducerConfiguration {
        let config = PreparedKongKafkaLog.shaped(try PluginFixture.config("kong-kafka-log", base, changes))
        let context = PluginFixture.context(
            certificate: { $0 == pair ? .init(certificate: "the certificate", key: "the key") : nil },
            authority: { $0 == authority ? "an authority" : nil })
        return try KafkaClientConfiguration(config, context, waitsForAnswers: false).producer
    }

    @Test("brokers, TLS, logins and compression reach the producer")
    func producer() throws {
        let plain = try Self.producer(["bootstrap_servers": ["a:1", "[::1]:2"], "compression_type": "lz4"])
        #expect(plain.cluster.bootstrapServers == ["a:1", "[::1]:2"] && plain.compression == .lz4)
        #expect(plain.cluster.security == .none)

        // As the original: encrypted, and whoever answers is believed.
        let encrypted = try Self.producer(["ssl": true])
        #expect(encrypted.cluster.security.tls == TLSConfiguration(verify: false))

        let mutual = try Self.producer([
            "ssl": true, "ssl_verify": true, "certificate_id": .string(Self.pair), "key_password": "open",
            "ca_certificates": [.string(Self.authority)],
            "authentication": ["strategy": "sasl", "mechanism": "SCRAM-SHA-512", "user": "u", "password": "p"],
        ])
        #expect(
            mutual.cluster.security.tls
                == TLSConfiguration(
                    caPEM: "an authority", certificatePEM: "the certificate", keyPEM: "the key", keyPassword: "open"))
        #expect(mutual.cluster.security.sasl == .scramSHA512(user: "u", password: "p"))
    }

    @Test("a certificate that is not there is named by its own field")
    func missing() throws {
        let config = try PluginFixture.config(
            "kong-kafka-log", Self.base, ["ssl": true, "certificate_id": .string(Self.authority)])
        let pool = ProducerPool(loops: [], events: NoEvents())
        let error = #expect(throws: PluginBuildError.self) {
            try PreparedKongKafkaLog(config, PluginFixture.context(), pool, LogOutputs())
        }
        #expect(error?.field == "certificate_id")
    }

    private final class NoEvents: KafkaEventSink {
        func received(_ event: KafkaEvent) {}
    }
}
