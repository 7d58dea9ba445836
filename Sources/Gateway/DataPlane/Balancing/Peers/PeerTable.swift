internal import EventLoop
internal import GatewayModel
internal import Names

/// The peers of an upstream at one moment: a value that loops take over whole.
final class PeerTable: Sendable {
    /// By target, and in an order that does not depend on anything but who they are.
    let peers: [Peer]
    /// Nil but for consistent hashing.
    let ring: HashRing?
    /// Of all peers, healthy or not.
    let totalWeight: Int

    /// - Parameters:
    ///   - addresses: Of each target, in the plan's order.
    ///   - health: What is known of a peer, or a new one's.
    init(_ plan: UpstreamPlan, _ addresses: [TargetAddresses], health: (Peer.Key) -> PeerHealth) {
        var peers: [Peer] = []
        for (target, known) in zip(plan.targets, addresses) {
            for endpoint in known.endpoints {
                let key = Peer.Key(target: target.address, address: endpoint.address)
                peers.append(
                    Peer(
                        key, weight: Self.weight(target, endpoint),
                        serviceHost: plan.usesServiceNames ? endpoint.serviceHost : nil, hostHeader: plan.hostHeader,
                        health: health(key)))
            }
        }
        self.peers = peers
        totalWeight = peers.reduce(0) { $0 + $1.weight }
        ring =
            plan.inputs.isEmpty
            ? nil : HashRing(slots: plan.slots, peers: peers.map { ($0.key.identity, $0.weight) })
    }

    /// SRV records bring their own weights, of which 0 means hardly any; a target of weight 0 gets nothing all the same.
    private static func weight(_ target: UpstreamPlan.Target, _ endpoint: NameAnswer.Endpoint) -> Int {
        guard target.weight > 0, endpoint.serviceHost != nil else { return target.weight }
        return max(1, Int(endpoint.weight))
    }

    func peers(of target: TargetAddress) -> [Peer] { peers.filter { $0.key.target == target } }
}
