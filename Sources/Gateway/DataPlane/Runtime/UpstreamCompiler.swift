internal import GatewayModel
internal import JSON
internal import Observability
internal import TLS

/// An upstream that runs, and what it was made from.
struct CompiledUpstream: Sendable {
    let entity: Entity
    let targets: [Entity]
    let upstream: Upstream
}

/// Makes upstreams from their entities and targets.
struct UpstreamCompiler {
    private let configuration: Configuration
    private let secrets: Secrets
    private let defaults: ServiceTLSDefaults
    private let logger: Logger

    init(_ configuration: Configuration, _ secrets: Secrets, _ defaults: ServiceTLSDefaults, _ logger: Logger) {
        self.defaults = defaults
        self.configuration = configuration
        self.secrets = secrets
        self.logger = logger
    }

    /// - Parameters:
    ///   - previous: What runs, by id: what has not changed goes on, and what has keeps what is known of its peers.
    ///   - keeps: Whether nothing else has changed that upstreams are made from.
    func compile(
        previous: [String: CompiledUpstream], keeps: Bool
    ) throws(ModelError) -> [String: CompiledUpstream] {
        var compiled: [String: CompiledUpstream] = [:]
        for entity in configuration.all("upstreams") {
            let targets = configuration.children("targets", where: "upstream", references: entity.id)
            let known = previous[entity.id]
            if keeps, let known, known.entity == entity, known.targets == targets {
                compiled[entity.id] = known
                continue
            }
            let plan = UpstreamPlan(entity, targets: targets, checkContext: try checkContext(entity))
            compiled[entity.id] = CompiledUpstream(
                entity: entity, targets: targets, upstream: Upstream(plan, after: known?.upstream, logger: logger))
        }
        return compiled
    }

    /// The TLS of the checks: with the authorities that services have which name none.
    private func checkContext(_ entity: Entity) throws(ModelError) -> TLSContext? {
        let active = HealthChecks(entity.fields["healthchecks"]).active
        guard active.kind.isSecure, active.healthyInterval > 0 || active.unhealthyInterval > 0 else { return nil }
        let identity = try ServiceCompiler.identity(entity, configuration, secrets) ?? defaults.identity
        do throws(TLSError) {
            return try .client(trust: active.verifiesCertificate ? defaults.trust : nil, identity: identity)
        } catch { throw .schemaViolation(FieldErrors(["client_certificate"], error.message)) }
    }
}
