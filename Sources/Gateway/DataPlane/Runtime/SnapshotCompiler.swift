package import GatewayModel
internal import JSON
package import Observability
package import PluginKit
internal import TLS

/// Makes the data plane's snapshot from a configuration. Used off the loops, one call at a time.
package struct SnapshotCompiler: Sendable {
    private let definitions: [String: PluginDefinition]
    private let sources: SecretSources
    private let logger: Logger
    private let serviceTLS: ServiceTLSDefaults

    /// - Parameters:
    ///   - secrets: What vault references stand for.
    ///   - serviceTLS: What services by TLS use that say nothing else.
    package init(
        definitions: [PluginDefinition], secrets: SecretSources,
        serviceTLS: ServiceTLSDefaults = ServiceTLSDefaults(), logger: Logger
    ) {
        self.serviceTLS = serviceTLS
        self.definitions = Dictionary(definitions.map { ($0.schema.name, $0) }) { first, _ in first }
        sources = secrets
        self.logger = logger
    }

    /// - Parameter previous: The running snapshot: plugins whose entity has not changed are taken over.
    /// - Throws: A `ModelError` that names the plugin and field that cannot work.
    package func compile(_ configuration: Configuration, previous: Snapshot) throws(ModelError) -> Snapshot {
        let shared = ["certificates", "ca_certificates", "vaults"].flatMap { configuration.all($0).map(Self.material) }
        let keeps = shared == previous.shared
        let secrets = Secrets(sources, vaults: configuration.all("vaults"))
        let upstreams = try UpstreamCompiler(configuration, secrets, serviceTLS, logger)
            .compile(previous: previous.upstreams, keeps: keeps)
        let services = try ServiceCompiler(configuration, secrets, serviceTLS, upstreams)
            .compile(previous: previous.services, keeps: keeps)
        var compiled: [String: (entity: Entity, configuration: PluginConfiguration)] = [:]
        for entity in configuration.all("plugins") where entity.fields["enabled"]?.boolValue != false {
            if keeps, let known = previous.compiled[entity.id], known.entity == entity {
                compiled[entity.id] = known
            } else {
                compiled[entity.id] = (entity, try compile(entity, in: configuration, secrets))
            }
        }
        let routes: [CompiledRoute]
        do {
            routes = try CompiledRoute.all(configuration.all("routes"), services, previous: previous.compiledRoutes)
        } catch {
            throw .schemaViolation(FieldErrors(["paths"], "\(error)"))
        }
        return Snapshot(
            router: Router(entries: routes.map(\.entries)), compiledRoutes: routes, compiled: compiled,
            shared: shared, entities: EntityDirectory(configuration), services: services,
            identities: try IdentityTable(configuration, secrets, previous: keeps ? previous.identities : nil),
            upstreams: upstreams)
    }

    /// An entity without what nothing is made of: which server names a certificate is for, and when it was changed.
    static func material(_ entity: Entity) -> Entity {
        var fields = entity.fields
        for name in ["snis", "tags", "updated_at"] { fields.removeValue(forKey: name) }
        return Entity(id: entity.id, fields: fields)
    }

    private func compile(
        _ entity: Entity, in configuration: Configuration, _ secrets: Secrets
    ) throws(ModelError) -> PluginConfiguration {
        let name = entity.text("name") ?? ""
        guard let definition = definitions[name] else {
            throw .schemaViolation(FieldErrors(["name"], "plugin '\(name)' not enabled"))
        }
        let context = PluginBuildContext(
            pluginID: entity.id, pluginName: name, logger: logger,
            trustedAuthorities: serviceTLS.trust.authorities,
            certificate: { id in
                guard let pair = try Self.resolved("certificates", id: id, in: configuration, secrets),
                    let certificate = pair["cert"]?.stringValue, let key = pair["key"]?.stringValue
                else { return nil }
                return PluginBuildContext.CertificatePair(certificate: certificate, key: key)
            },
            certificateAuthority: { id in
                try Self.resolved("ca_certificates", id: id, in: configuration, secrets)?["cert"]?.stringValue
            })
        do {
            let config = try definition.schema.config.resolvingReferences(
                in: entity.fields["config"]?.objectValue ?? [:], by: secrets)
            return PluginConfiguration(entity, definition, prepared: try definition.make(config, context))
        } catch let error as PluginBuildError {
            let path: [PathElement] =
                error.field.isEmpty ? [] : error.field.split(separator: ".").map { .name(String($0)) }
            throw .schemaViolation(FieldErrors(["config"] + path, error.message))
        } catch let errors as FieldErrors {
            var all = FieldErrors()
            all.merge(errors, under: ["config"])
            throw .schemaViolation(all)
        } catch {
            throw .schemaViolation(FieldErrors(["config"], "\(error)"))
        }
    }

    private static func resolved(
        _ collection: String, id: String, in configuration: Configuration, _ secrets: Secrets
    ) throws -> JSONObject? {
        guard let entity = configuration.entity(collection, id: id.lowercased()),
            let definition = configuration.schema.definition(collection)
        else { return nil }
        return try definition.schema.resolvingReferences(in: entity.fields, by: secrets)
    }
}
