package import GatewayModel
internal import JSON

/// How upstreams are: told by the data plane that balances over their targets.
package protocol UpstreamHealth: Sendable {
    /// How an upstream and its targets are now.
    ///
    /// - Parameter targets: Those that are configured. A target that the report leaves out has no address.
    func report(on upstream: Entity, targets: [Entity]) async -> UpstreamReport

    /// Marks a target's addresses as healthy or unhealthy, as if checks had found it out.
    ///
    /// - Parameters:
    ///   - target: Where it is.
    ///   - address: The one of its addresses that is meant; nil for all.
    /// - Throws: An `UpstreamHealthError` where there is nothing to mark.
    func mark(_ target: TargetAddress, address: TargetAddress?, of upstream: Entity, isHealthy: Bool) async throws
}

/// Why a target cannot be marked.
package struct UpstreamHealthError: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// How an upstream is.
package struct UpstreamReport: Sendable {
    package enum Health: String, Sendable {
        case healthy = "HEALTHY", unhealthy = "UNHEALTHY", unchecked = "HEALTHCHECKS_OFF"
    }

    /// An address that a target stands for.
    package struct Address: Sendable {
        package let ip: String
        package let port: Int
        package let weight: Int
        package let health: Health

        package init(ip: String, port: Int, weight: Int, health: Health) {
            self.ip = ip
            self.port = port
            self.weight = weight
            self.health = health
        }
    }

    package struct Target: Sendable {
        package let address: TargetAddress
        package let weight: Int
        /// The kind of DNS record that its addresses come from, such as `A` or `SRV`.
        package let record: String
        package let addresses: [Address]

        package init(_ address: TargetAddress, weight: Int, record: String, addresses: [Address]) {
            self.address = address
            self.weight = weight
            self.record = record
            self.addresses = addresses
        }
    }

    /// Whether enough of the weight is available; `unchecked` when nothing is checked.
    package let health: Health
    package let targets: [Target]

    package init(health: Health, targets: [Target]) {
        self.health = health
        self.targets = targets
    }
}

/// Nobody balances over the upstreams: targets that are addresses are there, names are looked up by nobody.
package struct UnusedUpstreams: UpstreamHealth {
    package init() {}

    package func report(on upstream: Entity, targets: [Entity]) async -> UpstreamReport {
        UpstreamReport(
            health: .unchecked,
            targets: targets.compactMap { target in
                guard let address = target.text("target").flatMap({ TargetAddress($0) }), !address.isName else {
                    return nil
                }
                let weight = target.fields["weight"]?.integerValue ?? 0
                let found = UpstreamReport.Address(
                    ip: address.host, port: address.port, weight: weight, health: .unchecked)
                return UpstreamReport.Target(address, weight: weight, record: "A", addresses: [found])
            })
    }

    package func mark(
        _ target: TargetAddress, address: TargetAddress?, of upstream: Entity, isHealthy: Bool
    ) async throws {
        throw UpstreamHealthError("Upstream \(upstream.text("name") ?? upstream.id) has no balancer")
    }
}
