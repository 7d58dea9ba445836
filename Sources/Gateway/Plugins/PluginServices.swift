package import Delivery
package import Kafka
package import KafkaKit
package import LogKit
package import ReportingPlugins

/// What the bundled plugins get from the node that they run in.
package struct PluginServices: Sendable {
    /// Where Kafka plugins get their producers.
    package let pool: ProducerPool
    /// Where `proxy-cache` keeps answers.
    package let cache: ResponseCache
    /// Where `prometheus` counts.
    package let metrics: PrometheusMetrics
    /// Where Kafka plugins get their schemas.
    package let schemas: SchemaDirectory
    /// Where log plugins write that need no Kafka and no HTTP.
    package let outputs: LogOutputs
    /// Where plugins that deliver by HTTP get their queues.
    package let deliveries: DeliveryPool
    /// What the node says of itself.
    package let description: NodeDescription

    package init(
        pool: ProducerPool, cache: ResponseCache, metrics: PrometheusMetrics, schemas: SchemaDirectory,
        outputs: LogOutputs, deliveries: DeliveryPool, description: NodeDescription
    ) {
        self.pool = pool
        self.cache = cache
        self.metrics = metrics
        self.schemas = schemas
        self.outputs = outputs
        self.deliveries = deliveries
        self.description = description
    }
}
