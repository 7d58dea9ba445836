internal import GatewayModel
internal import GatewayStore
internal import Observability
internal import System

/// The metrics that Kong has of a node, by its names, on which dashboards rely.
struct KongMetrics: Sendable {
    let service: ConfigurationService
    let facts: NodeFacts

    func write(to metrics: inout MetricsText) async {
        let entities = await service.current.entityCount
        let isReachable = await service.isStoreReachable
        let node = facts.nodeID
        metrics.gauge("kong_node_info", "What node this is.") {
            $0.add(1, ["node_id": node, "version": facts.compatibleVersion])
        }
        let proxy = facts.proxy
        metrics.gauge("kong_nginx_connections_total", "Connections of the proxy's listeners, by state.") { family in
            let states = [
                ("accepted", proxy.accepted), ("active", proxy.active), ("handled", proxy.accepted),
                ("reading", max(0, proxy.active - proxy.idle - proxy.writing)), ("total", proxy.requests),
                ("waiting", proxy.idle), ("writing", proxy.writing),
            ]
            for (state, count) in states {
                family.add(count, ["node_id": node, "subsystem": "http", "state": state])
            }
        }
        metrics.counter("kong_nginx_requests_total", "Requests of the proxy's listeners.") {
            $0.add(proxy.requests, ["node_id": node, "subsystem": "http"])
        }
        metrics.gauge("kong_datastore_reachable", "Whether the store of entities answers: 1 or 0.") {
            $0.add(isReachable ? 1 : 0)
        }
        metrics.gauge("kong_db_entities_total", "Entities that are configured.") { $0.add(entities) }
        metrics.gauge(
            "kong_memory_workers_lua_vms_bytes", "Resident memory of the process, where Kong tells that of its workers."
        ) {
            $0.add(
                CurrentProcess.residentBytes,
                ["node_id": node, "pid": String(CurrentProcess.identifier), "kong_subsystem": "http"])
        }
    }
}
