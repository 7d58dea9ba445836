package import JSON

/// What a plugin is called and how it is configured.
package struct PluginSchema: Sendable {
    package let name: String
    /// Higher runs earlier.
    package let priority: Int
    package let version: String
    /// Those it may be bound to; also the default of `protocols`.
    package let protocols: [String]
    package let allowsService: Bool
    package let allowsRoute: Bool
    package let allowsConsumer: Bool
    package let allowsConsumerGroup: Bool
    package let config: RecordSchema
    /// Rules about the whole entity, its `config` included (`config.allow`): told under the entity's own `@entity`, as
    /// Kong's plugins do. Rules in `config` are told under `config`.
    package let checks: [EntityCheck]
    /// Kinds of entities that the plugin brings, such as credentials: they have paths in the Admin API, places in
    /// declarative files and in the store like all others.
    package let entities: [EntityDefinition]
    /// One or two sentences for the reference page.
    package let summary: String

    package static let httpProtocols = ["grpc", "grpcs", "http", "https"]

    package init(
        name: String, priority: Int, version: String = "0.1.0", protocols: [String] = PluginSchema.httpProtocols,
        allowsService: Bool = true, allowsRoute: Bool = true, allowsConsumer: Bool = true,
        allowsConsumerGroup: Bool = false, summary: String = "", config: RecordSchema, checks: [EntityCheck] = [],
        entities: [EntityDefinition] = []
    ) {
        self.name = name
        self.priority = priority
        self.version = version
        self.protocols = protocols
        self.allowsService = allowsService
        self.allowsRoute = allowsRoute
        self.allowsConsumer = allowsConsumer
        self.allowsConsumerGroup = allowsConsumerGroup
        self.summary = summary
        self.config = config
        self.checks = checks
        self.entities = entities
    }

    /// What a configuration of it may be bound to.
    package var scopes: [(field: String, isAllowed: Bool)] {
        [
            ("consumer", allowsConsumer), ("consumer_group", allowsConsumerGroup), ("service", allowsService),
            ("route", allowsRoute),
        ]
    }

    /// As `/schemas/plugins/{name}` shows it.
    package var description: JSONValue {
        let names = JSONValue.array(protocols.map { .string($0) })
        let scopeFields = scopes.map { scope -> JSONValue in
            var field: JSONObject = ["type": "foreign", "reference": .string(scope.field + "s")]
            if !scope.isAllowed { field["eq"] = .null }
            return .object([scope.field: .object(field)])
        }
        var config: JSONObject = ["type": "record", "required": true, "fields": config.description]
        let checks = self.config.checks.compactMap(\.describedSchema)
        if !checks.isEmpty { config["entity_checks"] = .array(checks) }
        return [
            "fields": .array(
                scopeFields + [
                    [
                        "protocols": [
                            "type": "set", "required": true, "default": names,
                            "elements": ["type": "string", "one_of": names],
                        ]
                    ],
                    ["config": .object(config)],
                ]),
            "entity_checks": .array(self.checks.compactMap(\.describedSchema)),
        ]
    }
}
