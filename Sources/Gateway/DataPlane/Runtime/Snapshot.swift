internal import GatewayModel
internal import PluginKit

/// A configuration compiled for the data plane: immutable, shared by all loops. A request takes what it needs at its
/// start and keeps it to its end.
package final class Snapshot: Sendable {
    struct Route: Sendable {
        let info: RouteInfo
        /// Whether requests may come without TLS.
        let allowsHTTP: Bool
        let httpsRedirectStatus: Int
        /// Whether only gRPC may come by it.
        let isGRPC: Bool
        /// Nil without a service.
        let forwarding: RouteForwarding?
    }

    let router: Router
    let routes: [Route]
    /// The same with what each was made of, so that the next snapshot can take over what has not changed.
    let compiledRoutes: [CompiledRoute]
    let plugins: PluginTable
    /// What each compiled plugin was made from, so that the next snapshot can take over what has not changed.
    let compiled: [String: (entity: Entity, configuration: PluginConfiguration)]
    /// What compiled plugins and services may have been made with besides: certificates, and vaults.
    let shared: [Entity]
    let entities: EntityDirectory
    /// The same of services.
    let services: [String: (entity: Entity, target: ServiceTarget)]
    let identities: IdentityTable
    /// The same of upstreams.
    let upstreams: [String: CompiledUpstream]

    init(
        router: Router, compiledRoutes: [CompiledRoute],
        compiled: [String: (entity: Entity, configuration: PluginConfiguration)],
        shared: [Entity], entities: EntityDirectory, services: [String: (entity: Entity, target: ServiceTarget)],
        identities: IdentityTable, upstreams: [String: CompiledUpstream]
    ) {
        self.upstreams = upstreams
        self.router = router
        self.compiledRoutes = compiledRoutes
        routes = compiledRoutes.map(\.route)
        self.compiled = compiled
        self.shared = shared
        self.entities = entities
        self.services = services
        self.identities = identities
        plugins = PluginTable(compiled.values.map(\.configuration))
    }

    /// Nothing configured.
    package static func empty() throws -> Snapshot {
        let nothing = Configuration(schema: GatewaySchema(plugins: []))
        return Snapshot(
            router: try Router(routes: []), compiledRoutes: [], compiled: [:], shared: [],
            entities: EntityDirectory(nothing),
            services: [:], identities: .empty, upstreams: [:])
    }

    /// The upstream with that id.
    package func upstream(_ id: String) -> Upstream? { upstreams[id]?.upstream }

    package var routeCount: Int { routes.count }
    package var pluginCount: Int { plugins.count }
}
