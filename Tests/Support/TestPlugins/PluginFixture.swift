package import GatewayModel
package import JSON
package import Observability
package import PluginKit
internal import Plugins

/// Configurations of bundled plugins, checked as the Admin API checks them.
package enum PluginFixture {
    package static let schema = GatewaySchema(plugins: BundledPlugins.schemas)

    /// The completed `config`, or what is wrong with the entity, each with its path.
    package static func complete(_ plugin: String, _ config: JSONValue) -> Result<JSONObject, FieldErrors> {
        schema.complete(["name": .string(plugin), "config": config], as: definition).map {
            $0["config"]?.objectValue ?? [:]
        }
    }

    /// The completed `config` with these fields laid over `base`.
    package static func config(_ plugin: String, _ base: JSONObject, _ changes: JSONObject = [:]) throws -> JSONObject {
        var config = base
        for (name, value) in changes { config[name] = value }
        return try complete(plugin, .object(config)).get()
    }

    package static var definition: EntityDefinition {
        guard let definition = schema.definition("plugins") else { preconditionFailure("plugins are entities") }
        return definition
    }

    package static func context(
        certificate: @escaping @Sendable (String) throws -> PluginBuildContext.CertificatePair? = { _ in nil },
        authority: @escaping @Sendable (String) throws -> String? = { _ in nil }, logger: Logger = .silent
    ) -> PluginBuildContext {
        PluginBuildContext(
            pluginID: "00000000-0000-4000-8000-000000000001", pluginName: "kafka-upstream", logger: logger,
            certificate: certificate, certificateAuthority: authority)
    }
}
