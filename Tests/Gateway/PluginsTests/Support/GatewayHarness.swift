import Kafka
import Observability
import PluginKit
import TestGateway

@testable import Plugins

/// A gateway with plugins of the bundle, for tests of what a plugin does to requests.
enum GatewayHarness {
    /// The bundled plugins that need no Kafka.
    static let plain = [
        CORS.definition, CorrelationID.definition, IPRestriction.definition,
        ProxyCache.definition(cache: ResponseCache()), Redirect.definition,
        RequestSizeLimiting.definition, RequestTermination.definition, RequestTransformer.definition,
        ResponseTransformer.definition,
    ]

    /// A gateway whose one route `/` takes every request, with these entities of plugins, as JSON.
    static func gateway(
        _ plugins: String..., definitions: [PluginDefinition] = plain, environment: [String: String] = [:]
    ) throws -> TestGateway {
        try TestGateway(document(plugins), plugins: definitions, environment: environment)
    }

    static func document(_ plugins: [String]) -> String {
        #"{"routes":[{"name":"all","paths":["/"]}],"plugins":[\#(plugins.joined(separator: ","))]}"#
    }
}
