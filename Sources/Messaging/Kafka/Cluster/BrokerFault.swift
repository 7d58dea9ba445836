internal import CLibrdkafka

/// The last thing that went wrong between this node and one broker.
package struct BrokerFault: Sendable, Hashable {
    /// `host:port` as the client calls the broker; empty when the fault is of no single broker.
    package let broker: String
    /// What went wrong, with the reason in words.
    package let error: KafkaError
    /// Milliseconds since 1970.
    package let at: Int64
}

extension BrokerFault {
    init(_ code: rd_kafka_resp_err_t, _ text: LibraryFaultText, at: Int64) {
        // A handshake that the other side ends is reported as a broken connection.
        let isTLS = code == RD_KAFKA_RESP_ERR__TRANSPORT && text.reason.contains("SSL")
        self.init(
            broker: text.broker, error: KafkaError(isTLS ? RD_KAFKA_RESP_ERR__SSL : code, message: text.reason),
            at: at)
    }
}
