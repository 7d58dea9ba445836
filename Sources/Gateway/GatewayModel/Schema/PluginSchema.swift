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
    package let config: RecordSchema
    /// One or two sentences for the reference page.
    package let summary: String

    package static let httpProtocols = ["grpc", "grpcs", "http", "https"]

    package init(
        name: String, priority: Int, version: String = "0.1.0", protocols: [String] = PluginSchema.httpProtocols,
        allowsService: Bool = true, allowsRoute: Bool = true, allowsConsumer: Bool = true, summary: String = "",
        config: RecordSchema
    ) {
        self.name = name
        self.priority = priority
        self.version = version
        self.protocols = protocols
        self.allowsService = allowsService
        self.allowsRoute = allowsRoute
        self.allowsConsumer = allowsConsumer
        self.summary = summary
        self.config = config
    }

    /// As `/schemas/plugins/{name}` shows it.
    package var description: JSONValue {
        func scope(_ name: String, _ collection: String, _ isAllowed: Bool) -> JSONValue {
            var field: JSONObject = ["type": "foreign", "reference": .string(collection)]
            if !isAllowed { field["eq"] = .null }
            return .object([name: .object(field)])
        }
        return [
            "fields": [
                scope("consumer", "consumers", allowsConsumer),
                scope("service", "services", allowsService),
                scope("route", "routes", allowsRoute),
                [
                    "protocols": [
                        "type": "set", "required": true, "default": .array(protocols.map { .string($0) }),
                        "elements": ["type": "string", "one_of": .array(protocols.map { .string($0) })],
                    ]
                ],
                ["config": ["type": "record", "required": true, "fields": config.description]],
            ],
            "entity_checks": [],
        ]
    }
}
