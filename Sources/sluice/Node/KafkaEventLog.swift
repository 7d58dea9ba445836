import Kafka
import Observability
import Synchronization

/// Writes what producers report to the log, so that the operator learns the cause and not only the time-out.
final class KafkaEventLog: KafkaEventSink {
    private let logger: Logger
    private let failed = Mutex<(@Sendable () -> Void)?>(nil)

    init(logger: Logger) { self.logger = logger }

    /// Called when a producer can never work again.
    func onProducerFailure(_ action: @escaping @Sendable () -> Void) { failed.withLock { $0 = action } }

    func received(_ event: KafkaEvent) {
        switch event {
        case .brokerFailed(let cluster, let fault):
            logger.warn(
                "kafka broker failed",
                [
                    "cluster": .string(cluster), "broker": .string(fault.broker), "error": .string(fault.error.name),
                    "detail": .string(fault.error.message),
                ])
        case .brokerRecovered(let cluster, let broker):
            logger.notice("kafka broker answers again", ["cluster": .string(cluster), "broker": .string(broker)])
        case .recordsLost(let cluster, let topic, let count, let error):
            logger.error(
                "records lost",
                [
                    "cluster": .string(cluster), "topic": .string(topic), "count": .integer(count),
                    "error": .string(error.name), "detail": .string(error.message),
                ])
        case .producerFailed(let cluster, let error):
            logger.error(
                "kafka producer failed and is replaced",
                ["cluster": .string(cluster), "error": .string(error.name), "detail": .string(error.message)])
            failed.withLock { $0 }?()
        case .producerClosed(let cluster, let undelivered):
            if undelivered > 0 {
                logger.error(
                    "kafka producer closed with records left",
                    ["cluster": .string(cluster), "undelivered": .integer(undelivered)])
            } else {
                logger.debug("kafka producer closed", ["cluster": .string(cluster)])
            }
        case .log(let cluster, let level, let message):
            let facts: Logger.Facts = ["cluster": .string(cluster), "detail": .string(message)]
            if level <= 2 { logger.error("kafka client", facts) } else { logger.debug("kafka client", facts) }
        }
    }
}
