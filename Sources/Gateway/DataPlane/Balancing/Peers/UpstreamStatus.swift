internal import EventLoop
package import GatewayModel

/// How an upstream is, to those who look at it.
package struct UpstreamStatus: Sendable {
    package struct Address: Sendable {
        /// As URLs have it: in brackets if of version 6.
        package let ip: String
        package let port: Int
        package let weight: Int
        package let isHealthy: Bool
    }

    package struct Target: Sendable {
        package let address: TargetAddress
        package let weight: Int
        /// The kind of DNS record that its addresses come from.
        package let record: String
        package let addresses: [Address]
    }

    /// Whether anything is checked.
    package let isChecked: Bool
    /// Whether enough of the weight is available.
    package let isHealthy: Bool
    package let targets: [Target]

    init(_ plan: UpstreamPlan, _ addresses: [TargetAddresses], _ table: PeerTable) {
        isChecked = plan.checks.areOn
        let available = table.peers.reduce(0) { $0 + ($1.health.isAvailable ? $1.weight : 0) }
        isHealthy = PeerChooser.isEnough(available, of: table.totalWeight, threshold: plan.checks.threshold)
        targets = zip(plan.targets, addresses).map { target, known in
            Target(
                address: target.address, weight: target.weight, record: known.record,
                addresses: table.peers(of: target.address).map { peer in
                    let host = peer.address.host
                    return Address(
                        ip: peer.address.isIPv6 ? "[\(host)]" : host, port: peer.address.port, weight: peer.weight,
                        isHealthy: peer.health.isAvailable)
                })
        }
    }
}
