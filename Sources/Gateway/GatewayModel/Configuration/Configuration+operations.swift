internal import Bytes
internal import Cryptography
package import JSON

// Times come from the caller, in seconds since 1970. A throw leaves `self` and `change` in an undefined state between
// the old and the new: work on a copy.
extension Configuration {
    /// Adds an entity.
    package mutating func create(
        _ definition: EntityDefinition, _ input: JSONObject, now: Int, change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var input = try resolvingReferences(input, definition)
        let id = try takeID(&input)
        if let id, entity(definition.name, id: id) != nil { throw .primaryKeyViolation(id: id) }
        var fields = try complete(input, definition)
        if fields["created_at"]?.isNull ?? true { fields["created_at"] = .integer(now) }
        if fields["updated_at"]?.isNull ?? true { fields["updated_at"] = .integer(now) }
        return try store(fields, id: id ?? UUID.v4(), definition, now: now, change: &change)
    }

    /// Creates the entity with that key, or replaces it: what is not mentioned returns to its default.
    package mutating func upsert(
        _ definition: EntityDefinition, key: String, _ input: JSONObject, now: Int, change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var input = try resolvingReferences(input, definition)
        let given = try takeID(&input)
        let existing = find(definition, key)
        let id: String
        if UUIDText.isValid(key) {
            id = key.lowercased()
        } else if let nameField = definition.nameField {
            // A name in the path sets that field.
            input[nameField] = .string(key)
            id = existing?.id ?? given ?? UUID.v4()
            if existing == nil, entity(definition.name, id: id) != nil { throw .primaryKeyViolation(id: id) }
        } else {
            throw .invalidPrimaryKey(["id": .string(key)])
        }
        input.removeValue(forKey: "updated_at")
        if let created = existing?.fields["created_at"] { input["created_at"] = created }
        // The names of children stay unless others are given.
        for list in definition.nameLists where input[list.field] == nil {
            input[list.field] = existing?.fields[list.field]
        }
        var fields = try complete(input, definition)
        if fields["created_at"]?.isNull ?? true { fields["created_at"] = .integer(now) }
        fields["updated_at"] = .integer(now)
        return try store(fields, id: id, definition, now: now, change: &change)
    }

    /// Changes the fields that are mentioned; nested records are merged, null clears.
    package mutating func update(
        _ definition: EntityDefinition, key: String, _ patch: JSONObject, now: Int, change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        guard let existing = find(definition, key) else {
            throw .notFound([UUIDText.isValid(key) ? "id" : definition.nameField ?? "id": .string(key)])
        }
        var patch = try resolvingReferences(patch, definition)
        if let id = try takeID(&patch), id != existing.id {
            throw .schemaViolation(FieldErrors(["id"], "immutable field cannot be updated"))
        }
        let (expanded, errors) = definition.expand(patch)
        if !errors.isEmpty { throw .schemaViolation(errors) }
        var before = existing.fields
        if definition.name == "plugins", let name = expanded["name"], name != before["name"] {
            // Another plugin's configuration means nothing to this one.
            before["config"] = nil
        }
        let pluginName = expanded["name"]?.stringValue ?? existing.text("name")
        var merged = schema.inputSchema(definition, pluginName: pluginName).merge(before, with: expanded)
        merged.removeValue(forKey: "id")
        merged["created_at"] = existing.fields["created_at"]
        merged["updated_at"] = .integer(now)
        let fields = try complete(merged, definition)
        return try store(fields, id: existing.id, definition, now: now, change: &change)
    }

    /// Removes an entity and what goes with it. False when there was none.
    @discardableResult
    package mutating func delete(
        _ definition: EntityDefinition, key: String, change: inout ConfigurationChange
    ) throws(ModelError) -> Bool {
        guard let existing = find(definition, key) else { return false }
        try checkNotIdentified(existing, definition)
        for (child, field) in schema.referencing(definition.name) {
            let children = children(child.name, where: field, references: existing.id)
            if children.isEmpty { continue }
            guard definition.cascades.contains(child.name) else {
                throw .referencedByOthers(child.name, definition.name)
            }
            for entity in children { try delete(child, key: entity.id, change: &change) }
        }
        documentHash = nil
        tables[definition.name]?.remove(existing.id, definition)
        change.steps.append(.delete(collection: definition.name, id: existing.id))
        refreshNameLists(of: definition, existing, change: &change)
        return true
    }

    // MARK: - Steps of the above

    private func takeID(_ input: inout JSONObject) throws(ModelError) -> String? {
        guard let given = input.removeValue(forKey: "id"), !given.isNull else { return nil }
        guard let id = given.stringValue, UUIDText.isValid(id) else {
            throw .schemaViolation(
                FieldErrors(["id"], given.stringValue == nil ? "expected a string" : "expected a valid UUID"))
        }
        return id.lowercased()
    }

    private func complete(_ input: JSONObject, _ definition: EntityDefinition) throws(ModelError) -> JSONObject {
        switch schema.complete(input, as: definition) {
        case .success(let fields): return fields
        case .failure(let errors): throw .schemaViolation(errors)
        }
    }

    private mutating func store(
        _ fields: JSONObject, id: String, _ definition: EntityDefinition, now: Int, change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var fields = fields
        fields["id"] = .string(id)
        let wanted = takeNameLists(&fields, definition)
        let before = self.entity(definition.name, id: id)
        let entity = Entity(id: id, fields: fields)
        try check(entity, definition)
        put(entity, definition)
        change.steps.append(.put(collection: definition.name, entity))
        try setNameLists(wanted, of: entity, definition, now: now, change: &change)
        // A child that moved has left its old parent's list.
        if let before { refreshNameLists(of: definition, before, change: &change) }
        refreshNameLists(of: definition, entity, change: &change)
        return self.entity(definition.name, id: id) ?? entity
    }

    /// References become `{"id": …}` of an entity that exists.
    func resolvingReferences(
        _ input: JSONObject, _ definition: EntityDefinition
    ) throws(ModelError) -> JSONObject {
        var output = input
        for (field, collection) in definition.references {
            guard let given = input[field], !given.isNull, let parent = schema.definition(collection) else { continue }
            let object: JSONObject
            if let text = given.stringValue {
                object = UUIDText.isValid(text) ? ["id": .string(text)] : [parent.nameField ?? "id": .string(text)]
            } else if let given = given.objectValue {
                object = given
            } else {
                continue  // The schema says what is wrong.
            }
            output[field] = ["id": .string(try resolve(object, field: field, parent))]
        }
        return output
    }

    private func resolve(
        _ reference: JSONObject, field: String, _ parent: EntityDefinition
    ) throws(ModelError) -> String {
        var errors = FieldErrors()
        for (name, value) in reference {
            if name != "id", name != parent.nameField {
                errors.add([.name(field), .name(name)], "unknown field")
            } else if value.stringValue == nil {
                errors.add([.name(field), .name(name)], "expected a string")
            }
        }
        if !errors.isEmpty { throw .schemaViolation(errors) }
        if let id = reference["id"]?.stringValue {
            guard UUIDText.isValid(id) else {
                throw .schemaViolation(FieldErrors([.name(field), "id"], "expected a valid UUID"))
            }
            guard let found = find(parent, id) else {
                throw .foreignKeyViolation(["id": .string(id)], collection: parent.name, field: field)
            }
            // Who names both means one entity.
            if let nameField = parent.nameField, let name = reference[nameField], name != found.fields[nameField] {
                throw .schemaViolation(
                    FieldErrors([.name(field), .name(nameField)], "does not belong to the entity with this id"))
            }
            return found.id
        }
        guard let nameField = parent.nameField, let name = reference[nameField]?.stringValue else {
            throw .schemaViolation(FieldErrors([.name(field), "id"], "missing primary key"))
        }
        guard let found = find(parent.name, where: nameField, is: name) else {
            throw .foreignKeyUnresolved(
                field: field, nameField: nameField, value: name, collection: parent.name)
        }
        return found.id
    }
}
