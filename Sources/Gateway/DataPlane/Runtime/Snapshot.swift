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
    }

    let router: Router
    let routes: [Route]
    let plugins: PluginTable
    /// What each compiled plugin was made from, so that the next snapshot can take over what has not changed.
    let compiled: [String: (entity: Entity, configuration: PluginConfiguration)]
    let certificates: [Entity]

    init(
        router: Router, routes: [Route], compiled: [String: (entity: Entity, configuration: PluginConfiguration)],
        certificates: [Entity]
    ) {
        self.router = router
        self.routes = routes
        self.compiled = compiled
        self.certificates = certificates
        plugins = PluginTable(compiled.values.map(\.configuration))
    }

    /// Nothing configured.
    package static func empty() throws -> Snapshot {
        Snapshot(router: try Router(routes: []), routes: [], compiled: [:], certificates: [])
    }

    package var routeCount: Int { routes.count }
    package var pluginCount: Int { plugins.count }
}
