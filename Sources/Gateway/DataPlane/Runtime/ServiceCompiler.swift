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

    init(_ configuration: Configuration, _ secrets: Secrets, _ defaults: ServiceTLSDefaults) {
        self.defaults = defaults
        self.configuration = configuration
        self.secrets = secrets
    }

    /// - Throws: A `ModelError` that names the field that cannot work.
    func target(_ entity: Entity) throws(ModelError) -> ServiceTarget {
        let isSecure = ["https", "grpcs"].contains(entity.text("protocol") ?? "http")
        return ServiceTarget(entity, tls: isSecure ? try context(entity) : nil)
    }

    private func context(_ entity: Entity) throws(ModelError) -> TLSContext {
        var identity = defaults.identity
        if let id = entity.reference("client_certificate") {
            let pair = try resolved("certificates", id, field: "client_certificate")
            do throws(TLSError) {
                identity = try TLSIdentity(
                    certificate: pair["cert"]?.stringValue ?? "", key: pair["key"]?.stringValue ?? "")
            } catch { throw Self.problem("client_certificate", error.message) }
        }
        var trust: TLSTrust?
        if entity.fields["tls_verify"] == true {
            var authorities: [String] = []
            for id in entity.fields["ca_certificates"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
                let authority = try resolved("ca_certificates", id, field: "ca_certificates")
                authorities.append(authority["cert"]?.stringValue ?? "")
            }
            trust = TLSTrust(
                authorities: authorities.isEmpty ? defaults.trust.authorities : authorities.joined(separator: "\n"),
                depth: entity.fields["tls_verify_depth"]?.integerValue ?? defaults.trust.depth)
        }
        do throws(TLSError) { return try .client(trust: trust, identity: identity) } catch {
            throw Self.problem("tls_verify", error.message)
        }
    }

    private func resolved(_ collection: String, _ id: String, field: String) throws(ModelError) -> JSONObject {
        guard let entity = configuration.entity(collection, id: id.lowercased()),
            let definition = configuration.schema.definition(collection)
        else { throw Self.problem(field, "there is no such entry in '\(collection)'") }
        do throws(FieldErrors) {
            return try definition.schema.resolvingReferences(in: entity.fields, by: secrets)
        } catch { throw Self.problem(field, error.message) }
    }

    private static func problem(_ field: String, _ message: String) -> ModelError {
        .schemaViolation(FieldErrors([.name(field)], message))
    }
}
