internal import SchemaLanguages

extension EmbeddedRegistry {
    /// Whether a schema could follow the versions that the subject's level names; yes, where there are none.
    package func compatibility(
        of submission: SchemaSubmission, in subject: String, normalizes: Bool? = nil
    ) throws(RegistryError) -> CompatibilityVerdict {
        let schema = try compile(try content(submission, of: subject, normalizes: normalizes), .live)
        return try compare(schema, subject, with: versionsThatCount(subject))
    }

    /// Whether a schema could follow one version. Yes, where the latest is meant and there is none.
    package func compatibility(
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
    func compare(
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
}
