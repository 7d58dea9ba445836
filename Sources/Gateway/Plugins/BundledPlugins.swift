package import GatewayModel
package import Kafka
package import PluginKit

/// The plugins that are built in: the one list, sorted by name. `plugins = bundled` enables them all.
package enum BundledPlugins {
    /// For validation, `/schemas/plugins/…` and the reference pages.
    package static let schemas: [PluginSchema] = [
        CORS.schema, CorrelationID.schema, FileLog.schema, IPRestriction.schema, KafkaLog.schema, KafkaUpstream.schema,
        KongKafkaLog.schema,
        ProxyCache.schema,
        Redirect.schema,
        RequestSizeLimiting.schema, RequestTermination.schema, RequestTransformer.schema,
        ResponseTransformer.schema,
    ]

    /// For the data plane.
    ///
    /// - Parameters:
    ///   - pool: Where Kafka plugins get their producers.
    ///   - cache: Where `proxy-cache` keeps answers.
    ///   - schemas: Where Kafka plugins get their schemas.
    ///   - outputs: Where log plugins write to files.
    package static func definitions(
        pool: ProducerPool, cache: ResponseCache, schemas: SchemaDirectory, outputs: LogOutputs
    ) -> [PluginDefinition] {
        [
            CORS.definition, CorrelationID.definition, FileLog.definition(outputs: outputs), IPRestriction.definition,
            KafkaLog.definition(pool: pool, schemas: schemas), KafkaUpstream.definition(pool: pool, schemas: schemas),
            KongKafkaLog.definition(pool: pool, outputs: outputs),
            ProxyCache.definition(cache: cache), Redirect.definition, RequestSizeLimiting.definition,
            RequestTermination.definition,
            RequestTransformer.definition, ResponseTransformer.definition,
        ]
    }
}
