internal import Bytes
internal import Cryptography
package import JSON

// Times come from the caller. A throw leaves `self` and `change` in an undefined state between the old and the new: work
// on a copy.
extension Configuration {
    /// Adds an entity.
    ///
    /// - Parameter isTransformed: Whether the input is as stored: hashes instead of passwords.
    package mutating func create(
        _ definition: EntityDefinition, _ input: JSONObject, now: Timestamp, isTransformed: Bool = false,
        change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var input = try resolvingReferences(input, definition)
        let id = try takeID(&input)
        if let id, entity(definition.name, id: id) != nil { throw .primaryKeyViolation(id: id) }
        var fields = try complete(input, definition)
        setTime("created_at", of: &fields, now, definition)
        setTime("updated_at", of: &fields, now, definition)
        if !isTransformed { fields = try transformed(fields, given: input, definition) }
        return try store(fields, id: id ?? UUID.v4(), definition, now: now, change: &change)
    }

    /// Creates the entity with that key, or replaces it: what is not mentioned returns to its default.
    ///
    /// - Parameter field: The reference by whose entity the key is a name, where names tell no more than siblings apart.
    package mutating func upsert(
        _ definition: EntityDefinition, key: String, among field: String? = nil, _ input: JSONObject, now: Timestamp,
        change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var input = try resolvingReferences(input, definition)
        let given = try takeID(&input)
        let parent = field.flatMap { input[$0]?["id"]?.stringValue }
        let existing: Entity?
        if let field, let parent, !definition.isNameUnique, !UUIDText.isValid(key) {
            existing = find(definition, key, where: field, references: parent)
        } else {
            existing = find(definition, key)
        }
        let id: String
        if UUIDText.isValid(key) {
            id = key.lowercased()
        } else if definition.isNameUnique || parent != nil, let nameField = definition.nameField {
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
        setTime("created_at", of: &fields, now, definition)
        setTime("updated_at", of: &fields, now, definition)
        fields = try transformed(fields, given: input, definition)
        return try store(fields, id: id, definition, now: now, change: &change)
    }

    /// Changes the fields that are mentioned; nested records are merged, null clears.
    package mutating func update(
        _ definition: EntityDefinition, key: String, _ patch: JSONObject, now: Timestamp,
        change: inout ConfigurationChange
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
        if let name = expanded["name"], name != before["name"], definition.schema.field("config") != nil {
            // Another plugin's or vault's configuration means nothing to this one.
            before["config"] = nil
        }
        let pluginName = expanded["name"]?.stringValue ?? existing.text("name")
        var merged = schema.inputSchema(definition, pluginName: pluginName).merge(before, with: expanded)
        merged.removeValue(forKey: "id")
        merged["created_at"] = existing.fields["created_at"]
        merged.removeValue(forKey: "updated_at")
        var fields = try complete(merged, definition)
        setTime("updated_at", of: &fields, now, definition)
        fields = try transformed(fields, given: expanded, definition)
        return try store(fields, id: existing.id, definition, now: now, change: &change)
    }

    /// Removes an entity and what goes with it. False when there was none.
    @discardableResult
    package mutating func delete(
        _ definition: EntityDefinition, key: String, change: inout ConfigurationChange
    ) throws(ModelError) -> Bool {
        guard let existing = find(definition, key) else { return false }
        try checkNotIdentified(existing, definition)
        if definition.name == EntityDefinition.vault.name { try checkVaultUnused(existing) }
        for (child, field) in schema.referencing(definition.name) {
            let children = children(child.name, where: field, references: existing.id)
            if children.isEmpty { continue }
            guard child.schema.field(field)?.isCascading == true else {
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

    private func transformed(
        _ fields: JSONObject, given input: JSONObject, _ definition: EntityDefinition
    ) throws(ModelError) -> JSONObject {
        guard let transform = definition.transform else { return fields }
        do { return try transform(fields, Set(input.keys)) } catch { throw .schemaViolation(error) }
    }

    private func setTime(
        _ name: String, of fields: inout JSONObject, _ now: Timestamp, _ definition: EntityDefinition
    ) {
        guard fields[name]?.isNull ?? true, let field = definition.schema.field(name) else { return }
        fields[name] = now.value(for: field)
    }

    private mutating func store(
        _ fields: JSONObject, id: String, _ definition: EntityDefinition, now: Timestamp,
        change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var fields = fields
        fields["id"] = .string(id)
        let wanted = takeNameLists(&fields, definition)
        let before = self.entity(definition.name, id: id)
        let entity = Entity(id: id, fields: fields)
        try check(entity, definition)
        if let before, definition.name == EntityDefinition.vault.name, before.text("prefix") != entity.text("prefix") {
            try checkVaultUnused(before)
        }
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
                object = UUIDText.isValid(text) ? ["id": .string(text)] : [Self.key(of: parent): .string(text)]
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
            if name != "id", name != Self.key(of: parent) {
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
        let nameField = Self.key(of: parent)
        guard nameField != "id", let name = reference[nameField]?.stringValue else {
            throw .schemaViolation(FieldErrors([.name(field), "id"], "missing primary key"))
        }
        guard let found = find(parent.name, where: nameField, is: name) else {
            throw .foreignKeyUnresolved(
                field: field, nameField: nameField, value: name, collection: parent.name)
        }
        return found.id
    }

    /// The field that references name an entity by instead of its id.
    private static func key(of parent: EntityDefinition) -> String {
        parent.isNameUnique ? parent.nameField ?? "id" : "id"
    }
}
