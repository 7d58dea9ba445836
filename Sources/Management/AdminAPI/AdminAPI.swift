internal import GatewayModel
package import GatewayStore
package import Observability
package import SchemaRegistry
package import WebApplication

/// The Admin API: Kong's paths, bodies and status codes over the node's configuration (reference section 7).
package struct AdminAPI: Sendable {
    /// Bounds of what a client may send, in bytes.
    package struct Limits: Sendable {
        package var body: Int
        /// Of `/config`.
        package var configuration: Int

        package init(body: Int, configuration: Int) {
            self.body = body
            self.configuration = configuration
        }
    }

    private let service: ConfigurationService
    private let facts: NodeFacts
    private let upstreams: any UpstreamHealth
    private let cache: any CachedResponses
    private let schemas: any RecordSchemaChecks
    private let requests: any RequestMetrics
    private let limits: Limits
    private let tellsLatency: Bool
    private let logger: Logger

    /// - Parameters:
    ///   - upstreams: Tells how upstreams are; the default is a node that proxies to none.
    ///   - cache: What `proxy-cache` keeps.
    ///   - schemas: What plugins hold records against.
    ///   - requests: What the plugin `prometheus` counts.
    ///   - tellsLatency: Whether answers tell how many milliseconds they took.
    package init(
        service: ConfigurationService, facts: NodeFacts, upstreams: any UpstreamHealth = UnusedUpstreams(),
        cache: any CachedResponses = NoCachedResponses(), schemas: any RecordSchemaChecks = NoRecordSchemas(),
        requests: any RequestMetrics = NoRequestMetrics(), limits: Limits, tellsLatency: Bool = true, logger: Logger
    ) {
        self.service = service
        self.facts = facts
        self.upstreams = upstreams
        self.cache = cache
        self.schemas = schemas
        self.requests = requests
        self.limits = limits
        self.tellsLatency = tellsLatency
        self.logger = logger
    }

    /// The handler for the Admin API's servers. To be made for each loop.
    package func application() -> WebApplication {
        WebApplication(name: "admin", routes: routes, behaviour: behaviour(maximumBody: limits.body), logger: logger)
    }

    /// The handler for the status API's servers: what may be asked without the right to change anything.
    package func statusApplication() -> WebApplication {
        var routes = WebRoutes()
        StatusEndpoints(service: service, facts: facts).add(to: &routes)
        ReadinessEndpoints(service: service, facts: facts).add(to: &routes)
        metrics.add(to: &routes)
        return WebApplication(
            name: "status", routes: routes, behaviour: behaviour(maximumBody: 1 << 12), logger: logger)
    }

    /// The patterns of all paths, as `/endpoints` tells them.
    package var paths: [String] { routes.patterns }

    private var routes: WebRoutes {
        var routes = WebRoutes()
        for definition in service.schema.definitions where definition.paths == .own {
            EntityEndpoints(definition: definition, service: service).add(to: &routes)
            for (field, collection) in definition.references {
                guard let parent = service.schema.definition(collection) else { continue }
                ChildEndpoints(child: definition, field: field, parent: parent, service: service).add(to: &routes)
                ForeignEndpoints(holder: definition, field: field, foreign: parent, service: service).add(to: &routes)
            }
        }
        TargetEndpoints(service: service).add(to: &routes)
        UpstreamHealthEndpoints(service: service, facts: facts, health: upstreams).add(to: &routes)
        ConsumerGroupEndpoints(service: service).add(to: &routes)
        TagEndpoints(service: service).add(to: &routes)
        SchemaEndpoints(schema: service.schema).add(to: &routes)
        ConfigEndpoints(service: service, maximumBody: limits.configuration).add(to: &routes)
        StatusEndpoints(service: service, facts: facts).add(to: &routes)
        NodeEndpoints(service: service, facts: facts).add(to: &routes)
        metrics.add(to: &routes)
        ClusterEndpoints(facts: facts).add(to: &routes)
        SchemaRegistryEndpoints(schemas: schemas).add(to: &routes)
        LogLevelEndpoints(logger: logger).add(to: &routes)
        CacheEndpoints.add(to: &routes)
        ProxyCacheEndpoints(service: service, cache: cache).add(to: &routes)
        // The last, for it lists them all.
        EndpointList.add(to: &routes)
        return routes
    }

    private var metrics: MetricsEndpoints {
        MetricsEndpoints(
            service: service, facts: facts, upstreams: upstreams, schemas: schemas, requests: requests, logger: logger)
    }

    private func behaviour(maximumBody: Int) -> WebApplication.Behaviour {
        let logger = logger
        let tellsLatency = tellsLatency
        let server = "sluice/\(facts.version)"
        return WebApplication.Behaviour(
            maximumBody: maximumBody,
            answer: { error, path, id in AdminErrors.answer(error, path: path, request: id, logger) },
            finish: { response, _, elapsed in
                response.fields += [
                    ("Server", server), ("Access-Control-Allow-Origin", "*"),
                    ("Access-Control-Allow-Credentials", "true"),
                ]
                if tellsLatency { response.fields.append(("X-Kong-Admin-Latency", "\(elapsed)")) }
            })
    }
}
