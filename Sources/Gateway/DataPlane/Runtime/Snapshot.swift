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
    let plugins: PluginTable
    /// What each compiled plugin was made from, so that the next snapshot can take over what has not changed.
    let compiled: [String: (entity: Entity, configuration: PluginConfiguration)]
    let certificates: [Entity]
    /// The same of services.
    let services: [String: (entity: Entity, target: ServiceTarget)]

    init(
        router: Router, routes: [Route], compiled: [String: (entity: Entity, configuration: PluginConfiguration)],
        certificates: [Entity], services: [String: (entity: Entity, target: ServiceTarget)]
    ) {
        self.router = router
        self.routes = routes
        self.compiled = compiled
        self.certificates = certificates
        self.services = services
        plugins = PluginTable(compiled.values.map(\.configuration))
    }

    /// Nothing configured.
    package static func empty() throws -> Snapshot {
        Snapshot(router: try Router(routes: []), routes: [], compiled: [:], certificates: [], services: [:])
    }

    package var routeCount: Int { routes.count }
    package var pluginCount: Int { plugins.count }
}
