import GatewayModel
import JSON
import Synchronization

@testable import AdminAPI

/// Somebody who balances over upstreams: names ending in `.test` have two addresses, other names none; all that is not
/// marked is healthy. An upstream without any active or passive check is not checked.
final class WatchedUpstreams: UpstreamHealth {
    /// Unhealthy addresses, as `upstream/ip:port`.
    private let marked = Mutex<Set<String>>([])

    func report(on upstream: Entity, targets: [Entity]) async -> UpstreamReport {
        let marked = marked.withLock { $0 }
        let isChecked =
            upstream.fields["healthchecks"]?["passive"]?["unhealthy"]?["http_failures"]?.integerValue != 0
        var reports: [UpstreamReport.Target] = []
        for target in targets {
            guard let address = target.text("target").flatMap({ TargetAddress($0) }) else { continue }
            let weight = target.fields["weight"]?.integerValue ?? 0
            let addresses = Self.addresses(of: address).map { ip in
                let isDown = marked.contains("\(upstream.id)/\(ip):\(address.port)")
                return UpstreamReport.Address(
                    ip: ip, port: address.port, weight: weight,
                    health: !isChecked ? .unchecked : isDown ? .unhealthy : .healthy)
            }
            reports.append(.init(address, weight: weight, record: "A", addresses: addresses))
        }
        let isUp = reports.contains { $0.addresses.contains { $0.health == .healthy } }
        return UpstreamReport(health: !isChecked ? .unchecked : isUp ? .healthy : .unhealthy, targets: reports)
    }

    func mark(
        _ target: TargetAddress, address: TargetAddress?, of upstream: Entity, isHealthy: Bool
    ) async throws {
        let known = Self.addresses(of: target)
        let meant = address.map { [$0.host] } ?? known
        guard meant.allSatisfy(known.contains), address.map({ $0.port == target.port }) ?? true else {
            throw UpstreamHealthError("no peer found by name '\(target.host)' and address \(meant[0])")
        }
        marked.withLock { marked in
            for ip in meant {
                let place = "\(upstream.id)/\(ip):\(target.port)"
                if isHealthy { marked.remove(place) } else { marked.insert(place) }
            }
        }
    }

    private static func addresses(of target: TargetAddress) -> [String] {
        if !target.isName { return [target.host] }
        return target.host.hasSuffix(".test") ? ["10.0.0.1", "10.0.0.2"] : []
    }
}
