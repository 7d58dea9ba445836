/// The last thing that went wrong between this node and one broker.
package struct BrokerFault: Sendable, Hashable {
    /// `host:port` as the client calls the broker; empty when the fault is of no single broker.
    package let broker: String
    /// What went wrong, with the reason in words.
    package let error: KafkaError
    /// Milliseconds since 1970.
    package let at: Int64
}
