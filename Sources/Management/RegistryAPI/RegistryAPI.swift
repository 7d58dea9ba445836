//! RegistryAPI: the embedded schema registry by HTTP, with the paths, bodies and error codes of Confluent's (reference
//! sections 5.4 and 5.5).
internal import HTTPServer
internal import JSON
package import Observability
package import RegistryStore
package import WebApplication

/// The registry's endpoints.
package struct RegistryAPI: Sendable {
    private let registry: EmbeddedRegistry
    private let version: String
    private let logger: Logger

    /// Beside a schema, a body has little.
    private static let bodyOverhead = 1 << 20

    /// - Parameter version: Of the program, as clients are told.
    package init(registry: EmbeddedRegistry, version: String, logger: Logger) {
        self.registry = registry
        self.version = version
        self.logger = logger
    }

    /// The handler for the registry's servers. To be made for each loop.
    package func application() -> WebApplication {
        let logger = logger
        let server = "sluice/\(version)"
        return WebApplication(
            name: "registry", routes: routes,
            behaviour: WebApplication.Behaviour(
                // Each character of a schema's text may take two in the string that it is sent as.
                maximumBody: registry.limits.schemaBytes * 2 + Self.bodyOverhead,
                answer: { error, path, id in RegistryErrors.answer(error, path: path, request: id, logger) },
                finish: { response, _, _ in response.fields.append(("Server", server)) }), logger: logger)
    }

    private var routes: WebRoutes {
        var routes = WebRoutes()
        SubjectEndpoints(registry: registry).add(to: &routes)
        VersionEndpoints(registry: registry).add(to: &routes)
        SchemaEndpoints(registry: registry).add(to: &routes)
        CompatibilityEndpoints(registry: registry).add(to: &routes)
        ConfigurationEndpoints(registry: registry).add(to: &routes)
        ModeEndpoints(registry: registry).add(to: &routes)
        ServerEndpoints(version: version).add(to: &routes)
        return routes
    }
}
