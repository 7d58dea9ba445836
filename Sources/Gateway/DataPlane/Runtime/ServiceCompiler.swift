internal import GatewayModel
internal import JSON
package import TLS

/// What services by TLS use that say nothing else.
package struct ServiceTLSDefaults: Sendable {
    /// Shown to services that ask for a certificate; nil: none.
    package var identity: TLSIdentity?
    /// With what services are verified that name no authorities.
    package var trust = TLSTrust()

    package init() {}
}

/// Makes services' targets, with the TLS that their entities ask for.
struct ServiceCompiler {
    private let configuration: Configuration
    private let secrets: Secrets
    private let defaults: ServiceTLSDefaults
    /// By the name that services have as their host.
    private let upstreams: [String: CompiledUpstream]

    /// - Parameter upstreams: By id.
    init(
        _ configuration: Configuration, _ secrets: Secrets, _ defaults: ServiceTLSDefaults,
        _ upstreams: [String: CompiledUpstream]
    ) {
        self.defaults = defaults
        self.configuration = configuration
        self.secrets = secrets
        self.upstreams = Dictionary(upstreams.values.map { ($0.upstream.plan.name, $0) }) { first, _ in first }
    }

    /// - Parameters:
    ///   - previous: The running services: those that have not changed are taken over.
    ///   - keeps: Whether nothing else has changed that they are made from.
    /// - Throws: A `ModelError` that names the field that cannot work.
    func compile(
        previous: [String: (entity: Entity, target: ServiceTarget)], keeps: Bool
    ) throws(ModelError) -> [String: (entity: Entity, target: ServiceTarget)] {
        var services: [String: (entity: Entity, target: ServiceTarget)] = [:]
        for entity in configuration.all("services") {
            let upstream = entity.text("host").flatMap { upstreams[$0] }
            guard keeps, let known = previous[entity.id], known.entity == entity else {
                services[entity.id] = (entity, try target(entity, upstream))
                continue
            }
            if known.target.upstream === upstream?.upstream {
                services[entity.id] = known
            } else if known.target.fallbackCertificate == Self.certificate(upstream) {
                // With its TLS, and so with its connections.
                services[entity.id] = (entity, target(entity, upstream, tls: known.target.tls))
            } else {
                services[entity.id] = (entity, try target(entity, upstream))
            }
        }
        return services
    }

    private func target(_ entity: Entity, _ upstream: CompiledUpstream?) throws(ModelError) -> ServiceTarget {
        let isSecure = ["https", "grpcs"].contains(entity.text("protocol") ?? "http")
        return target(entity, upstream, tls: isSecure ? try context(entity, upstream) : nil)
    }

    private func target(_ entity: Entity, _ upstream: CompiledUpstream?, tls: TLSContext?) -> ServiceTarget {
        ServiceTarget(
            entity, tls: tls, upstream: upstream?.upstream, fallbackCertificate: Self.certificate(upstream))
    }

    private static func certificate(_ upstream: CompiledUpstream?) -> String? {
        upstream?.entity.reference("client_certificate")
    }

    /// The pair that `client_certificate` names, of a service or an upstream.
    static func identity(
        _ entity: Entity, _ configuration: Configuration, _ secrets: Secrets
    ) throws(ModelError) -> TLSIdentity? {
        guard let id = entity.reference("client_certificate") else { return nil }
        let pair = try resolved("certificates", id, field: "client_certificate", configuration, secrets)
        do throws(TLSError) {
            return try TLSIdentity(certificate: pair["cert"]?.stringValue ?? "", key: pair["key"]?.stringValue ?? "")
        } catch { throw problem("client_certificate", error.message) }
    }

    private func context(_ entity: Entity, _ upstream: CompiledUpstream?) throws(ModelError) -> TLSContext {
        var identity = try Self.identity(entity, configuration, secrets)
        if identity == nil, let upstream { identity = try Self.identity(upstream.entity, configuration, secrets) }
        identity = identity ?? defaults.identity
        var options = TLSOptions()
        // Other services are spoken to by HTTP/1.1.
        if entity.text("protocol") == "grpcs" { options.protocols = ["h2"] }
        var trust: TLSTrust?
        if entity.fields["tls_verify"] == true {
            var authorities: [String] = []
            for id in entity.fields["ca_certificates"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
                let authority = try Self.resolved(
                    "ca_certificates", id, field: "ca_certificates", configuration, secrets)
                authorities.append(authority["cert"]?.stringValue ?? "")
            }
            trust = TLSTrust(
                authorities: authorities.isEmpty ? defaults.trust.authorities : authorities.joined(separator: "\n"),
                depth: entity.fields["tls_verify_depth"]?.integerValue ?? defaults.trust.depth)
        }
        do throws(TLSError) { return try .client(options, trust: trust, identity: identity) } catch {
            throw Self.problem("tls_verify", error.message)
        }
    }

    private static func resolved(
        _ collection: String, _ id: String, field: String, _ configuration: Configuration, _ secrets: Secrets
    ) throws(ModelError) -> JSONObject {
        guard let entity = configuration.entity(collection, id: id.lowercased()),
            let definition = configuration.schema.definition(collection)
        else { throw problem(field, "there is no such entry in '\(collection)'") }
        do throws(FieldErrors) {
            return try definition.schema.resolvingReferences(in: entity.fields, by: secrets)
        } catch { throw problem(field, error.message) }
    }

    private static func problem(_ field: String, _ message: String) -> ModelError {
        .schemaViolation(FieldErrors([.name(field)], message))
    }
}
