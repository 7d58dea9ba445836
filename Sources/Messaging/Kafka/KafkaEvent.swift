/// What a producer wants its operator to know.
package enum KafkaEvent: Sendable {
    /// A broker, called as in `BrokerFault`, fails in a way that it did not before.
    case brokerFailed(cluster: String, fault: BrokerFault)
    /// A broker that failed answers again.
    case brokerRecovered(cluster: String, broker: String)
    /// Records that nobody waited for and that were not delivered.
    case recordsLost(cluster: String, topic: String, count: Int, error: KafkaError)
    /// The producer can never work again (lost idempotence, say) and must be replaced.
    case producerFailed(cluster: String, error: KafkaError)
    /// A line of the client library's own log; `level` as in syslog (3 error, 4 warning, 6 info, 7 debug).
    case log(cluster: String, level: Int, message: String)
    /// A producer nobody needed any more has drained and closed.
    case producerClosed(cluster: String, undelivered: Int)
}

/// Takes the events of all producers of a pool. Called on the producers' own threads: it must not block.
package protocol KafkaEventSink: AnyObject, Sendable {
    func received(_ event: KafkaEvent)
}
