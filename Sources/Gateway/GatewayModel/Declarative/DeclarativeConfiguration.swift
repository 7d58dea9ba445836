package import JSON
package import YAML

/// A declarative file: entities of all kinds in one document, children nested or not, as Kong and decK write it.
package enum DeclarativeConfiguration {
    /// Reads YAML or JSON. Ids that are left out are made from the names, as Kong makes them, so that they stay the
    /// same.
    ///
    /// - Parameter now: Seconds since 1970, for entities without times.
    package static func read(
        _ text: [UInt8], schema: GatewaySchema, now: Int, limits: YAML.Limits = YAML.Limits()
    ) throws(Failure) -> Configuration {
        if let root = json(text, limits) {
            do throws(Failure) {
                return try read(root, schema: schema, now: now)
            } catch {
                // JSON is nearly always YAML too, whose reader knows places.
                guard let document = yaml(text, limits) else { throw error }
                return try read(document.value, document: document, schema: schema, now: now)
            }
        }
        let document: YAMLDocument
        do { document = try YAML.parse(text, limits: limits) } catch {
            let message = "failed parsing declarative configuration: \(error)"
            throw Failure(
                problems: [.init(path: [], message: error.message, entity: nil, location: error.location)],
                fields: ["error": .string(message)], flattened: [], unflattenedFields: ["error": .string(message)])
        }
        return try read(document.value, document: document, schema: schema, now: now)
    }

    private static func json(_ text: [UInt8], _ limits: YAML.Limits) -> JSONValue? {
        let first = text.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        guard first == UInt8(ascii: "{"), text.count <= limits.bytes else { return nil }
        do { return try JSONValue.parse(text.span, maximumDepth: limits.depth) } catch { return nil }
    }

    private static func yaml(_ text: [UInt8], _ limits: YAML.Limits) -> YAMLDocument? {
        do { return try YAML.parse(text, limits: limits) } catch { return nil }
    }

    /// Reads a document that is a value already; `document` tells places.
    package static func read(
        _ root: JSONValue, document: YAMLDocument? = nil, schema: GatewaySchema, now: Int
    ) throws(Failure) -> Configuration {
        var reader = DeclarativeReader(schema: schema, now: now)
        return try reader.read(root, document)
    }

    /// The configuration as a document of format 3.0, without what is null by default.
    package static func value(_ configuration: Configuration) -> JSONValue {
        var root: JSONObject = ["_format_version": "3.0", "_transform": false]
        for definition in configuration.schema.definitions {
            let entities = configuration.all(definition.name)
            if entities.isEmpty { continue }
            root[definition.name] = .array(
                entities.map { entity in
                    let schema = configuration.schema.inputSchema(definition, pluginName: entity.text("name"))
                    var fields = schema.withoutBlanks(entity.fields)
                    // Children are in a collection of their own.
                    for list in definition.nameLists { fields.removeValue(forKey: list.field) }
                    for (field, _) in definition.references {
                        if let id = entity.reference(field) { fields[field] = .string(id) }
                    }
                    return .object(fields)
                })
        }
        return .object(root)
    }

    /// As YAML.
    package static func text(_ configuration: Configuration) -> String { YAML.write(value(configuration)) }
}
