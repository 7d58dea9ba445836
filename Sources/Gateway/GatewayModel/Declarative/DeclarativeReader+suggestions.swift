internal import Bytes
internal import JSON

/// Tells what somebody may have meant who wrote a name that is not known.
extension DeclarativeReader {
    static let unknownField = "unknown field"

    /// For a problem of the document itself.
    func suggestion(for problem: FieldErrors.Problem) -> String? {
        guard problem.message == Self.unknownField, problem.path.count == 1, case .name(let name)? = problem.path.last
        else { return nil }
        return NearestName.find(name, among: schema.definitions.map(\.name) + DeclarativeHead.metadata)
    }

    /// For a problem of an entity.
    func suggestion(for problem: FieldErrors.Problem, in entry: Entry) -> String? {
        guard case .name(let name)? = problem.path.last else { return nil }
        if problem.message == Self.unknownField {
            return NearestName.find(name, among: names(at: problem.path.dropLast(), of: entry))
        }
        guard problem.path == ["name"], let written = entry.input["name"]?.stringValue else { return nil }
        switch entry.definition.name {
        case EntityDefinition.plugin.name where schema.plugins[written] == nil:
            return NearestName.find(written, among: schema.plugins.keys.sorted())
        case EntityDefinition.vault.name where VaultKind.named(written) == nil:
            return NearestName.find(written, among: VaultKind.all.map(\.name))
        default: return nil
        }
    }

    /// The names that the record at `path` may hold.
    private func names(at path: ArraySlice<PathElement>, of entry: Entry) -> [String] {
        let definition = entry.definition
        let record = schema.inputSchema(definition, pluginName: entry.input["name"]?.stringValue)
        if path.isEmpty {
            let children = schema.referencing(definition.name).map(\.definition)
                .filter { schema.nestsChildren($0, in: definition) }
            let shorthands = definition.name == EntityDefinition.service.name ? ["url"] : []
            return record.fields.map(\.name) + children.map(\.name) + definition.linkLists.map(\.name) + shorthands
        }
        var kind = Field.Kind.record(record)
        for element in path {
            switch (kind, element) {
            case (.record(let record), .name(let name)):
                guard let field = record.field(name) else { return [] }
                kind = field.kind
            case (.array(let field), .index), (.set(let field), .index), (.map(_, let field), .name): kind = field.kind
            default: return []
            }
        }
        guard case .record(let found) = kind else { return [] }
        return found.fields.map(\.name)
    }
}
