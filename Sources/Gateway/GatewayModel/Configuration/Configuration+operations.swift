internal import Bytes
internal import Cryptography
package import JSON

/// What an operation did, for whoever stores it.
package struct ConfigurationChange: Sendable {
    package enum Step: Sendable {
        case put(collection: String, Entity)
        case delete(collection: String, id: String)
    }

    package var steps: [Step] = []

    package init() {}
}

/// Times come from the caller, in seconds since 1970.
extension Configuration {
    /// Adds an entity.
    package mutating func create(
        _ definition: EntityDefinition, _ input: JSONObject, now: Int, change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var input = try resolvingReferences(input, definition)
        let id = try takeID(&input)
        if let id, entity(definition.name, id: id) != nil { throw .primaryKeyViolation(id: id) }
        let created = input["created_at"]?.integerValue ?? now
        let fields = try complete(input, definition)
        return try store(
            fields, id: id ?? UUID.v4(), created: created, updated: input["updated_at"]?.integerValue ?? now,
            definition, change: &change)
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
        } else {
            throw .invalidPrimaryKey(["id": "expected a valid UUID"])
        }
        let created = existing?.fields["created_at"]?.integerValue ?? input["created_at"]?.integerValue ?? now
        let fields = try complete(input, definition)
        return try store(fields, id: id, created: created, updated: now, definition, change: &change)
    }

    /// Changes the fields that are mentioned; nested records are merged, null clears.
    package mutating func update(
        _ definition: EntityDefinition, key: String, _ patch: JSONObject, now: Int, change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        guard let existing = find(definition, key) else { throw .notFound() }
        var patch = try resolvingReferences(patch, definition)
        if let id = try takeID(&patch), id != existing.id {
            throw .schemaViolation(FieldErrors(["id"], "cannot be changed"))
        }
        let (expanded, errors) = definition.expand(patch)
        if !errors.isEmpty { throw .schemaViolation(errors) }
        var merged = existing.fields
        let otherPlugin =
            definition.name == "plugins" && expanded["name"].map { $0 != existing.fields["name"] } ?? false
        if otherPlugin { merged["config"] = nil }
        for (name, value) in expanded { merged[name] = Self.merge(merged[name], value, definition.schema.field(name)) }
        for automatic in ["id", "created_at", "updated_at"] { merged.removeValue(forKey: automatic) }
        let created = existing.fields["created_at"]?.integerValue ?? now
        let fields = try complete(merged, definition)
        return try store(fields, id: existing.id, created: created, updated: now, definition, change: &change)
    }

    /// Records merge, maps and lists are replaced; a plugin's `config` is a record.
    private static func merge(_ old: JSONValue?, _ new: JSONValue, _ field: Field?) -> JSONValue {
        guard let field, let oldObject = old?.objectValue, let newObject = new.objectValue else { return new }
        switch field.kind {
        case .record, .map: break
        default: return new
        }
        var merged = oldObject
        for (name, value) in newObject {
            if case .record(let schema) = field.kind {
                merged[name] = merge(merged[name], value, schema.field(name))
            } else if let inner = value.objectValue, let before = merged[name]?.objectValue {
                // Within a plugin's configuration the plugin's schema would tell; objects there are records.
                merged[name] = mergeObjects(before, inner)
            } else {
                merged[name] = value
            }
        }
        return .object(merged)
    }

    private static func mergeObjects(_ old: JSONObject, _ new: JSONObject) -> JSONValue {
        var merged = old
        for (name, value) in new {
            if let inner = value.objectValue, let before = merged[name]?.objectValue {
                merged[name] = mergeObjects(before, inner)
            } else {
                merged[name] = value
            }
        }
        return .object(merged)
    }

    /// Removes an entity and what goes with it. False when there was none.
    @discardableResult
    package mutating func delete(
        _ definition: EntityDefinition, key: String, change: inout ConfigurationChange
    ) throws(ModelError) -> Bool {
        guard let existing = find(definition, key) else { return false }
        for (child, field) in schema.referencing(definition.name) {
            let children = children(child.name, where: field, references: existing.id)
            if children.isEmpty { continue }
            guard definition.cascades.contains(child.name) else {
                throw .referencedByOthers(child.name, definition.name)
            }
            for entity in children { try delete(child, key: entity.id, change: &change) }
        }
        tables[definition.name]?.remove(existing.id, definition)
        change.steps.append(.delete(collection: definition.name, id: existing.id))
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
        _ fields: JSONObject, id: String, created: Int, updated: Int, _ definition: EntityDefinition,
        change: inout ConfigurationChange
    ) throws(ModelError) -> Entity {
        var fields = fields
        fields["id"] = .string(id)
        fields["created_at"] = .integer(created)
        fields["updated_at"] = .integer(updated)
        let entity = Entity(id: id, fields: fields)
        try checkUnique(entity, definition)
        put(entity, definition)
        change.steps.append(.put(collection: definition.name, entity))
        return entity
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
            let key = object["id"]?.stringValue ?? parent.nameField.flatMap { object[$0]?.stringValue }
            guard let key, object.count == 1 else {
                var errors = FieldErrors()
                for name in object.keys where name != "id" && name != parent.nameField {
                    errors.add([.name(field), .name(name)], "unknown field")
                }
                if key == nil { errors.add([.name(field), "id"], "missing primary key") }
                if errors.isEmpty, let key { errors.add([.name(field)], "name one of id and name, not both: \(key)") }
                throw .schemaViolation(errors)
            }
            if object["id"] != nil, !UUIDText.isValid(key) {
                throw .schemaViolation(FieldErrors([.name(field), "id"], "expected a valid UUID"))
            }
            guard let found = find(parent, key) else {
                throw .foreignKeyViolation(object, collection: collection, field: field)
            }
            output[field] = ["id": .string(found.id)]
        }
        return output
    }

    private func checkUnique(_ entity: Entity, _ definition: EntityDefinition) throws(ModelError) {
        for field in definition.uniqueFields {
            if let value = entity.text(field), let other = tables[definition.name]?.id(where: field, is: value),
                other != entity.id
            {
                throw .uniqueViolation([field: .string(value)])
            }
        }
        guard definition.name == "plugins" else { return }
        // One configuration of a plugin a scope.
        let scope = ["route", "service", "consumer"]
        for other in pluginsSharing(entity, scope: scope) where other.id != entity.id {
            guard other.fields["name"] == entity.fields["name"] else { continue }
            guard scope.allSatisfy({ other.reference($0) == entity.reference($0) }) else { continue }
            var key: JSONObject = [:]
            for name in ["consumer", "name", "route", "service"] { key[name] = entity.fields[name] ?? .null }
            throw .uniqueViolation(key)
        }
    }

    private func pluginsSharing(_ entity: Entity, scope: [String]) -> [Entity] {
        for field in scope {
            if let id = entity.reference(field) { return children("plugins", where: field, references: id) }
        }
        return all("plugins").filter { plugin in scope.allSatisfy { plugin.reference($0) == nil } }
    }
}
