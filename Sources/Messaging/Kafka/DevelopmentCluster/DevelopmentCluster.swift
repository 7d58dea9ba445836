internal import CLibrdkafka

/// An in-process Kafka for trying Sluice and for tests: librdkafka's mock cluster on loopback ports.
///
/// It speaks the real protocol, but has no TLS, no SASL and no topic administration (a topic is made when first used),
/// keeps few records, and forgets all when the process ends. Not for production.
///
/// `@unchecked Sendable`: every call of the mock's interface takes the mock's own lock or posts to its thread.
package final class DevelopmentCluster: @unchecked Sendable {
    private let client: OpaquePointer
    private let cluster: OpaquePointer

    /// Starts `brokers` brokers, 1…10, on free ports of 127.0.0.1.
    package init(brokers: Int = 1) throws(KafkaError) {
        guard (1...10).contains(brokers) else { throw .invalid("a development cluster has 1 to 10 brokers") }
        var settings = LibrarySettings()
        try settings.set("client.id", "sluice-development-cluster")
        // Without brokers of its own, on purpose: what the client says about that helps nobody.
        try settings.set("log_level", 2)
        client = try settings.makeClient(RD_KAFKA_PRODUCER)
        guard let cluster = rd_kafka_mock_cluster_new(client, Int32(brokers)) else {
            rd_kafka_destroy(client)
            throw .invalid("the development cluster could not open its ports", name: "DevelopmentClusterFailed")
        }
        self.cluster = cluster
    }

    deinit {
        rd_kafka_mock_cluster_destroy(cluster)
        rd_kafka_destroy(client)
    }

    /// `host:port` of each broker.
    package var bootstrapServers: [String] {
        String(cString: rd_kafka_mock_cluster_bootstraps(cluster)).split(separator: ",").map(String.init)
    }

    package func createTopic(_ name: String, partitions: Int, replicationFactor: Int = 1) throws(KafkaError) {
        try TopicName.check(name)
        try check(
            rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), Int32(clamping: replicationFactor)))
    }

    private func check(_ result: rd_kafka_resp_err_t) throws(KafkaError) {
        guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(result) }
    }
}

/// Faults for tests.
extension DevelopmentCluster {
    /// Kafka's request types, by their API keys.
    package enum Request: Int16, Sendable {
        case produce = 0
        case fetch = 1
        case metadata = 3
        case initProducerID = 22
        case endTransaction = 26
    }

    /// The next requests of a kind are answered with these Kafka error codes (0: success), one each, by any broker.
    package func pushErrors(_ request: Request, _ codes: [Int32]) {
        let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
    }

    /// The broker (from 1) closes its connections and refuses new ones.
    package func brokerDown(_ broker: Int) throws(KafkaError) {
        try check(rd_kafka_mock_broker_set_down(cluster, Int32(clamping: broker)))
    }

    package func brokerUp(_ broker: Int) throws(KafkaError) {
        try check(rd_kafka_mock_broker_set_up(cluster, Int32(clamping: broker)))
    }

    /// Each answer of the broker takes this long.
    package func setRoundTrip(_ broker: Int, milliseconds: Int) throws(KafkaError) {
        try check(rd_kafka_mock_broker_set_rtt(cluster, Int32(clamping: broker), Int32(clamping: milliseconds)))
    }

    /// Moves a partition to another broker.
    package func setLeader(_ topic: String, partition: Int32, broker: Int) throws(KafkaError) {
        try check(rd_kafka_mock_partition_set_leader(cluster, topic, partition, Int32(clamping: broker)))
    }

    /// Metadata answers carry this error for the topic; 0 ends it.
    package func setTopicError(_ topic: String, code: Int32) {
        rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(rawValue: code))
    }
}
