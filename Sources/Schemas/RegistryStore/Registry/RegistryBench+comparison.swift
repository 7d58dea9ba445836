internal import SchemaLanguages

extension RegistryBench {
    /// Whether a schema could follow the versions that the subject's level names; yes, where there are none.
    mutating func compatibility(
        of submission: SchemaSubmission, in subject: String, normalizes: Bool? = nil
    ) throws(RegistryError) -> CompatibilityVerdict {
        let schema = try compile(try content(submission, of: subject, normalizes: normalizes), .live)
        return try compare(schema, subject, with: versionsThatCount(subject))
    }

    /// Whether a schema could follow one version. Yes, where the latest is meant and there is none.
    mutating func compatibility(
        of submission: SchemaSubmission, in subject: String, with selector: VersionSelector, normalizes: Bool? = nil
    ) throws(RegistryError) -> CompatibilityVerdict {
        let entry = state.entry(subject, selector)
        if case .number(let version) = selector, entry == nil {
            throw state.entries(subject).isEmpty ? .subjectNotFound(subject) : .versionNotFound(version)
        }
        let schema = try compile(try content(submission, of: subject, normalizes: normalizes), .live)
        return try compare(schema, subject, with: entry.map { [$0] } ?? [])
    }

    func versionsThatCount(_ subject: String) -> [RegistryState.Entry] {
        let entries = state.entries(subject)
        return state.level(of: subject).isTransitive ? entries : Array(entries.suffix(1))
    }

    /// From the newest to the oldest.
    mutating func compare(
        _ schema: CompiledSchema, _ subject: String, with entries: [RegistryState.Entry]
    ) throws(RegistryError) -> CompatibilityVerdict {
        let level = state.level(of: subject)
        var check = CompatibilityCheck(level: level, schema: schema)
        guard level != .none else { return check.verdict }
        for entry in entries.reversed() {
            check.compare(with: try compiledSchema(entry.id), version: entry.version)
        }
        return check.verdict
    }

    /// The version of a subject that has this schema, the newest of several.
    func lookUp(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool? = nil, _ filter: DeletionFilter = .live
    ) throws(RegistryError) -> RegisteredSchema {
        guard !state.entries(subject, filter).isEmpty else { throw .subjectNotFound(subject) }
        let content = try content(submission, of: subject, normalizes: normalizes)
        if let id = state.id(of: content),
            let entry = state.entries(subject, filter).last(where: { $0.id == id }),
            let schema = state.schema(entry, of: subject)
        {
            return schema
        }
        // What is no schema is told so, instead of that it was not found.
        _ = try compile(content, .all)
        throw .schemaNotFound
    }

    /// The live version that has this content, the newest of several.
    func existing(
        _ content: SchemaContent, in subject: String, _ version: Int?
    ) -> RegisteredSchema? {
        guard let id = state.id(of: content) else { return nil }
        let entry = state.entries(subject).last { $0.id == id && (version == nil || $0.version == version) }
        return entry.flatMap { state.schema($0, of: subject) }
    }
}
