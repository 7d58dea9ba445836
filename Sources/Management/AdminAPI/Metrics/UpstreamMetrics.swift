internal import GatewayModel
internal import GatewayStore
internal import Observability

/// How the targets of upstreams are, as Kong tells it: of each address every state, with 1 at the one it is in.
struct UpstreamMetrics: Sendable {
    let service: ConfigurationService
    let health: any UpstreamHealth

    private static let states = ["healthchecks_off", "healthy", "unhealthy", "dns_error"]

    func write(to metrics: inout MetricsText) async {
        var found: [(upstream: String, target: String, address: String, state: String)] = []
        let configuration = await service.current
        for upstream in configuration.all("upstreams") {
            let name = upstream.text("name") ?? upstream.id
            let targets = configuration.children("targets", where: "upstream", references: upstream.id)
            let report = await health.report(on: upstream, targets: targets)
            let known = Dictionary(report.targets.map { ($0.address, $0) }) { first, _ in first }
            for target in targets {
                guard let text = target.text("target") else { continue }
                let addresses = TargetAddress(text).flatMap { known[$0] }?.addresses ?? []
                for address in addresses {
                    found.append((name, text, "\(address.ip):\(address.port)", Self.state(address.health)))
                }
                if addresses.isEmpty { found.append((name, text, "", "dns_error")) }
            }
        }
        metrics.gauge("kong_upstream_target_health", "Whether an address of a target is in that state: 1 or 0.") {
            for entry in found {
                for state in Self.states {
                    $0.add(
                        state == entry.state ? 1 : 0,
                        [
                            "upstream": entry.upstream, "target": entry.target, "address": entry.address,
                            "state": state, "subsystem": "http",
                        ])
                }
            }
        }
    }

    private static func state(_ health: UpstreamReport.Health) -> String {
        switch health {
        case .healthy: "healthy"
        case .unhealthy: "unhealthy"
        case .unchecked: "healthchecks_off"
        }
    }
}
