internal import SchemaLanguages

extension EmbeddedRegistry {
    /// Registers a schema as the next version of a subject, or finds it there.
    ///
    /// - Parameter normalizes: nil: as is configured for the subject.
    package nonisolated func register(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool? = nil
    ) async throws(RegistryError) -> RegisteredSchema {
        // What is there needs no right to write, and waits for nobody who does.
        let known = try await reader.read { bench throws(RegistryError) in
            try bench.checkName(subject)
            let content = try bench.content(submission, of: subject, normalizes: normalizes)
            return bench.existing(content, in: subject, submission.version)
        }
        if let known, submission.id ?? known.id == known.id { return known }
        return try await add(subject, submission, normalizes: normalizes)
    }

    private func add(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool?
    ) throws(RegistryError) -> RegisteredSchema {
        try change { () throws(RegistryError) in
            try registerNew(subject, submission, normalizes: normalizes)
        }
    }

    private func registerNew(
        _ subject: String, _ submission: SchemaSubmission, normalizes: Bool?
    ) throws(RegistryError) -> RegisteredSchema {
        let content = try bench.content(submission, of: subject, normalizes: normalizes)
        let knownID = bench.state.id(of: content)
        if let known = bench.existing(content, in: subject, submission.version) {
            if let id = submission.id, id != known.id { throw .otherID(known: known.id, given: id) }
            return known
        }
        try bench.requireWritable(subject)
        let isImport = bench.state.mode(of: subject) == .import
        try checkImport(submission, subject, isImport: isImport)
        let schema = try bench.compile(content, .live)
        let id = try id(for: content, knownID, given: submission.id)
        let version = try version(in: subject, given: submission.version, of: id, isImport: isImport)
        if !isImport {
            let verdict = try bench.compare(schema, subject, with: bench.versionsThatCount(subject))
            guard verdict.isCompatible else { throw .incompatible(subject, details: verdict.messages) }
        }
        try checkRoom(for: content, isNew: knownID == nil, subject)
        let registered = RegisteredSchema(
            place: SubjectVersion(subject: subject, version: version), id: id, content: content, isDeleted: false)
        try commit([.schema(registered)])
        bench.keep(schema, id)
        return registered
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
            guard bench.state.highestID < Int(Int32.max) else { throw .notPermitted("all ids are given") }
            return bench.state.highestID + 1
        }
        guard given > 0, given <= Int(Int32.max) else { throw .notPermitted("an id is a number from 1 to 2^31-1") }
        if let known, known != given { throw .otherID(known: known, given: given) }
        if known == nil, bench.state.contents[given] != nil {
            throw .notPermitted("Overwrite new schema with id \(given) is not permitted.")
        }
        return given
    }

    private func version(
        in subject: String, given: Int?, of id: Int, isImport: Bool
    ) throws(RegistryError) -> Int {
        let entries = bench.state.entries(subject, .all)
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
        let entries = bench.state.entries(subject, .all)
        if entries.isEmpty, bench.state.subjects.count >= bench.limits.subjects {
            throw .notPermitted("the registry has \(bench.limits.subjects) subjects, and takes no more")
        }
        guard entries.count < bench.limits.versions else {
            throw .notPermitted("subject \(subject) has \(bench.limits.versions) versions, and takes no more")
        }
        if isNew, bench.state.size + content.size > bench.limits.totalBytes {
            throw .notPermitted("the registry holds \(bench.limits.totalBytes) bytes of schemas, and takes no more")
        }
    }
}
