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

    package init(plugins: [PluginSchema]) {
        let definitions: [EntityDefinition] = [
            .certificate, .sni, .caCertificate, .service, .route, .consumer, .plugin,
        ]
        self.definitions = definitions
        self.plugins = Dictionary(plugins.map { ($0.name, $0) }) { first, _ in first }
        byName = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
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

    /// The fields that an input for this kind is typed and merged by: a plugin's `config` has the plugin's own.
    package func inputSchema(_ definition: EntityDefinition, pluginName: String?) -> RecordSchema {
        guard definition.name == "plugins", let pluginName, let plugin = plugins[pluginName] else {
            return definition.schema
        }
        var schema = definition.schema
        for index in schema.fields.indices where schema.fields[index].name == "config" {
            schema.fields[index].field.kind = .record(plugin.config)
        }
        return schema
    }

    /// Where an entity holds ids of others that are no foreign keys.
    func identifierPaths(_ entity: Entity, _ definition: EntityDefinition) -> [(path: [String], collection: String)] {
        let own = identifiers[definition.name] ?? []
        guard definition.name == "plugins", let name = entity.text("name") else { return own }
        return own + (pluginIdentifiers[name] ?? [])
    }

    /// Checks an input against a kind of entity, its plugin's schema included, and fills in defaults.
    package func complete(_ input: JSONObject, as definition: EntityDefinition) -> Result<JSONObject, FieldErrors> {
        let (expanded, expansionErrors) = definition.expand(input)
        if !expansionErrors.isEmpty { return .failure(expansionErrors) }
        guard definition.name == "plugins" else { return definition.schema.complete(expanded).map(definition.finish) }
        return completePlugin(expanded, definition)
    }

    private func completePlugin(_ input: JSONObject, _ definition: EntityDefinition) -> Result<JSONObject, FieldErrors>
    {
        var generic = input
        let config = generic.removeValue(forKey: "config")
        guard let name = input["name"]?.stringValue else { return definition.schema.complete(generic) }
        guard let plugin = plugins[name] else {
            return .failure(
                FieldErrors(["name"], "plugin '\(name)' not enabled; add it to the 'plugins' configuration property"))
        }
        if generic["protocols"]?.isNull ?? true {
            generic["protocols"] = .array(plugin.protocols.map { .string($0) })
        }
        var errors = FieldErrors()
        var output = definition.schema.complete(generic, path: [], errors: &errors)
        for (index, value) in (output["protocols"]?.arrayValue ?? []).enumerated() {
            guard let text = value.stringValue, CommonFields.protocols.contains(text) else { continue }
            if !plugin.protocols.contains(text) {
                errors.add(
                    ["protocols", .index(index)], "expected one of: \(plugin.protocols.joined(separator: ", "))")
            }
        }
        for (field, isAllowed) in plugin.scopes where !isAllowed && EntityCheck.isSet(output[field]) {
            errors.add([.name(field)], "value must be null")
        }
        let record = Field(.record(plugin.config)).required()
        output["config"] = record.complete(config?.isNull == true ? nil : config, path: ["config"], errors: &errors)
        let invalid = Set(errors.problems.compactMap { $0.path.first?.text })
        for check in plugin.checks { check.apply(to: output, path: [], invalid: invalid, errors: &errors) }
        return errors.isEmpty ? .success(output) : .failure(errors)
    }
}
