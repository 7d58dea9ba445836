internal import SchemaLanguages

extension EmbeddedRegistry {
    /// Registers a schema as the next version of a subject, or finds it there.
    ///
    /// - Parameter normalizes: nil: as is configured for the subject.
    package func register(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool? = nil
    ) throws(RegistryError) -> RegisteredSchema {
        try checkName(subject)
        // What is there needs no right to write.
        let content = try content(submission, of: subject, normalizes: normalizes)
        if let known = existing(content, in: subject, submission.version), submission.id ?? known.id == known.id {
            return known
        }
        return try change { () throws(RegistryError) in
            try registerNew(subject, submission, normalizes: normalizes)
        }
    }

    private func registerNew(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool?
    ) throws(RegistryError) -> RegisteredSchema {
        let content = try content(submission, of: subject, normalizes: normalizes)
        let knownID = state.id(of: content)
        if let known = existing(content, in: subject, submission.version) {
            if let id = submission.id, id != known.id { throw .otherID(known: known.id, given: id) }
            return known
        }
        try requireWritable(subject)
        let isImport = state.mode(of: subject) == .import
        try checkImport(submission, subject, isImport: isImport)
        let schema = try compile(content, .live)
        let id = try id(for: content, knownID, given: submission.id)
        let version = try version(in: subject, given: submission.version, of: id, isImport: isImport)
        if !isImport {
            let verdict = try compare(schema, subject, with: versionsThatCount(subject))
            guard verdict.isCompatible else { throw .incompatible(subject, details: verdict.messages) }
        }
        try checkRoom(for: content, isNew: knownID == nil, subject)
        let registered = RegisteredSchema(
            place: SubjectVersion(subject: subject, version: version), id: id, content: content, isDeleted: false)
        try commit([.schema(registered)])
        keep(schema, id)
        return registered
    }

    /// The version of a subject that has this schema, the newest of several.
    package func lookUp(
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

    private func existing(
        _ content: SchemaContent, in subject: String, _ version: Int?
    ) -> RegisteredSchema? {
        guard let id = state.id(of: content) else { return nil }
        let entry = state.entries(subject).last { $0.id == id && (version == nil || $0.version == version) }
        return entry.flatMap { state.schema($0, of: subject) }
    }

    private func checkImport(
        _ submission: SchemaSubmission, _ subject: String, isImport: Bool
    ) throws(RegistryError) {
        if submission.id != nil, !isImport { throw .notPermitted("Subject \(subject) is not in import mode") }
        if submission.id == nil, isImport {
            throw .notPermitted("Subject \(subject) is in import mode: a schema needs its id")
        }
    }

    private func id(for content: SchemaContent, _ known: Int?, given: Int?) throws(RegistryError) -> Int {
        guard let given else {
            if let known { return known }
            guard state.highestID < Int(Int32.max) else { throw .notPermitted("all ids are given") }
            return state.highestID + 1
        }
        guard given > 0, given <= Int(Int32.max) else { throw .notPermitted("an id is a number from 1 to 2^31-1") }
        if let known, known != given { throw .otherID(known: known, given: given) }
        if known == nil, state.contents[given] != nil {
            throw .notPermitted("Overwrite new schema with id \(given) is not permitted.")
        }
        return given
    }

    private func version(
        in subject: String, given: Int?, of id: Int, isImport: Bool
    ) throws(RegistryError) -> Int {
        let entries = state.entries(subject, .all)
        let next = (entries.last?.version ?? 0) + 1
        guard let given else { return next }
        guard given > 0, given <= Int(Int32.max) else { throw .invalidVersion("\(given)") }
        if !isImport, given != next { throw .invalidSchema("Version is not one more than previous version") }
        // Also of what was softly deleted others, softly deleted too, may need the schema as it was.
        if entries.contains(where: { $0.version == given && $0.id != id }) {
            throw .notPermitted("Version \(given) of subject \(subject) is another schema")
        }
        return given
    }

    private func checkRoom(for content: SchemaContent, isNew: Bool, _ subject: String) throws(RegistryError) {
        let entries = state.entries(subject, .all)
        if entries.isEmpty, state.subjects.count >= limits.subjects {
            throw .notPermitted("the registry has \(limits.subjects) subjects, and takes no more")
        }
        guard entries.count < limits.versions else {
            throw .notPermitted("subject \(subject) has \(limits.versions) versions, and takes no more")
        }
        if isNew, state.size + content.size > limits.totalBytes {
            throw .notPermitted("the registry holds \(limits.totalBytes) bytes of schemas, and takes no more")
        }
    }
}
