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
    /// An error event of librdkafka: `ssl://host:port/id: reason (after 3ms in state CONNECT)`.
    init(_ code: rd_kafka_resp_err_t, _ text: String, at: Int64) {
        var broker = ""
        var reason = Substring(text)
        if let end = text.firstRange(of: ": ") {
            let name = Self.address(text[..<end.lowerBound])
            if name.contains(":"), !name.contains(" ") {
                broker = String(name)
                reason = text[end.upperBound...]
            }
        }
        if reason.hasSuffix(")"), let tail = reason.firstRange(of: " (after ") { reason = reason[..<tail.lowerBound] }
        // A handshake that the other side ends is reported as a broken connection.
        let isTLS = code == RD_KAFKA_RESP_ERR__TRANSPORT && reason.contains("SSL")
        self.init(
            broker: broker, error: KafkaError(isTLS ? RD_KAFKA_RESP_ERR__SSL : code, message: String(reason)), at: at)
    }

    /// `host:port` of `scheme://host:port/id`.
    private static func address(_ name: Substring) -> Substring {
        var name = name
        if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
        if let slash = name.lastIndex(of: "/") { name = name[..<slash] }
        return name
    }
}
