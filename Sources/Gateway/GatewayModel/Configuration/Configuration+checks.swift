internal import JSON

/// Rules between entities.
extension Configuration {
    /// Checks a complete entity against all others.
    func check(_ entity: Entity, _ definition: EntityDefinition) throws(ModelError) {
        try checkUnique(entity, definition)
        try checkIdentifiers(entity, definition)
        try checkVaultReferences(entity, definition)
        if definition.name == EntityDefinition.plugin.name { try checkPluginProtocols(entity) }
    }

    private func checkUnique(_ entity: Entity, _ definition: EntityDefinition) throws(ModelError) {
        guard let table = tables[definition.name] else { return }
        for field in definition.uniqueFields {
            if let value = entity.text(field), let other = table.id(where: field, is: value), other != entity.id {
                throw .uniqueViolation([field: .string(value)])
            }
        }
        if table.id(sharingCacheKeyWith: entity, definition) != nil {
            let key = definition.cacheKey.sorted().map { ($0, entity.fields[$0] ?? .null) }
            throw .uniqueViolation(JSONObject(key.filter { !$1.isNull || !definition.optionalKey.contains($0) }))
        }
    }

    /// A plugin whose protocols its route never speaks would never run.
    private func checkPluginProtocols(_ plugin: Entity) throws(ModelError) {
        let protocols = Set(plugin.fields["protocols"]?.arrayValue ?? [])
        func matches(_ route: Entity) -> Bool {
            !protocols.isDisjoint(with: route.fields["protocols"]?.arrayValue ?? [])
        }
        if let id = plugin.reference("route") {
            if let route = entity("routes", id: id), !matches(route) {
                throw .schemaViolation(FieldErrors(["protocols"], "must match the associated route's protocols"))
            }
        } else if let id = plugin.reference("service"), let table = tables["routes"] {
            let routes = table.ids(where: "service", references: id)
            if !routes.isEmpty, !routes.contains(where: { table.byID[$0].map(matches) ?? false }) {
                throw .schemaViolation(
                    FieldErrors(
                        ["protocols"],
                        "must match the protocols of at least one route pointing to this Plugin's service"))
            }
        }
    }

    /// Ids that are no foreign keys must exist all the same: nobody finds out at the first request.
    private func checkIdentifiers(_ entity: Entity, _ definition: EntityDefinition) throws(ModelError) {
        var errors = FieldErrors()
        for (path, collection) in schema.identifierPaths(entity, definition) {
            guard let value = Self.value(entity.fields, path) else { continue }
            let steps = path.map { PathElement.name($0) }
            if let id = value.stringValue, self.entity(collection, id: id.lowercased()) == nil {
                errors.add(steps, "no such entry in '\(collection)': \(id)")
            }
            for (index, element) in (value.arrayValue ?? []).enumerated() {
                guard let id = element.stringValue, self.entity(collection, id: id.lowercased()) == nil else {
                    continue
                }
                errors.add(steps + [.index(index)], "no such entry in '\(collection)': \(id)")
            }
        }
        if !errors.isEmpty { throw .schemaViolation(errors) }
    }

    /// The vaults that references name must exist: nobody finds out when a secret is needed.
    private func checkVaultReferences(_ entity: Entity, _ definition: EntityDefinition) throws(ModelError) {
        var errors = FieldErrors()
        for (path, text) in schema.vaultReferences(entity, definition) {
            guard let reference = VaultReference(text), reference.vault != VaultKind.environment.name,
                find(EntityDefinition.vault.name, where: "prefix", is: reference.vault) == nil
            else { continue }
            errors.add(
                path, "vault '\(reference.vault)' does not exist; use {vault://env/NAME} or the prefix of a vault")
        }
        if !errors.isEmpty { throw .schemaViolation(errors) }
    }

    /// A vault that references name stays, and so does its prefix.
    func checkVaultUnused(_ vault: Entity) throws(ModelError) {
        for definition in schema.definitions {
            for holder in tables[definition.name]?.byID.values.lazy.map({ $0 }) ?? [] {
                for (_, text) in schema.vaultReferences(holder, definition)
                where VaultReference(text)?.vault == vault.text("prefix") {
                    throw .stillReferenced("vault", id: vault.id, by: definition.name, id: holder.id)
                }
            }
        }
    }

    /// What others hold the id of stays.
    func checkNotIdentified(_ entity: Entity, _ definition: EntityDefinition) throws(ModelError) {
        for other in schema.definitions {
            for holder in tables[other.name]?.byID.values.lazy.map({ $0 }) ?? [] {
                for (path, collection) in schema.identifierPaths(holder, other) where collection == definition.name {
                    guard let value = Self.value(holder.fields, path) else { continue }
                    let ids = (value.arrayValue ?? [value]).compactMap { $0.stringValue?.lowercased() }
                    if ids.contains(entity.id) {
                        throw .stillReferenced(definition.singular, id: entity.id, by: other.name, id: holder.id)
                    }
                }
            }
        }
    }

    private static func value(_ fields: JSONObject, _ path: [String]) -> JSONValue? {
        var value = JSONValue.object(fields)
        for name in path {
            guard let member = value[name] else { return nil }
            value = member
        }
        return value
    }
}
