import AdminAPI
import DataPlane
import GatewayModel

/// Tells the Admin API how upstreams are that this node balances over.
struct NodeUpstreams: UpstreamHealth {
    let runtime: GatewayRuntime

    func report(on upstream: Entity, targets: [Entity]) async -> UpstreamReport {
        guard let running = runtime.snapshot.upstream(upstream.id) else {
            return UpstreamReport(health: .unchecked, targets: [])
        }
        let status = await running.status()
        func health(_ isHealthy: Bool) -> UpstreamReport.Health {
            status.isChecked ? isHealthy ? .healthy : .unhealthy : .unchecked
        }
        return UpstreamReport(
            health: health(status.isHealthy),
            targets: status.targets.map { target in
                UpstreamReport.Target(
                    target.address, weight: target.weight, record: target.record,
                    addresses: target.addresses.map { address in
                        UpstreamReport.Address(
                            ip: address.ip, port: address.port, weight: address.weight,
                            health: health(address.isHealthy))
                    })
            })
    }

    func mark(
        _ target: TargetAddress, address: TargetAddress?, of upstream: Entity, isHealthy: Bool
    ) async throws {
        let name = upstream.text("name") ?? upstream.id
        guard let running = runtime.snapshot.upstream(upstream.id) else {
            throw UpstreamHealthError("Upstream \(name) has no balancer")
        }
        guard await running.status().isChecked else {
            throw UpstreamHealthError("no healthchecker found for \(name)")
        }
        guard running.mark(target, address: address, isHealthy: isHealthy) > 0 else {
            throw UpstreamHealthError(
                "target \(target.host):\(target.port) has no address\(address.map { " \($0.host):\($0.port)" } ?? "")")
        }
    }
}
