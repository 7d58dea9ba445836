internal import JSON
internal import SchemaLanguages

/// What is there.
extension RegistryBench {
    /// The names of subjects that begin with `prefix`, in their order.
    func subjects(prefix: String = "", _ filter: DeletionFilter = .live) -> [String] {
        state.subjects.filter { name, entries in
            guard name.hasPrefix(prefix) else { return false }
            // A subject is deleted when none of its versions is left.
            let isDeleted = entries.allSatisfy(\.isDeleted)
            return filter.includes(isDeleted: isDeleted)
        }.keys.sorted()
    }

    func versions(_ subject: String, _ filter: DeletionFilter = .live) throws(RegistryError) -> [Int] {
        let entries = state.entries(subject, filter)
        guard !entries.isEmpty else { throw .subjectNotFound(subject) }
        return entries.map(\.version)
    }

    func schema(
        _ subject: String, _ selector: VersionSelector, _ filter: DeletionFilter = .live
    ) throws(RegistryError) -> RegisteredSchema {
        guard !state.entries(subject, filter).isEmpty else { throw .subjectNotFound(subject) }
        guard let entry = state.entry(subject, selector, filter), let schema = state.schema(entry, of: subject) else {
            if case .number(let version) = selector { throw .versionNotFound(version) }
            throw .subjectNotFound(subject)
        }
        return schema
    }

    /// The newest version of a subject whose metadata has all these properties.
    func latest(
        _ subject: String, having properties: [String: String], _ filter: DeletionFilter = .live
    ) throws(RegistryError) -> RegisteredSchema {
        let entries = state.entries(subject, filter)
        guard !entries.isEmpty else { throw .subjectNotFound(subject) }
        for entry in entries.reversed() {
            guard let schema = state.schema(entry, of: subject) else { continue }
            let own = schema.content.metadata?["properties"]
            if properties.allSatisfy({ own?[$0.key]?.stringValue == $0.value }) { return schema }
        }
        throw .schemaNotFound
    }

    /// The versions of all subjects that begin with `prefix`, by subject and version.
    func schemas(
        prefix: String = "", latestOnly: Bool = false, _ filter: DeletionFilter = .live, offset: Int = 0,
        limit: Int = .max
    ) throws(RegistryError) -> [RegisteredSchema] {
        var found: [RegisteredSchema] = []
        var size = 0
        var skipped = 0
        for subject in state.subjects.keys.filter({ $0.hasPrefix(prefix) }).sorted() {
            let entries = state.entries(subject, filter)
            for entry in latestOnly ? Array(entries.suffix(1)) : entries {
                guard found.count < limit else { return found }
                if skipped < offset {
                    skipped += 1
                } else if let schema = state.schema(entry, of: subject) {
                    found.append(schema)
                    size += schema.content.size
                    guard size <= limits.listBytes else {
                        throw RegistryError(
                            422,
                            "These schemas have more than \(limits.listBytes) bytes: ask for fewer by offset and limit")
                    }
                }
            }
        }
        return found
    }

    /// The schema of an id; also of one whose versions are all softly deleted.
    func content(id: Int) throws(RegistryError) -> SchemaContent {
        guard let content = state.contents[id] else { throw .schemaNotFound(id: id) }
        return content
    }

    func content(guid: String) throws(RegistryError) -> (id: Int, content: SchemaContent) {
        guard let id = state.id(guid: guid.lowercased()), let content = state.contents[id] else {
            throw RegistryError(40403, "Schema \(guid) not found")
        }
        return (id, content)
    }

    /// A schema's text in a form that its language has besides: `serialized` of Protobuf.
    ///
    /// - Parameter format: Nil: the text as it is kept.
    func text(of content: SchemaContent, format: String?) throws(RegistryError) -> String {
        guard let format else { return content.text }
        guard format == "serialized", content.language == .protobuf else {
            throw RegistryError(422, "The format '\(format)' is not supported for \(content.language.rawValue)")
        }
        let texts = try ReferenceClosure(state: state, limits: limits).texts(content.references, .all)
        do throws(SchemaFault) {
            let compiled = try CompiledSchema(SchemaSource(content.language, content.text, references: texts))
            return compiled.serializedForm ?? content.text
        } catch { throw .invalidSchema(error.message) }
    }

    /// Where an id is registered.
    func places(of id: Int, _ filter: DeletionFilter = .live) throws(RegistryError) -> [SubjectVersion] {
        guard state.contents[id] != nil else { throw .schemaNotFound(id: id) }
        return state.places(of: id, filter)
    }

    /// The ids of the schemas that refer to a version.
    func referrers(
        _ subject: String, _ selector: VersionSelector, _ filter: DeletionFilter = .live
    ) throws(RegistryError) -> [Int] {
        let schema = try schema(subject, selector, .all)
        let ids = state.referrers(of: schema.place, filter).compactMap { place in
            state.entry(place.subject, .number(place.version), .all)?.id
        }
        return Set(ids).sorted()
    }

    /// The highest id that was ever given.
    var highestID: Int { state.highestID }

    /// What is configured for a subject, or for the registry.
    ///
    /// - Parameter inherits: Whether the registry's holds where the subject has none of its own.
    func configuration(_ subject: String?, inherits: Bool = false) throws(RegistryError) -> RegistryConfiguration {
        guard let subject else { return state.configuration }
        guard let own = state.configurations[subject] else {
            guard inherits else { throw .noOwnLevel(subject) }
            return state.configuration
        }
        guard inherits else { return own }
        return RegistryConfiguration(
            level: own.level ?? state.configuration.level, normalizes: own.normalizes ?? state.configuration.normalizes)
    }

    func mode(_ subject: String?, inherits: Bool = false) throws(RegistryError) -> RegistryMode {
        guard let subject else { return state.mode }
        if let own = state.modes[subject] { return own }
        guard inherits else { throw .noOwnMode(subject) }
        return state.mode
    }
}
