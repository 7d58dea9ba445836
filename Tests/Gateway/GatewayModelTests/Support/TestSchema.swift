import JSON

@testable import GatewayModel

/// Plugins with a field of every kind, and short ways to entities.
enum TestSchema {
    static let echo = PluginSchema(
        name: "echo", priority: 1, allowsConsumer: false,
        config: RecordSchema(fields: [
            NamedField("text", .string.required()),
            NamedField("count", .integer.default(3).between(1, 10)),
            NamedField("flag", .boolean.default(false)),
            NamedField("words", .array(.string)),
            NamedField("labels", .map(value: .integer)),
            NamedField("secret", .string.referenceable()),
            NamedField("later", .string.unsupported("not honoured yet")),
            NamedField("blocks", .record([NamedField("a", .string)]).unsupported("not honoured yet")),
            NamedField(
                "servers",
                .set(
                    .record([
                        NamedField("host", .string.required()),
                        NamedField("port", .integer.required().between(0, 65535)),
                    ]))),
            NamedField(
                "inner",
                .record([NamedField("deep", .record([NamedField("on", .boolean.default(true))]).required())])
                    .required()),
            NamedField("optional", .record([NamedField("on", .boolean.default(true))])),
            NamedField("security", .record([NamedField("certificate_id", .string.uuid().identifies("certificates"))])),
        ]))

    /// Rules between fields, told under the plugin's own `@entity`.
    static let access = PluginSchema(
        name: "access", priority: 2, protocols: ["http", "https"],
        config: RecordSchema(fields: [
            NamedField("allow", .array(.string)), NamedField("deny", .array(.string)),
        ]),
        checks: [.onlyOneOf(["config.allow", "config.deny"]), .atLeastOneOf(["config.allow", "config.deny"])])

    static let schema = GatewaySchema(plugins: [echo, access, badges])

    static func definition(_ name: String) -> EntityDefinition {
        guard let definition = schema.definition(name) else { preconditionFailure("no \(name)") }
        return definition
    }
}

extension JSONObject {
    /// The object that JSON text holds.
    static func parse(_ text: String) throws -> JSONObject {
        try JSONValue.parse(text: text).objectValue ?? ["not an object": .string(text)]
    }
}

/// A configuration to change, and what the changes were.
struct Workbench {
    var configuration = Configuration(schema: TestSchema.schema)
    var change = ConfigurationChange()

    @discardableResult
    mutating func create(_ collection: String, _ input: JSONObject, now: Timestamp = 1) throws -> Entity {
        try configuration.create(TestSchema.definition(collection), input, now: now, change: &change)
    }

    @discardableResult
    mutating func create(_ collection: String, json: String) throws -> Entity {
        try create(collection, try JSONObject.parse(json))
    }

    @discardableResult
    mutating func upsert(_ collection: String, _ key: String, _ input: JSONObject, now: Timestamp = 1) throws -> Entity
    {
        try configuration.upsert(TestSchema.definition(collection), key: key, input, now: now, change: &change)
    }

    @discardableResult
    mutating func update(_ collection: String, _ key: String, _ patch: JSONObject, now: Timestamp = 1) throws -> Entity
    {
        try configuration.update(TestSchema.definition(collection), key: key, patch, now: now, change: &change)
    }

    @discardableResult
    mutating func delete(_ collection: String, _ key: String) throws -> Bool {
        try configuration.delete(TestSchema.definition(collection), key: key, change: &change)
    }

    /// The steps so far, as `put services` or `delete snis`.
    var steps: [String] {
        change.steps.map {
            switch $0 {
            case .put(let collection, _): "put \(collection)"
            case .delete(let collection, _): "delete \(collection)"
            }
        }
    }

    /// What `work` throws.
    static func error(_ work: () throws -> Void) -> ModelError? {
        do {
            try work()
            return nil
        } catch { return error as? ModelError }
    }
}
