package import GatewayModel
internal import JSON

/// The fields by which plugins name a Kafka cluster and how to talk to it (reference sections 1.2 and 2A).
package enum KafkaClientSchema {
    package static let cluster: [NamedField] = [
        NamedField(
            "bootstrap_servers",
            .set(
                .record([
                    NamedField("host", .string.required().length(atLeast: 1).describe("Name or address.")),
                    NamedField("port", .integer.required().between(0, 65535).describe("TCP port.")),
                ])
            ).describe("Brokers to begin with; the others are learned from them.")),
        NamedField(
            "cluster_name",
            .string.describe("What logs and `/clusters` call the cluster; the bootstrap servers when not given.")),
        NamedField(
            "timeout", .integer.default(10_000).between(10, 300_000).describe("Milliseconds a broker may take.")),
        NamedField(
            "keepalive",
            .integer.default(60_000).between(0, 2_147_483_646).describe(
                "Milliseconds that an unused connection to a broker is kept; 0 for ever.")),
        NamedField(
            "keepalive_enabled",
            .boolean.default(false).describe(
                "Kept for compatibility: a producer always keeps its connections, for `keepalive`.")),
        NamedField("authentication", authentication), NamedField("security", security),
    ]

    package static let authentication: Field = .record(
        [
            NamedField("strategy", .string.oneOf(["sasl"]).describe("`sasl`, or none.")),
            NamedField(
                "mechanism",
                .string.oneOf(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]).describe("SASL mechanism.")),
            NamedField("user", .string.referenceable().encrypted().describe("For PLAIN and SCRAM.")),
            NamedField("password", .string.referenceable().encrypted().describe("For PLAIN and SCRAM.")),
            NamedField(
                "tokenauth",
                .boolean.unsupported(
                    "delegation tokens are not available: librdkafka cannot send the SCRAM extension 'tokenauth'",
                    except: [false]
                ).describe("Delegation tokens: not available.")),
            NamedField("oauthbearer", oauthBearer),
        ],
        checks: [
            .custom { authentication in
                guard authentication["strategy"] == "sasl" else { return [] }
                switch authentication["mechanism"]?.stringValue {
                case nil: return [(["mechanism"], "required when 'strategy' is 'sasl'")]
                case "OAUTHBEARER":
                    let token = authentication["oauthbearer"]?.objectValue ?? [:]
                    return ["token_endpoint_url", "client_id", "client_secret"]
                        .filter { !EntityCheck.isSet(token[$0]) }
                        .map { (["oauthbearer", .name($0)], "required when 'mechanism' is 'OAUTHBEARER'") }
                default:
                    return ["user", "password"].filter { !EntityCheck.isSet(authentication[$0]) }
                        .map { ([.name($0)], "required for this mechanism") }
                }
            }
        ]
    ).required()

    private static let oauthBearer: Field = .record([
        NamedField(
            "token_endpoint_url", .string.referenceable().describe("Where tokens come from (client credentials).")),
        NamedField("client_id", .string.referenceable()),
        NamedField("client_secret", .string.referenceable().encrypted()),
        NamedField("scopes", .array(.string).describe("Scopes to ask for.")),
        NamedField(
            "extensions",
            .map(key: .string, value: .string).describe("SASL extensions, such as `logicalCluster`.")),
        NamedField(
            "token_endpoint_tls_verify",
            .boolean.default(true).describe("Whether the endpoint's certificate is verified.")),
    ]).required()

    /// TLS to the brokers.
    package static let securityFields: [NamedField] = [
        NamedField("ssl", .boolean.describe("TLS to the brokers.")),
        NamedField(
            "certificate_id",
            .string.uuid().identifies("certificates").describe("Client certificate for mutual TLS.")),
        NamedField(
            "ssl_verify", .boolean.default(true).describe("Whether the brokers' certificates are verified.")),
        NamedField(
            "ca_certificates",
            .array(.string.uuid()).identifies("ca_certificates").sluiceOnly().describe(
                "CA certificates that brokers' certificates must be signed by; the system's when not given.")),
        NamedField(
            "key_password",
            .string.referenceable().encrypted().sluiceOnly().describe(
                "The password of the client certificate's key, when that is encrypted.")),
    ]

    private static let security: Field = .record(securityFields, checks: securityChecks).required()

    /// What must hold between them.
    package static let securityChecks: [EntityCheck] = [
        .conditional(
            field: "certificate_id", matches: .isSet, then: "ssl", satisfies: .equals(true),
            message: "certificate_id needs ssl to be true"),
        .conditional(
            field: "ca_certificates", matches: .isSet, then: "ssl", satisfies: .equals(true),
            message: "ca_certificates need ssl to be true"),
        .conditional(
            field: "key_password", matches: .isSet, then: "certificate_id", satisfies: .isSet,
            message: "key_password needs certificate_id"),
    ]

    /// How records are batched, acknowledged and tried again.
    package static let producer: [NamedField] = [
        NamedField(
            "producer_request_acks",
            .integer.default(1).oneOf([-1, 0, 1]).describe(
                "Replicas that must have a record: -1 all in sync, 1 the leader, 0 none.")),
        NamedField(
            "producer_request_timeout",
            .integer.default(2_000).between(1, 900_000).describe("Milliseconds the broker may take to collect them.")),
        NamedField(
            "producer_request_limits_messages_per_request",
            .integer.default(200).between(1, 1_000_000).describe("Records a request may carry for a partition.")),
        NamedField(
            "producer_request_limits_bytes_per_request",
            .integer.default(1_048_576).between(1_024, 1_000_000_000).describe(
                "Bytes a request may carry for a partition; also the largest record, from 1 MiB on.")),
        NamedField(
            "producer_request_retries_max_attempts",
            .integer.default(10).between(0, 2_147_483_646).describe("Tries after the first.")),
        NamedField(
            "producer_request_retries_backoff_timeout",
            .integer.default(100).between(1, 300_000).describe("Milliseconds between two tries.")),
        NamedField(
            "producer_async",
            .boolean.default(true).describe(
                "Whether the answer comes once the record is queued in memory (true) or acknowledged (false).")),
        NamedField(
            "producer_async_flush_timeout",
            .integer.default(1_000).between(0, 900_000).describe(
                "Milliseconds a queued record waits for company at most; Sluice sends after 5 at the latest.")),
        NamedField(
            "producer_async_buffering_limits_messages_in_memory",
            .integer.default(50_000).between(1, 10_000_000).describe(
                "Records that may wait or be under way; further ones are answered 503.")),
        NamedField(
            "compression_type",
            .string.default("none").oneOf(["none", "gzip", "lz4", "snappy", "zstd"]).describe("Codec of batches.")),
        NamedField(
            "new_kafka_async_producer",
            .boolean.default(false).describe("Kept for compatibility: batching is always the better one.")),
        NamedField(
            "idempotence",
            .boolean.sluiceOnly().describe(
                "Each record stored once and in order in spite of retries; by default on with acks -1.")),
        NamedField(
            "linger",
            .number.between(0, 60_000).sluiceOnly().describe(
                "Milliseconds a record waits for company. By default 5 at most with `producer_async`; without it no "
                    + "wait while little is under way.")),
        NamedField(
            "delivery_timeout",
            .integer.between(100, 3_600_000).sluiceOnly().describe(
                "Milliseconds until a record counts as not delivered, retries included. By default `timeout` for "
                    + "answers that wait, 120000 with `producer_async`.")),
        NamedField(
            "partitioner",
            .string.default("murmur2_random").oneOf([
                "murmur2_random", "murmur2", "consistent_random", "consistent", "fnv1a_random", "fnv1a", "random",
            ]).sluiceOnly().describe(
                "How keys become partitions: `murmur2…` as Java producers, `consistent…` (CRC-32) as Kong.")),
    ]

    /// What must hold between the producer's fields.
    package static let producerChecks: [EntityCheck] = [
        .conditional(
            field: "idempotence", matches: .equals(true), then: "producer_request_acks", satisfies: .equals(-1),
            message: "idempotence needs producer_request_acks -1")
    ]
}
