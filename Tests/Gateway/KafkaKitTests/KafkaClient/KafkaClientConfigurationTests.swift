import Bytes
import GatewayModel
import JSON
import Observability
import PluginKit
import Synchronization
import TestPlugins
import Testing

@testable import Kafka
@testable import KafkaKit

/// Fields of `config` and what they change in the producer's configuration.
struct ConfigurationMapping: Sendable, CustomTestStringConvertible {
    let config: String
    let change: @Sendable (inout ProducerConfiguration) -> Void

    var testDescription: String { config }

    init(_ config: String, _ change: @escaping @Sendable (inout ProducerConfiguration) -> Void) {
        self.config = config
        self.change = change
    }

    static let all = producer + synchronous + security

    private static let producer = [
        ConfigurationMapping("{}") { _ in },
        ConfigurationMapping(#"{"timeout":250}"#) { $0.cluster.socketTimeout = 250 },
        ConfigurationMapping(#"{"keepalive":0}"#) { $0.cluster.connectionIdle = 0 },
        ConfigurationMapping(#"{"keepalive_enabled":true,"new_kafka_async_producer":true}"#) { _ in },
        ConfigurationMapping(#"{"producer_request_acks":-1}"#) {
            $0.acknowledgement = .all
            $0.isIdempotent = true
        },
        ConfigurationMapping(#"{"producer_request_acks":-1,"idempotence":false}"#) { $0.acknowledgement = .all },
        ConfigurationMapping(#"{"producer_request_acks":0}"#) { $0.acknowledgement = .none },
        ConfigurationMapping(#"{"producer_request_timeout":7}"#) { $0.requestTimeout = 7 },
        ConfigurationMapping(#"{"producer_request_limits_messages_per_request":8}"#) { $0.batchMessages = 8 },
        ConfigurationMapping(#"{"producer_request_limits_bytes_per_request":2000}"#) { $0.batchBytes = 2000 },
        ConfigurationMapping(#"{"producer_request_limits_bytes_per_request":5000000}"#) {
            $0.batchBytes = 5_000_000
            $0.maximumMessageBytes = 5_000_000
        },
        ConfigurationMapping(#"{"producer_request_retries_max_attempts":0}"#) { $0.retries = 0 },
        ConfigurationMapping(#"{"producer_request_retries_backoff_timeout":9}"#) { $0.retryBackoff = 9 },
        ConfigurationMapping(#"{"producer_async_flush_timeout":2}"#) { $0.linger = 2 },
        ConfigurationMapping(#"{"producer_async_flush_timeout":0}"#) { $0.linger = 0 },
        ConfigurationMapping(#"{"linger":40.5}"#) { $0.linger = 40.5 },
        ConfigurationMapping(#"{"delivery_timeout":1000}"#) { $0.deliveryTimeout = 1_000 },
        ConfigurationMapping(#"{"producer_async_buffering_limits_messages_in_memory":3}"#) { $0.queueMessages = 3 },
        ConfigurationMapping(#"{"compression_type":"gzip"}"#) { $0.compression = .gzip },
        ConfigurationMapping(#"{"compression_type":"lz4"}"#) { $0.compression = .lz4 },
        ConfigurationMapping(#"{"compression_type":"snappy"}"#) { $0.compression = .snappy },
        ConfigurationMapping(#"{"compression_type":"zstd"}"#) { $0.compression = .zstd },
        ConfigurationMapping(#"{"partitioner":"murmur2"}"#) { $0.partitioner = .murmur2 },
        ConfigurationMapping(#"{"partitioner":"consistent_random"}"#) { $0.partitioner = .consistentRandom },
        ConfigurationMapping(#"{"partitioner":"consistent"}"#) { $0.partitioner = .consistent },
        ConfigurationMapping(#"{"partitioner":"fnv1a_random"}"#) { $0.partitioner = .fnv1aRandom },
        ConfigurationMapping(#"{"partitioner":"fnv1a"}"#) { $0.partitioner = .fnv1a },
        ConfigurationMapping(#"{"partitioner":"random"}"#) { $0.partitioner = .random },
        ConfigurationMapping(
            #"{"bootstrap_servers":[{"host":"a","port":1},{"host":"::1","port":2},{"host":"[::2]","port":3}]}"#
        ) { $0.cluster.bootstrapServers = ["a:1", "[::1]:2", "[::2]:3"] },
    ]

    private static let synchronous = [
        ConfigurationMapping(#"{"producer_async":false}"#) {
            $0.linger = 0
            $0.maximumInFlight = 2
            $0.deliveryTimeout = 10_000
        },
        ConfigurationMapping(#"{"producer_async":false,"timeout":500}"#) {
            $0.linger = 0
            $0.maximumInFlight = 2
            $0.deliveryTimeout = 500
            $0.cluster.socketTimeout = 500
        },
        ConfigurationMapping(#"{"producer_async":false,"linger":1,"delivery_timeout":700}"#) {
            $0.linger = 1
            $0.maximumInFlight = 2
            $0.deliveryTimeout = 700
        },
    ]

    private static let security = [
        ConfigurationMapping(#"{"security":{"ssl":true}}"#) { $0.cluster.security.tls = TLSConfiguration() },
        ConfigurationMapping(#"{"security":{"ssl":false}}"#) { _ in },
        ConfigurationMapping(#"{"security":{"ssl":true,"ssl_verify":false}}"#) {
            $0.cluster.security.tls = TLSConfiguration(verify: false)
        },
        ConfigurationMapping(#"{"security":{"ssl":true,"certificate_id":"\#(pair)","key_password":"open"}}"#) {
            $0.cluster.security.tls = TLSConfiguration(
                certificatePEM: "the certificate", keyPEM: "the key", keyPassword: "open")
        },
        ConfigurationMapping(#"{"security":{"ssl":true,"ca_certificates":["\#(authority)","\#(other)"]}}"#) {
            $0.cluster.security.tls = TLSConfiguration(caPEM: "an authority\nanother authority")
        },
        ConfigurationMapping(
            #"{"authentication":{"strategy":"sasl","mechanism":"PLAIN","user":"u","password":"p"}}"#
        ) { $0.cluster.security.sasl = .plain(user: "u", password: "p") },
        ConfigurationMapping(
            #"{"authentication":{"strategy":"sasl","mechanism":"SCRAM-SHA-256","user":"u","password":"p"}}"#
        ) { $0.cluster.security.sasl = .scramSHA256(user: "u", password: "p") },
        ConfigurationMapping(
            #"{"authentication":{"strategy":"sasl","mechanism":"SCRAM-SHA-512","user":"u","password":"p"}}"#
        ) { $0.cluster.security.sasl = .scramSHA512(user: "u", password: "p") },
        ConfigurationMapping(
            """
            {"security":{"ssl":true,"ca_certificates":["\(authority)"]},
             "authentication":{"strategy":"sasl","mechanism":"OAUTHBEARER","oauthbearer":{
               "token_endpoint_url":"https://issuer/token","client_id":"i","client_secret":"s","scopes":["a","b"],
               "extensions":{"logicalCluster":"lkc"},"token_endpoint_tls_verify":false}}}
            """
        ) {
            $0.cluster.security.tls = TLSConfiguration(caPEM: "an authority")
            $0.cluster.security.sasl = .oauthBearer(
                OAuthBearerConfiguration(
                    tokenEndpoint: "https://issuer/token", clientID: "i", clientSecret: "s", scopes: ["a", "b"],
                    extensions: ["logicalCluster": "lkc"], verify: false, caPEM: "an authority"))
        },
        // Without the strategy there is no authentication, as in Kong.
        ConfigurationMapping(#"{"authentication":{"mechanism":"PLAIN","user":"u","password":"p"}}"#) { _ in },
    ]

    static let pair = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e50"
    static let authority = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e51"
    static let other = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e52"
}

@Suite("The shared Kafka fields")
struct KafkaClientConfigurationTests {
    private static let base: JSONObject = ["topic": "t", "bootstrap_servers": [["host": "kafka", "port": 9092]]]

    private static func configuration(
        _ changes: String, logger: Logger = .silent
    ) throws -> KafkaClientConfiguration {
        let config = try PluginFixture.config(
            "kafka-upstream", base, try JSONValue.parse(text: changes).objectValue ?? [:])
        let context = PluginFixture.context(
            certificate: {
                $0 == ConfigurationMapping.pair ? .init(certificate: "the certificate", key: "the key") : nil
            },
            authority: {
                [ConfigurationMapping.authority: "an authority", ConfigurationMapping.other: "another authority"][$0]
            }, logger: logger)
        return try KafkaClientConfiguration(config, context)
    }

    @Test("each field reaches the producer, and nothing else changes", arguments: ConfigurationMapping.all)
    func mapped(_ mapping: ConfigurationMapping) throws {
        var expected = ProducerConfiguration(
            cluster: ClusterConfiguration(
                bootstrapServers: ["kafka:9092"], security: .none, clientID: "sluice", socketTimeout: 10_000,
                connectionIdle: 60_000),
            acknowledgement: .leader, isIdempotent: false, compression: .none, linger: 5, batchMessages: 200,
            batchBytes: 1_048_576, requestTimeout: 2_000, deliveryTimeout: 120_000, retries: 10, retryBackoff: 100,
            queueMessages: 50_000, queueBytes: 256 << 20, partitioner: .murmur2Random,
            maximumMessageBytes: 1_048_576)
        mapping.change(&expected)

        #expect(try Self.configuration(mapping.config).producer == expected)
    }

    @Test("the label is the cluster's name, or its brokers")
    func label() throws {
        #expect(try Self.configuration("{}").label == "kafka:9092")
        #expect(try Self.configuration(#"{"cluster_name":"main"}"#).label == "main")
        #expect(try Self.configuration("{}").isAsynchronous)
        #expect(try Self.configuration(#"{"producer_async":false}"#).isAsynchronous == false)
    }

    @Test(
        "what cannot be found is told with its field",
        arguments: [
            (#"{"bootstrap_servers":[]}"#, PluginBuildError("bootstrap_servers", "at least one broker is needed")),
            (#"{"bootstrap_servers":null}"#, PluginBuildError("bootstrap_servers", "at least one broker is needed")),
            (
                #"{"security":{"ssl":true,"certificate_id":"\#(ConfigurationMapping.other)"}}"#,
                PluginBuildError(
                    "security.certificate_id", "the certificate '\(ConfigurationMapping.other)' does not exist")
            ),
            (
                #"{"security":{"ssl":true,"ca_certificates":["\#(ConfigurationMapping.pair)"]}}"#,
                PluginBuildError(
                    "security.ca_certificates", "the CA certificate '\(ConfigurationMapping.pair)' does not exist")
            ),
        ])
    func missing(config: String, error: PluginBuildError) {
        #expect(throws: error) { try Self.configuration(config) }
    }

    @Test("credentials that no strategy uses are warned of")
    func unusedMechanism() throws {
        let lines = Mutex<[String]>([])
        let logger = Logger(level: .warn, format: .text) { line in
            lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        }
        _ = try Self.configuration(
            #"{"authentication":{"mechanism":"PLAIN","user":"u","password":"p"}}"#, logger: logger)
        _ = try Self.configuration("{}", logger: logger)
        logger.close()

        let said = lines.withLock { $0 }
        #expect(said.count == 1)
        #expect(said.first?.contains("authentication has no effect without its strategy") == true)
    }
}
