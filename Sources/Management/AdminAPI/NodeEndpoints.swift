internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import System
internal import WebApplication

/// `/` and `/plugins/enabled`: what this node is and can do (reference section 7.9).
struct NodeEndpoints: Sendable {
    let service: ConfigurationService
    let facts: NodeFacts

    func add(to routes: inout WebRoutes) {
        routes.add("/", [.get: root])
        routes.add(
            "/plugins/enabled",
            [
                .get: { _ in
                    .json(["enabled_plugins": .array(service.schema.plugins.keys.sorted().map { .string($0) })])
                }
            ])
    }

    private func root(_ request: WebRequest) async throws -> WebResponse {
        var available: JSONObject = [:]
        for plugin in service.schema.plugins.values.sorted(by: { $0.name < $1.name }) {
            available[plugin.name] = ["version": .string(plugin.version), "priority": .integer(plugin.priority)]
        }
        let used = Set(await service.current.all("plugins").compactMap { $0.text("name") }).sorted()
        let pid = JSONValue.integer(CurrentProcess.identifier)
        return .json([
            "tagline": "Welcome to Sluice", "version": .string(facts.compatibleVersion),
            "sluice_version": .string(facts.version), "edition": "community", "hostname": .string(facts.hostName),
            "node_id": .string(facts.nodeID), "timers": ["running": 0, "pending": 0],
            "plugins": [
                "available_on_server": .object(available), "enabled_in_cluster": .array(used.map { .string($0) }),
            ],
            "lua_version": "none", "configuration": .object(facts.configuration),
            "pids": ["master": pid, "workers": [pid]],
        ])
    }
}
