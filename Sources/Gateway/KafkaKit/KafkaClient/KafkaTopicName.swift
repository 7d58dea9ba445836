internal import Kafka

/// Kafka's rule for topic names, for configurations.
package enum KafkaTopicName {
    package static let rule = "a topic has 1 to 249 letters, digits, '.', '_' and '-', and is neither '.' nor '..'"

    package static func isValid(_ name: String) -> Bool { TopicName.isValid(name) }
}
