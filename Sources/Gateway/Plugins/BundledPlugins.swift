package import GatewayModel
package import Kafka
package import PluginKit

/// The plugins that are built in: the one list, sorted by name. `plugins = bundled` enables them all.
package enum BundledPlugins {
    /// For validation, `/schemas/plugins/…` and the reference pages.
    package static let schemas: [PluginSchema] = [
        CorrelationID.schema, KafkaUpstream.schema, RequestSizeLimiting.schema, RequestTermination.schema,
    ]

    /// For the data plane.
    ///
    /// - Parameter pool: Where Kafka plugins get their producers.
    package static func definitions(pool: ProducerPool) -> [PluginDefinition] {
        [
            CorrelationID.definition, KafkaUpstream.definition(pool: pool), RequestSizeLimiting.definition,
            RequestTermination.definition,
        ]
    }
}
