import GatewayModel
import JSON

/// How a difference is told.
struct DifferenceReport {
    let difference: ConfigurationDifference
    let schema: GatewaySchema

    /// For people: a line each, an update's fields below it.
    func text(_ style: TextStyle) -> String {
        var text = ""
        for (definition, entity) in difference.created {
            text += "\(style.green("+ \(definition.singular)")) \(name(of: entity, definition))\n"
        }
        for update in difference.updated {
            text += "\(style.yellow("~ \(update.definition.singular)")) \(name(of: update.entity, update.definition))\n"
            let width = update.fields.map(\.pathText.count).max() ?? 0
            for field in update.fields {
                let path = field.pathText + String(repeating: " ", count: width - field.pathText.count)
                text +=
                    "    \(style.cyan(path))  \(shown(field.before, field)) → \(shown(field.after, field))\n"
            }
        }
        for (definition, entity) in difference.deleted {
            text += "\(style.red("- \(definition.singular)")) \(name(of: entity, definition))\n"
        }
        if difference.isEmpty { return "nothing would change\n" }
        return text
            + "\(difference.created.count) to create, \(difference.updated.count) to update, \(difference.deleted.count) to delete\n"
    }

    var json: JSONValue {
        [
            "created": .array(
                difference.created.map { definition, entity in
                    let record = schema.inputSchema(definition, pluginName: entity.text("name"))
                    var object = head(definition, entity)
                    object["entity"] = .object(record.withoutSecrets(entity.fields))
                    return .object(object)
                }),
            "updated": .array(
                difference.updated.map { update in
                    var object = head(update.definition, update.entity)
                    object["fields"] = .array(
                        update.fields.map { field in
                            [
                                "path": .string(field.pathText),
                                "from": field.isSecret ? Self.secret(field.before) : field.before,
                                "to": field.isSecret ? Self.secret(field.after) : field.after,
                            ]
                        })
                    return .object(object)
                }),
            "deleted": .array(difference.deleted.map { .object(head($0.definition, $0.entity)) }),
        ]
    }

    private func head(_ definition: EntityDefinition, _ entity: Entity) -> JSONObject {
        [
            "collection": .string(definition.name), "id": .string(entity.id),
            "name": .string(name(of: entity, definition)),
        ]
    }

    /// What people call it: its name, or what kind of plugin for whom, or its id.
    private func name(of entity: Entity, _ definition: EntityDefinition) -> String {
        if let nameField = definition.nameField, let name = entity.text(nameField) { return name }
        let own = entity.text("name")
        let parents = definition.references.compactMap { field, _ in
            entity.reference(field).map { "\(field) \(difference.name(of: $0) ?? $0)" }
        }
        if own == nil, parents.isEmpty { return entity.id }
        return [own, parents.isEmpty ? nil : "(\(parents.joined(separator: ", ")))"].compactMap { $0 }
            .joined(separator: " ")
    }

    private static func secret(_ value: JSONValue) -> JSONValue { value.isNull ? .null : "(secret)" }

    private func shown(_ value: JSONValue, _ field: FieldDifference) -> String {
        if field.isSecret { return value.isNull ? "null" : "(secret)" }
        if let id = value.stringValue, let name = difference.name(of: id) { return name }
        let text = value.text
        return text.count > 120 ? text.prefix(119) + "…" : text
    }
}
