/// What is there; answered by the reader's thread.
extension EmbeddedRegistry {
    /// The names of subjects that begin with `prefix`, in their order.
    package nonisolated func subjects(prefix: String = "", _ filter: DeletionFilter = .live) async -> [String] {
        await reader.read { $0.subjects(prefix: prefix, filter) }
    }

    package nonisolated func versions(
        _ subject: String, _ filter: DeletionFilter = .live
    ) async throws(RegistryError) -> [Int] {
        try await reader.read { bench throws(RegistryError) in try bench.versions(subject, filter) }
    }

    package nonisolated func schema(
        _ subject: String, _ selector: VersionSelector, _ filter: DeletionFilter = .live
    ) async throws(RegistryError) -> RegisteredSchema {
        try await reader.read { bench throws(RegistryError) in try bench.schema(subject, selector, filter) }
    }

    /// The newest version of a subject whose metadata has all these properties.
    package nonisolated func latest(
        _ subject: String, having properties: [String: String], _ filter: DeletionFilter = .live
    ) async throws(RegistryError) -> RegisteredSchema {
        try await reader.read { bench throws(RegistryError) in
            try bench.latest(subject, having: properties, filter)
        }
    }

    /// The versions of all subjects that begin with `prefix`, by subject and version.
    package nonisolated func schemas(
        prefix: String = "", latestOnly: Bool = false, _ filter: DeletionFilter = .live, offset: Int = 0,
        limit: Int = .max
    ) async throws(RegistryError) -> [RegisteredSchema] {
        try await reader.read { bench throws(RegistryError) in
            try bench.schemas(prefix: prefix, latestOnly: latestOnly, filter, offset: offset, limit: limit)
        }
    }

    /// The schema of an id; also of one whose versions are all softly deleted.
    package nonisolated func content(id: Int) async throws(RegistryError) -> SchemaContent {
        try await reader.read { bench throws(RegistryError) in try bench.content(id: id) }
    }

    package nonisolated func content(
        guid: String
    ) async throws(RegistryError) -> (id: Int, content: SchemaContent) {
        try await reader.read { bench throws(RegistryError) in try bench.content(guid: guid) }
    }

    /// The text of a schema as clients ask for it.
    ///
    /// - Parameter format: Nil: the text as it is kept.
    package nonisolated func text(
        of content: SchemaContent, format: String?
    ) async throws(RegistryError) -> String {
        try await reader.read { bench throws(RegistryError) in try bench.text(of: content, format: format) }
    }

    /// Where an id is registered.
    package nonisolated func places(
        of id: Int, _ filter: DeletionFilter = .live
    ) async throws(RegistryError) -> [SubjectVersion] {
        try await reader.read { bench throws(RegistryError) in try bench.places(of: id, filter) }
    }

    /// The ids of the schemas that refer to a version.
    package nonisolated func referrers(
        _ subject: String, _ selector: VersionSelector, _ filter: DeletionFilter = .live
    ) async throws(RegistryError) -> [Int] {
        try await reader.read { bench throws(RegistryError) in try bench.referrers(subject, selector, filter) }
    }

    /// The highest id that was ever given.
    package nonisolated var highestID: Int {
        get async { await reader.read { $0.highestID } }
    }

    /// What is configured for a subject, or for the registry.
    ///
    /// - Parameter inherits: Whether the registry's holds where the subject has none of its own.
    package nonisolated func configuration(
        _ subject: String?, inherits: Bool = false
    ) async throws(RegistryError) -> RegistryConfiguration {
        try await reader.read { bench throws(RegistryError) in
            try bench.configuration(subject, inherits: inherits)
        }
    }

    package nonisolated func mode(
        _ subject: String?, inherits: Bool = false
    ) async throws(RegistryError) -> RegistryMode {
        try await reader.read { bench throws(RegistryError) in try bench.mode(subject, inherits: inherits) }
    }

    /// The version of a subject that has this schema, the newest of several.
    package nonisolated func lookUp(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool? = nil, _ filter: DeletionFilter = .live
    ) async throws(RegistryError) -> RegisteredSchema {
        try await reader.read { bench throws(RegistryError) in
            try bench.lookUp(subject, submission, normalizes: normalizes, filter)
        }
    }

    /// Whether a schema could follow the versions that the subject's level names; yes, where there are none.
    package nonisolated func compatibility(
        of submission: SchemaSubmission, in subject: String, normalizes: Bool? = nil
    ) async throws(RegistryError) -> CompatibilityVerdict {
        try await reader.read { bench throws(RegistryError) in
            try bench.compatibility(of: submission, in: subject, normalizes: normalizes)
        }
    }

    /// Whether a schema could follow one version. Yes, where the latest is meant and there is none.
    package nonisolated func compatibility(
        of submission: SchemaSubmission, in subject: String, with selector: VersionSelector, normalizes: Bool? = nil
    ) async throws(RegistryError) -> CompatibilityVerdict {
        try await reader.read { bench throws(RegistryError) in
            try bench.compatibility(of: submission, in: subject, with: selector, normalizes: normalizes)
        }
    }
}
