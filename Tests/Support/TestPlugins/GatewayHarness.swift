internal import Delivery
internal import EventLoop
internal import GatewayModel
internal import HTTPClient
internal import Kafka
internal import KafkaKit
internal import LogKit
package import PluginKit
internal import Plugins
internal import ReportingPlugins
internal import SchemaRegistry
package import TestGateway

/// A gateway with plugins of the bundle, for tests of what a plugin does to requests.
package enum GatewayHarness {
    /// The bundled plugins that need nothing but the request.
    package static let plain = bundled.filter {
        [
            "cors", "correlation-id", "ip-restriction", "proxy-cache", "redirect", "request-size-limiting",
            "request-termination", "request-transformer", "response-transformer",
        ].contains($0.schema.name)
    }

    /// Those of a node that sends nothing: its loop does not run.
    private static let bundled: [PluginDefinition] = {
        do {
            let loop = try EventLoop()
            let http = try HTTPClient(loop: loop)
            return BundledPlugins.definitions(
                PluginServices(
                    pool: ProducerPool(loops: [], events: NoEvents()), cache: ResponseCache(),
                    metrics: PrometheusMetrics(),
                    schemas: SchemaDirectory(registries: RegistryClientPool(http: http)), outputs: LogOutputs(),
                    deliveries: DeliveryPool(http: http, clock: LoopDeliveryClock(loop: loop)),
                    description: NodeDescription(version: "test", id: "test", samplingRate: 1)))
        } catch { preconditionFailure("no loop or no client: \(error)") }
    }()

    private final class NoEvents: KafkaEventSink {
        func received(_ event: KafkaEvent) {}
    }

    /// A gateway whose one route `/` takes every request, with these entities of plugins, as JSON.
    package static func gateway(
        _ plugins: String..., definitions: [PluginDefinition] = plain, environment: [String: String] = [:]
    ) throws -> TestGateway {
        try TestGateway(document(plugins), plugins: definitions, environment: environment)
    }

    package static func document(_ plugins: [String]) -> String {
        #"{"routes":[{"name":"all","paths":["/"]}],"plugins":[\#(plugins.joined(separator: ","))]}"#
    }
}
