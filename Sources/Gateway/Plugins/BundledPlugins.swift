package import GatewayModel
package import PluginKit
internal import ReportingPlugins

/// The plugins that are built in: the one list, sorted by name. `plugins = bundled` enables them all.
package enum BundledPlugins {
    /// For validation, `/schemas/plugins/…` and the reference pages.
    package static let schemas: [PluginSchema] = [
        CORS.schema,
        CorrelationID.schema,
        FileLog.schema,
        HTTPLog.schema,
        IPRestriction.schema,
        KafkaLog.schema,
        KafkaUpstream.schema,
        KongKafkaLog.schema,
        OpenTelemetry.schema,
        Prometheus.schema,
        ProxyCache.schema,
        Redirect.schema,
        RequestSizeLimiting.schema,
        RequestTermination.schema,
        RequestTransformer.schema,
        ResponseTransformer.schema,
        Syslog.schema,
        TCPLog.schema,
        UDPLog.schema,
    ]

    /// For the data plane.
    package static func definitions(_ node: PluginServices) -> [PluginDefinition] {
        [
            CORS.definition,
            CorrelationID.definition,
            FileLog.definition(outputs: node.outputs),
            HTTPLog.definition(deliveries: node.deliveries),
            IPRestriction.definition,
            KafkaLog.definition(pool: node.pool, schemas: node.schemas),
            KafkaUpstream.definition(pool: node.pool, schemas: node.schemas),
            KongKafkaLog.definition(pool: node.pool, outputs: node.outputs),
            OpenTelemetry.definition(deliveries: node.deliveries, node: node.description),
            Prometheus.definition(metrics: node.metrics),
            ProxyCache.definition(cache: node.cache),
            Redirect.definition,
            RequestSizeLimiting.definition,
            RequestTermination.definition,
            RequestTransformer.definition,
            ResponseTransformer.definition,
            Syslog.definition(outputs: node.outputs),
            TCPLog.definition(outputs: node.outputs),
            UDPLog.definition(outputs: node.outputs),
        ]
    }
}
