internal import CLibrdkafka

/// What Kafka, or the client on the way to it, answered instead of success.
///
/// One word wide, so that a delivery report stays small on its way through the loops.
package struct KafkaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What a caller can do about it.
    package enum Kind: String, Sendable {
        /// No broker, or not the one that leads the partition, could be reached.
        case unreachable
        /// No answer within the request's or the record's time.
        case timedOut
        /// A queue or quota is full: here or at the broker.
        case overloaded
        /// The broker, or the check of its certificate, said no for good.
        case refused
        /// The caller's record or configuration cannot be used.
        case invalid
    }

    private final class Storage: Sendable {
        let code: Int32
        let name: String
        let message: String
        let kind: Kind
        let isRetriable: Bool
        let cause: BrokerFault?

        init(code: Int32, name: String, message: String, kind: Kind, isRetriable: Bool, cause: BrokerFault?) {
            self.code = code
            self.name = name
            self.message = message
            self.kind = kind
            self.isRetriable = isRetriable
            self.cause = cause
        }
    }

    private let storage: Storage

    init(code: Int32, name: String, message: String, kind: Kind, isRetriable: Bool, cause: BrokerFault? = nil) {
        storage = Storage(
            code: code, name: name, message: message, kind: kind, isRetriable: isRetriable, cause: cause)
    }

    /// Kafka's error number; negative for the client's own.
    package var code: Int32 { storage.code }

    /// A name that does not change, in Kafka's spelling: `TopicAuthorizationFailed`. Fit for a metric label.
    package var name: String { storage.name }

    /// A sentence for a person: what happened and, where known, why. Holds no payload and no secret.
    package var message: String { storage.message }

    package var kind: Kind { storage.kind }

    /// Whether the same record may succeed later.
    package var isRetriable: Bool { storage.isRetriable }

    /// The broker's fault that explains a time-out, where one was seen.
    package var cause: BrokerFault? { storage.cause }

    package var description: String { "\(name): \(message)" }

    package static func == (one: KafkaError, other: KafkaError) -> Bool {
        one.storage === other.storage
            || one.code == other.code && one.name == other.name && one.message == other.message
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
    }

    /// The same error with the broker's fault that explains it.
    func explained(by fault: BrokerFault) -> KafkaError {
        KafkaError(
            code: code, name: name,
            message: fault.broker.isEmpty
                ? "\(message) (\(fault.error.message))" : "\(message) (\(fault.broker): \(fault.error.message))",
            kind: kind,
            isRetriable: isRetriable, cause: fault)
    }
}

extension KafkaError {
    /// A configuration or record that is refused before anything is sent.
    package static func invalid(_ message: String, name: String = "InvalidConfiguration") -> KafkaError {
        KafkaError(
            code: RD_KAFKA_RESP_ERR__INVALID_ARG.rawValue, name: name, message: message, kind: .invalid,
            isRetriable: false)
    }

    /// The answer after `ProducerPool.shutdown`.
    static let stopping = KafkaError(
        code: RD_KAFKA_RESP_ERR__DESTROY.rawValue, name: "ProducerStopping",
        message: "the producer is stopping and takes no more records", kind: .unreachable, isRetriable: true)

    /// librdkafka's error by its code; `message` replaces its standard text.
    init(_ code: rd_kafka_resp_err_t, message: String? = nil) {
        self.init(
            code: code.rawValue, name: KafkaErrorCode.name(code), message: message ?? KafkaErrorCode.text(code),
            kind: KafkaErrorCode.kind(code), isRetriable: KafkaErrorCode.isRetriable(code))
    }
}
