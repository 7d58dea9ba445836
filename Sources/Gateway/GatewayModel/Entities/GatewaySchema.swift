package import JSON

/// Everything that can be configured: the kinds of entities, and the plugins that may be used.
package struct GatewaySchema: Sendable {
    /// By collection, in the order in which they are loaded: what is referenced first.
    package let definitions: [EntityDefinition]
    /// Usable plugins by name.
    package let plugins: [String: PluginSchema]
    private let byName: [String: EntityDefinition]

    package init(plugins: [PluginSchema]) {
        definitions = [
            .certificate, .sni, .caCertificate, .service, .route, .consumer, .plugin,
        ]
        self.plugins = Dictionary(plugins.map { ($0.name, $0) }) { first, _ in first }
        byName = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The kind of entity with that collection's name.
    package func definition(_ collection: String) -> EntityDefinition? { byName[collection] }

    /// Kinds that reference this one, with the field they do it by.
    package func referencing(_ collection: String) -> [(definition: EntityDefinition, field: String)] {
        definitions.flatMap { definition in
            definition.references.filter { $0.collection == collection }.map { (definition, $0.field) }
        }
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
        var errors = FieldErrors()
        guard let name = input["name"]?.stringValue, let plugin = plugins[name] else {
            if let name = input["name"]?.stringValue {
                return .failure(
                    FieldErrors(
                        ["name"], "plugin '\(name)' not enabled; add it to the 'plugins' configuration property"))
            }
            return definition.schema.complete(input)
        }
        var generic = input
        let given = generic.removeValue(forKey: "config")
        let givenProtocols = generic["protocols"]
        if givenProtocols == nil || givenProtocols?.isNull == true {
            generic["protocols"] = .array(plugin.protocols.map { .string($0) })
        }
        var output: JSONObject = [:]
        switch definition.schema.complete(generic) {
        case .success(let fields): output = fields
        case .failure(let failure): errors.merge(failure)
        }
        for (index, name) in (output["protocols"]?.arrayValue ?? []).enumerated()
        where !plugin.protocols.contains(name.stringValue ?? "") {
            errors.add(["protocols", .index(index)], "expected one of: \(plugin.protocols.joined(separator: ", "))")
        }
        for (field, isAllowed) in [
            ("consumer", plugin.allowsConsumer), ("service", plugin.allowsService), ("route", plugin.allowsRoute),
        ] where !isAllowed && EntityCheck.isSet(output[field]) {
            errors.add([.name(field)], "value must be null")
        }
        let config = Field(.record(plugin.config)).required()
        var configErrors = FieldErrors()
        let completed = config.complete(
            given?.isNull == true ? nil : given, path: ["config"], errors: &configErrors)
        errors.merge(configErrors)
        if !errors.isEmpty { return .failure(errors) }
        output["config"] = completed
        return .success(output)
    }
}
