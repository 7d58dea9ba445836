internal import Kafka

/// Kafka's rule for topic names, for configurations.
enum KafkaTopicName {
    static func isValid(_ name: String) -> Bool { TopicName.isValid(name) }
}
