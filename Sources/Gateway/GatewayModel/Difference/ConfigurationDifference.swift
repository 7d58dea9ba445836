internal import JSON

/// What would change if a node had the entities of a declarative file, and no others.
package struct ConfigurationDifference: Sendable {
    package struct Update: Sendable {
        package let definition: EntityDefinition
        /// As the node has it.
        package let entity: Entity
        package let fields: [FieldDifference]
    }

    package typealias Item = (definition: EntityDefinition, entity: Entity)

    /// In the order of the collections: what is referenced first.
    package private(set) var created: [Item] = []
    package private(set) var updated: [Update] = []
    package private(set) var deleted: [Item] = []

    package var isEmpty: Bool { created.isEmpty && updated.isEmpty && deleted.isEmpty }

    private let schema: GatewaySchema
    private let document: DeclarativeDocument
    /// The node's id of an entity of the file, where that is another one.
    private var nodeIDs: [String: String] = [:]
    /// The node's ids of entities that the file has, or that it would have deleted.
    private var spokenFor: Set<String> = []
    /// Names of entities on either side, by the node's ids where it has them.
    private var names: [String: String] = [:]

    /// Entities are the same when they have the same id, the same unique name, or else what tells them from all others
    /// of their kind, such as a plugin's name and scope. Times do not count, nor ids that the file does not give. With
    /// decK's `select_tags`, entities without these tags are nobody's business.
    ///
    /// - Parameters:
    ///   - document: Read with `keepsPlain`, so that passwords can be compared with hashes that hold the node's ids.
    ///   - entities: The node's, of a collection.
    package init(to document: DeclarativeDocument, from entities: (String) -> [Entity]) {
        self.document = document
        schema = document.configuration.schema
        for definition in schema.definitions { compare(definition, entities(definition.name)) }
    }

    /// The unique name of an entity on either side.
    package func name(of id: String) -> String? { names[id] }

    private mutating func compare(_ definition: EntityDefinition, _ current: [Entity]) {
        let wanted = document.configuration.all(definition.name).map { onNode($0, definition) }
        if definition.isNameUnique, let nameField = definition.nameField {
            for entity in wanted + current { names[entity.id] = entity.text(nameField) }
        }
        let partners = EntityMatch.partners(of: wanted, among: current, definition)
        var kept: Set<String> = []
        for (index, entity) in wanted.enumerated() {
            guard let partner = partners[index] else {
                created.append((definition, entity))
                continue
            }
            kept.insert(partner.id)
            spokenFor.insert(partner.id)
            if partner.id != entity.id { nodeIDs[entity.id] = partner.id }
            let fields = differences(definition, partner, entity)
            if !fields.isEmpty { updated.append(Update(definition: definition, entity: partner, fields: fields)) }
        }
        for entity in current where !kept.contains(entity.id) && isSelected(entity, definition) {
            deleted.append((definition, entity))
            spokenFor.insert(entity.id)
        }
    }

    /// An entity of the file with the node's ids in its references.
    private func onNode(_ entity: Entity, _ definition: EntityDefinition) -> Entity {
        var fields = entity.fields
        for (field, _) in definition.references {
            if let id = entity.reference(field), let nodeID = nodeIDs[id] { fields[field] = ["id": .string(nodeID)] }
        }
        if !document.isTransformed, let transform = definition.transform {
            let given = Set(fields.filter { !$0.value.isNull }.keys)
            // What cannot be transformed is compared as it is.
            do throws(FieldErrors) { fields = try transform(fields, given) } catch {}
        }
        return Entity(id: entity.id, fields: fields)
    }

    private func differences(
        _ definition: EntityDefinition, _ before: Entity, _ after: Entity
    ) -> [FieldDifference] {
        var record = schema.inputSchema(definition, pluginName: after.text("name"))
        let ignored = Set(definition.nameLists.map(\.field) + ["id"])
        record.fields.removeAll { $0.field.isAutomatic || ignored.contains($0.name) }
        let names = Set(record.fields.map(\.name))
        let changes = FieldDifference.all(
            record, before.fields.filter { names.contains($0.key) }, after.fields.filter { names.contains($0.key) })
        guard before.id != after.id, document.writtenIDs.contains(after.id) else { return changes }
        let id = FieldDifference(
            path: ["id"], before: .string(before.id), after: .string(after.id), isSecret: false)
        return [id] + changes
    }

    /// Whether the file speaks for the entity. What has no tags goes with what it references.
    private func isSelected(_ entity: Entity, _ definition: EntityDefinition) -> Bool {
        if document.selectTags.isEmpty { return true }
        if definition.schema.field("tags") != nil { return Set(document.selectTags).isSubset(of: entity.tags) }
        return definition.references.contains { field, _ in
            entity.reference(field).map(spokenFor.contains) ?? false
        }
    }
}
