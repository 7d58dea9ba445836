/// How the subject of a schema is found (reference section 5.2).
package enum SubjectNameStrategy: String, Sendable, Hashable, CaseIterable {
    /// `TOPIC-key`, `TOPIC-value`.
    case topic
    /// The record's full name.
    case record
    /// `TOPIC-RECORD`.
    case topicRecord = "topic_record"

    package var needsRecordName: Bool { self != .topic }

    /// - Parameter record: The record's full name, where the strategy needs it.
    package func subject(topic: String, record: String, isKey: Bool) -> String {
        switch self {
        case .topic: "\(topic)-\(isKey ? "key" : "value")"
        case .record: record
        case .topicRecord: "\(topic)-\(record)"
        }
    }
}
