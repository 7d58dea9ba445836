internal import CLibrdkafka

/// librdkafka's error codes in our terms: one table for names, texts, kinds and whether a retry can help.
enum KafkaErrorCode {
    /// Kafka's spelling (`UnknownTopicOrPartition`), from librdkafka's (`UNKNOWN_TOPIC_OR_PART`).
    static func name(_ code: rd_kafka_resp_err_t) -> String {
        switch code {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: return "UnknownTopicOrPartition"
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return "MessageSizeTooLarge"
        case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return "InvalidTopic"
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT: return "MessageTimedOut"
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE: return "RequestTimedOutInQueue"
        case RD_KAFKA_RESP_ERR__TRANSPORT: return "BrokerTransportFailure"
        case RD_KAFKA_RESP_ERR__RESOLVE: return "HostResolutionFailed"
        case RD_KAFKA_RESP_ERR__SSL: return "TLSFailure"
        case RD_KAFKA_RESP_ERR__AUTHENTICATION: return "AuthenticationFailed"
        case RD_KAFKA_RESP_ERR__INVALID_ARG: return "InvalidArgument"
        case RD_KAFKA_RESP_ERR__PURGE_QUEUE: return "PurgedInQueue"
        case RD_KAFKA_RESP_ERR__PURGE_INFLIGHT: return "PurgedInFlight"
        default: break
        }
        let words = String(cString: rd_kafka_err2name(code)).split(separator: "_")
        let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined()
        // A number without a name is `ERR_-999?`.
        return name.filter { $0.isLetter || $0.isNumber }
    }

    /// librdkafka's sentence without its `Broker: ` or `Local: `.
    static func text(_ code: rd_kafka_resp_err_t) -> String {
        let text = String(cString: rd_kafka_err2str(code))
        for prefix in ["Broker: ", "Local: "] where text.hasPrefix(prefix) {
            return String(text.dropFirst(prefix.count))
        }
        return text
    }

    static func kind(_ code: rd_kafka_resp_err_t) -> KafkaError.Kind {
        switch code {
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
            RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
            return .timedOut
        case RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
            return .overloaded
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__DESTROY, RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
            RD_KAFKA_RESP_ERR__NODE_UPDATE, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR__RETRY,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
            RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
            return .unreachable
        case RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR__CONFLICT, RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED,
            RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
            return .invalid
        default:
            return .refused
        }
    }

    /// Whether the same record may succeed later: what is out of reach, late or full may pass; a refusal stays.
    static func isRetriable(_ code: rd_kafka_resp_err_t) -> Bool {
        switch kind(code) {
        case .unreachable, .timedOut, .overloaded: true
        case .refused: code == RD_KAFKA_RESP_ERR_INVALID_MSG
        case .invalid: false
        }
    }
}
