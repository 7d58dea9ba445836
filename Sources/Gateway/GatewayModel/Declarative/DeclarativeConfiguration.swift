internal import Bytes
package import JSON
package import YAML

/// A declarative file: entities of all kinds in one document, children nested or not, as Kong and decK write it.
package enum DeclarativeConfiguration {
    /// Reads YAML or JSON. Ids that are left out are made from the names, as Kong makes them, so that they stay the
    /// same.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970, for entities without times.
    ///   - environment: What decK's `${{ env "DECK_…" }}` stand for; nil: they stand for themselves.
    package static func read(
        _ text: [UInt8], schema: GatewaySchema, now: Int, limits: YAML.Limits = YAML.Limits(),
        environment: [String: String]? = nil
    ) throws(Failure) -> Configuration {
        try document(text, schema: schema, now: now, limits: limits, environment: environment).configuration
    }

    /// Reads a document that is a value already: no places are told.
    package static func read(_ root: JSONValue, schema: GatewaySchema, now: Int) throws(Failure) -> Configuration {
        var reader = DeclarativeReader(schema: schema, now: now, source: .value)
        return try reader.read(root).configuration
    }

    /// Reads YAML or JSON, and what it says beside entities.
    ///
    /// - Parameter keepsPlain: Leaves passwords and the like as they are written, instead of making hashes of them.
    package static func document(
        _ text: [UInt8], schema: GatewaySchema, now: Int, limits: YAML.Limits = YAML.Limits(),
        environment: [String: String]? = nil, keepsPlain: Bool = false
    ) throws(Failure) -> DeclarativeDocument {
        var text = text
        var substitutions: DeckTemplate.Substitutions?
        if let environment {
            do throws(DeckTemplate.Failure) {
                if let filled = try DeckTemplate.fill(text, environment: environment) {
                    (text, substitutions) = (filled.text, filled.substitutions)
                }
            } catch { throw Failure(unreadable: error.message, at: error.location) }
        }
        let (root, form) = try parse(text, limits, substitutions)
        var reader = DeclarativeReader(
            schema: schema, now: now, source: DeclarativeSource(form: form, substitutions: substitutions),
            keepsPlain: keepsPlain)
        return try reader.read(root)
    }

    private static func parse(
        _ text: [UInt8], _ limits: YAML.Limits, _ substitutions: DeckTemplate.Substitutions?
    ) throws(Failure) -> (JSONValue, DeclarativeSource.Form) {
        var jsonError: JSONError?
        let first = text.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d && $0 != 0x09 }
        if first == UInt8(ascii: "{"), text.count <= limits.bytes {
            do throws(JSONError) {
                return (try JSONValue.parse(text.span, maximumDepth: limits.depth), .json(text))
            } catch { jsonError = error }
        }
        do throws(YAMLError) {
            let document = try YAML.parse(text, limits: limits)
            return (document.value, .yaml(document))
        } catch {
            func original(_ location: TextLocation) -> TextLocation { substitutions?.original(location) ?? location }
            // What begins like JSON is taken for a JSON text that went wrong.
            if let jsonError, let offset = jsonError.offset {
                let location = TextLocation.list(of: [offset], in: text.span)[0]
                throw Failure(unreadable: jsonError.message, at: original(location))
            }
            throw Failure(unreadable: error.message, at: error.location.map(original))
        }
    }

    /// The configuration as a document of format 3.0, without what is null by default.
    package static func value(_ configuration: Configuration) -> JSONValue {
        value(configuration.schema, namesParents: false) { configuration.all($0) }
    }

    /// Entities as a document of format 3.0, without what is null by default.
    ///
    /// - Parameters:
    ///   - namesParents: What an entity references is told by its name where it has one, else by its id.
    ///   - entities: Those of a collection.
    package static func value(
        _ schema: GatewaySchema, namesParents: Bool, entities: (String) -> [Entity]
    ) -> JSONValue {
        var root: JSONObject = ["_format_version": "3.0", "_transform": false]
        var names: [String: String] = [:]
        for definition in schema.definitions {
            let found = entities(definition.name)
            if found.isEmpty { continue }
            if namesParents, definition.isNameUnique, let nameField = definition.nameField {
                for entity in found { names[entity.id] = entity.text(nameField).flatMap(asReference) }
            }
            root[definition.name] = .array(
                found.map { entity in
                    let record = schema.inputSchema(definition, pluginName: entity.text("name"))
                    var fields = record.withoutBlanks(entity.fields)
                    // Children are in a collection of their own.
                    for list in definition.nameLists { fields.removeValue(forKey: list.field) }
                    for (field, _) in definition.references {
                        if let id = entity.reference(field) { fields[field] = .string(names[id] ?? id) }
                    }
                    return .object(fields)
                })
        }
        return .object(root)
    }

    /// A name that nobody takes for an id.
    private static func asReference(_ name: String) -> String? { UUIDText.isValid(name) ? nil : name }

    /// As YAML.
    package static func text(_ configuration: Configuration) -> String { YAML.write(value(configuration)) }
}
