package import JSON

/// Everything that can be configured: the kinds of entities, and the plugins that may be used.
package struct GatewaySchema: Sendable {
    /// By collection, in the order in which they are loaded: what is referenced first.
    package let definitions: [EntityDefinition]
    /// Usable plugins by name.
    package let plugins: [String: PluginSchema]
    private let byName: [String: EntityDefinition]
    private let referencingByName: [String: [(definition: EntityDefinition, field: String)]]
    private let identifiers: [String: [(path: [String], collection: String)]]
    private let pluginIdentifiers: [String: [(path: [String], collection: String)]]

    /// - Parameter plugins: Those that may be used; the kinds of entities that they bring come with them.
    package init(plugins: [PluginSchema]) {
        self.plugins = Dictionary(plugins.map { ($0.name, $0) }) { first, _ in first }
        var seen: Set<String> = []
        let brought = plugins.filter { seen.insert($0.name).inserted }.flatMap(\.entities)
        let definitions =
            [
                EntityDefinition.vault, .certificate, .sni, .caCertificate, .upstream, .target, .service, .route,
                .consumer, .consumerGroup, .consumerGroupConsumer, .keySet, .key,
            ] + brought + [.plugin]
        self.definitions = definitions
        byName = Dictionary(definitions.map { ($0.name, $0) }) { first, second in
            preconditionFailure("two kinds of entities are called '\(first.name)'")
        }
        var referencing: [String: [(definition: EntityDefinition, field: String)]] = [:]
        for definition in definitions {
            for (field, collection) in definition.references {
                referencing[collection, default: []].append((definition, field))
            }
        }
        referencingByName = referencing
        identifiers = byName.mapValues { $0.schema.identifierPaths() }
        pluginIdentifiers = self.plugins.mapValues { plugin in
            plugin.config.identifierPaths().map { (["config"] + $0.path, $0.collection) }
        }
    }

    /// The kind of entity with that collection's name.
    package func definition(_ collection: String) -> EntityDefinition? { byName[collection] }

    /// Kinds that reference this one, with the field they do it by.
    package func referencing(_ collection: String) -> [(definition: EntityDefinition, field: String)] {
        referencingByName[collection] ?? []
    }

    /// Whether entities of that collection can be written as a list within an entity of this kind.
    func nestsChildren(_ child: EntityDefinition, in definition: EntityDefinition) -> Bool {
        definition.schema.field(child.name) == nil || definition.nameLists.contains { $0.field == child.name }
    }

    /// The fields that an input for this kind is typed and merged by: a plugin's `config` has the plugin's own, and a
    /// vault's that of its kind.
    ///
    /// - Parameter pluginName: The `name` of the plugin, or of the kind of vault.
    package func inputSchema(_ definition: EntityDefinition, pluginName: String?) -> RecordSchema {
        guard let pluginName, let config = configSchema(definition, pluginName) else { return definition.schema }
        var schema = definition.schema
        for index in schema.fields.indices where schema.fields[index].name == "config" {
            schema.fields[index].field.kind = .record(config)
        }
        return schema
    }

    /// What `config` holds in an entity of that name.
    private func configSchema(_ definition: EntityDefinition, _ name: String) -> RecordSchema? {
        switch definition.name {
        case EntityDefinition.plugin.name: plugins[name]?.config
        case EntityDefinition.vault.name: VaultKind.named(name)?.config
        default: nil
        }
    }

    /// Where an entity holds ids of others that are no foreign keys.
    func identifierPaths(_ entity: Entity, _ definition: EntityDefinition) -> [(path: [String], collection: String)] {
        let own = identifiers[definition.name] ?? []
        guard definition.name == EntityDefinition.plugin.name, let name = entity.text("name") else { return own }
        return own + (pluginIdentifiers[name] ?? [])
    }

    /// The vault references that an entity holds, with their places.
    func vaultReferences(_ entity: Entity, _ definition: EntityDefinition) -> [(path: [PathElement], text: String)] {
        inputSchema(definition, pluginName: entity.text("name")).references(in: entity.fields)
    }

    /// Checks an input against a kind of entity, its plugin's schema included, and fills in defaults.
    package func complete(_ input: JSONObject, as definition: EntityDefinition) -> Result<JSONObject, FieldErrors> {
        let (expanded, expansionErrors) = definition.expand(input)
        if !expansionErrors.isEmpty { return .failure(expansionErrors) }
        return switch definition.name {
        case EntityDefinition.plugin.name: completePlugin(expanded, definition)
        case EntityDefinition.vault.name: completeVault(expanded, definition)
        default: definition.schema.complete(expanded).map(definition.finish)
        }
    }
}
