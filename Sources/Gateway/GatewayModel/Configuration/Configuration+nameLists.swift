internal import Cryptography
internal import JSON

/// Fields such as a certificate's `snis`: names of children that live in a collection of their own.
extension Configuration {
    /// Takes what the lists shall be out of the fields, and leaves what they are.
    func takeNameLists(_ fields: inout JSONObject, _ definition: EntityDefinition) -> [String: [String]] {
        var wanted: [String: [String]] = [:]
        for list in definition.nameLists {
            wanted[list.field] = fields[list.field]?.arrayValue?.compactMap(\.stringValue) ?? []
            fields[list.field] = []
        }
        return wanted
    }

    /// Creates the children that are missing and removes those too many.
    mutating func setNameLists(
        _ wanted: [String: [String]], of entity: Entity, _ definition: EntityDefinition, now: Timestamp,
        change: inout ConfigurationChange
    ) throws(ModelError) {
        for list in definition.nameLists {
            guard let child = schema.definition(list.field), let names = wanted[list.field] else { continue }
            for other in children(child.name, where: list.reference, references: entity.id) {
                if let name = other.text(list.nameField), !names.contains(name) {
                    try delete(child, key: other.id, change: &change)
                }
            }
            for name in names {
                if let other = find(child.name, where: list.nameField, is: name) {
                    let parent = other.reference(list.reference) ?? ""
                    if parent == entity.id { continue }
                    throw .schemaViolation(
                        FieldErrors(
                            [.name(list.field)],
                            "\(name) already associated with existing \(definition.singular) '\(parent)'"))
                }
                _ = try create(
                    child, [list.nameField: .string(name), list.reference: ["id": .string(entity.id)]], now: now,
                    change: &change)
            }
            refreshNameList(list, of: definition, id: entity.id, change: &change)
        }
    }

    /// After `entity` came, changed or went: the lists of its parents.
    mutating func refreshNameLists(
        of child: EntityDefinition, _ entity: Entity, change: inout ConfigurationChange
    ) {
        for (field, collection) in child.references {
            guard let parent = schema.definition(collection), let id = entity.reference(field) else { continue }
            for list in parent.nameLists where list.field == child.name && list.reference == field {
                refreshNameList(list, of: parent, id: id, change: &change)
            }
        }
    }

    private mutating func refreshNameList(
        _ list: EntityDefinition.NameList, of definition: EntityDefinition, id: String,
        change: inout ConfigurationChange
    ) {
        guard let parent = entity(definition.name, id: id) else { return }
        let names = children(list.field, where: list.reference, references: id)
            .compactMap { $0.text(list.nameField) }.sorted()
        let value = JSONValue.array(names.map { .string($0) })
        guard parent.fields[list.field] != value else { return }
        var fields = parent.fields
        fields[list.field] = value
        let changed = Entity(id: id, fields: fields)
        put(changed, definition)
        change.steps.append(.put(collection: definition.name, changed))
    }
}
