internal import CLibrdkafka

/// A producer's configuration as librdkafka's settings.
extension LibrarySettings {
    func apply(_ producer: ProducerConfiguration) throws(KafkaError) {
        try apply(producer.cluster)
        if producer.isIdempotent, producer.acknowledgement != .all {
            throw .invalid("idempotence needs acknowledgement by all replicas (acks -1)")
        }
        try set("acks", producer.acknowledgement.rawValue)
        try set("enable.idempotence", producer.isIdempotent)
        try set("compression.type", producer.compression.rawValue)
        try set("linger.ms", String(producer.linger))
        try set("batch.num.messages", producer.batchMessages)
        try set("batch.size", producer.batchBytes)
        try set("request.timeout.ms", producer.requestTimeout)
        try set("message.timeout.ms", producer.deliveryTimeout)
        try set("message.send.max.retries", producer.retries)
        try set("retry.backoff.ms", producer.retryBackoff)
        try set("retry.backoff.max.ms", max(producer.retryBackoff, 1_000))
        try set("queue.buffering.max.messages", producer.queueMessages)
        try set("queue.buffering.max.kbytes", max(1, producer.queueBytes / 1024))
        try set("partitioner", producer.partitioner.rawValue)
        try set("message.max.bytes", producer.maximumMessageBytes)
        // How long a topic that the cluster does not know may still be on its way into existence.
        try set("topic.metadata.propagation.max.ms", 3_000)
        if let inFlight = producer.maximumInFlight { try set("max.in.flight", inFlight) }
        deliverAsEvents(Int32(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_STATS))
    }
}
