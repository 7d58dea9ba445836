package import GatewayModel
internal import JSON
internal import KafkaKit
internal import LogKit

/// The configuration of `kafka-log` (reference section 2A).
extension KafkaLog {
    package static let schema = PluginSchema(
        name: "kafka-log", priority: 5, version: "0.1.0",
        summary: "Publishes what each request was, and how it was answered, as a Kafka record: Kong's log entry. It "
            + "never holds up an answer; entries that find the queue full are dropped, counted and named in the log. "
            + "Nobody waits for an entry: `producer_async` makes no difference.",
        config: RecordSchema(
            fields: KafkaClientSchema.cluster + topic + KafkaClientSchema.producer + LogEntryFields.fields + [
                SchemaRegistryFields.field
            ],
            checks: KafkaClientSchema.producerChecks))

    private static let topic: [NamedField] = [
        NamedField(
            "topic",
            .string.required().check { value in
                KafkaTopicName.isValid(value.stringValue ?? "") ? nil : KafkaTopicName.rule
            }.describe("Where entries go.")),
        NamedField(
            "key_query_arg", .string.length(atLeast: 1).describe("A query argument that holds the record's key.")),
    ]
}
