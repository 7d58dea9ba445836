internal import Bytes
internal import GatewayModel
internal import JSON
internal import TLS

/// An upstream entity with its targets, compiled: what to choose from, and how.
struct UpstreamPlan: Sendable {
    enum Algorithm: String, Sendable {
        case roundRobin = "round-robin"
        case leastConnections = "least-connections"
        case consistentHashing = "consistent-hashing"
        case latency

        /// Whether it has to be known how many requests each peer has.
        var countsRequests: Bool { self == .leastConnections || self == .latency }
    }

    struct Target: Sendable, Hashable {
        let address: TargetAddress
        let weight: Int
    }

    let id: String
    let name: String
    let algorithm: Algorithm
    /// What is hashed: the first of these that the request has.
    let inputs: [HashInput]
    let slots: Int
    let checks: HealthChecks
    /// What `Host` says to whatever target.
    let hostHeader: String?
    /// Whether `Host` names the host of an SRV record.
    let usesServiceNames: Bool
    /// By what they are called, so that the order in which they were made is of no account.
    let targets: [Target]
    /// How checks by TLS begin; nil where there are none.
    let checkContext: TLSContext?

    /// - Parameter checkContext: Made from the entity's certificate, if its checks use TLS.
    init(_ entity: Entity, targets: [Entity], checkContext: TLSContext? = nil) {
        id = entity.id
        name = entity.text("name") ?? ""
        algorithm = Algorithm(rawValue: entity.text("algorithm") ?? "") ?? .roundRobin
        inputs =
            algorithm == .consistentHashing
            ? [HashInput(entity, "hash_on"), HashInput(entity, "hash_fallback")].compactMap(\.self) : []
        slots = entity.fields["slots"]?.integerValue ?? 10_000
        checks = HealthChecks(entity.fields["healthchecks"])
        hostHeader = entity.text("host_header")
        usesServiceNames = entity.fields["use_srv_name"]?.boolValue ?? false
        self.checkContext = checkContext
        self.targets = targets.compactMap { target in
            guard let address = target.text("target").flatMap({ TargetAddress($0) }) else { return nil }
            return Target(address: address, weight: target.fields["weight"]?.integerValue ?? 100)
        }.sorted { ($0.address.host, $0.address.port) < ($1.address.host, $1.address.port) }
    }
}
