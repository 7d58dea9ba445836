/// Kafka's rule for topic names (org.apache.kafka.common.internals.Topic).
package enum TopicName {
    /// 1 to 249 letters, digits, dots, underlines and hyphens, and neither `.` nor `..`.
    package static func isValid(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2e, 0x5f, 0x2d: true
                default: false
                }
            }
    }

    static func check(_ name: String) throws(KafkaError) {
        guard isValid(name) else {
            throw .invalid(
                "a topic name has 1 to 249 letters, digits, dots, underlines and hyphens and is neither . nor ..",
                name: "InvalidTopic")
        }
    }
}
