package import GatewayModel
internal import JSON
internal import KafkaKit
internal import LogKit

/// The configuration of `kong-kafka-log` (reference section 2B): flat, with brokers as texts, and what it lacks of Kafka.
extension KongKafkaLog {
    package static let schema = PluginSchema(
        name: "kong-kafka-log", priority: 5, version: "1.0.3", allowsConsumer: false,
        summary:
            "Publishes what each request was as a Kafka record, writes it to a file, or both: the entry of Optum's "
            + "plugin of that name, key for key. It never holds up an answer; entries that find a queue full are "
            + "dropped, counted and named in the log. Nobody waits for an entry: `producer_async` makes no difference.",
        config: RecordSchema(fields: outputs + cluster + producer, checks: checks))

    private static let outputs: [NamedField] = [
        NamedField(
            "log_to_file", .boolean.default(false).describe("Whether entries become lines of `log_to_file_path`.")),
        NamedField(
            "log_to_file_path",
            .string.default("/dev/stdout").check(LogPath.problem).describe(
                "The file, made when it is not there; a rotated one is noticed within a second.")),
        NamedField(
            "log_to_kafka",
            .boolean.default(true).describe("Whether entries become records; then brokers and a topic are needed.")),
        NamedField(
            "bootstrap_servers",
            .array(.string.check(serverProblem)).check { value in
                value.arrayValue?.isEmpty == true ? "bootstrap_servers is required" : nil
            }.describe("Brokers to begin with, each as `host:port`; an IPv6 address stands in brackets.")),
        NamedField(
            "topic",
            .string.check { value in
                KafkaTopicName.isValid(value.stringValue ?? "") ? nil : KafkaTopicName.rule
            }.describe("Where entries go.")),
        NamedField("ask_id", .string.required().describe("`application.askId` of entries.")),
        NamedField("app_name", .string.required().describe("`application.name` of entries.")),
    ]

    private static let serverProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        return BrokerAddress(text) == nil ? "invalid bootstrap server value: \(text)" : nil
    }

    private static let cluster: [NamedField] =
        KafkaClientSchema.cluster.filter { ["timeout", "keepalive"].contains($0.name) } + [
            NamedField("ssl", .boolean.default(false).describe("TLS to the brokers.")),
            NamedField(
                "ssl_verify",
                .boolean.default(false).describe(
                    "Whether the brokers' certificates are verified. Without that nobody knows who reads the entries.")),
            NamedField("authentication", KafkaClientSchema.authentication.sluiceOnly()),
        ]
        + ownFields(
            of: KafkaClientSchema.cluster + KafkaClientSchema.securityFields,
            ["certificate_id", "key_password", "ca_certificates", "cluster_name"])

    private static let producer: [NamedField] =
        KafkaClientSchema.producer.filter {
            $0.name.hasPrefix("producer_")
        }
        + ownFields(of: KafkaClientSchema.producer, ["compression_type", "idempotence", "linger", "delivery_timeout"])

    /// Fields that other Kafka plugins have and Optum's does not.
    private static func ownFields(of fields: [NamedField], _ names: [String]) -> [NamedField] {
        fields.filter { names.contains($0.name) }.map { NamedField($0.name, $0.field.sluiceOnly()) }
    }

    private static let checks: [EntityCheck] =
        [
            .custom { config in
                guard config["log_to_kafka"] != false else { return [] }
                return ["bootstrap_servers", "topic"].filter { !EntityCheck.isSet(config[$0]) }
                    .map { ([.name($0)], "required field missing") }
            }
        ] + KafkaClientSchema.securityChecks + KafkaClientSchema.producerChecks
}
