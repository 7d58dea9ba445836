extension EmbeddedRegistry {
    /// Deletes all versions of a subject, softly or, once that is done, for good; their numbers.
    package func deleteSubject(_ subject: String, permanently: Bool) throws(RegistryError) -> [Int] {
        try change { () throws(RegistryError) in try removeSubject(subject, permanently: permanently) }
    }

    private func removeSubject(_ subject: String, permanently: Bool) throws(RegistryError) -> [Int] {
        let all = bench.state.entries(subject, .all)
        guard let last = all.last else { throw .subjectNotFound(subject) }
        try bench.requireWritable(subject)
        let live = all.filter { !$0.isDeleted }
        if permanently {
            guard live.isEmpty else { throw .subjectNotSoftDeleted(subject) }
        } else if live.isEmpty {
            throw .subjectSoftDeleted(subject)
        }
        let gone = permanently ? all : live
        for entry in gone {
            try requireUnreferenced(
                SubjectVersion(subject: subject, version: entry.version), permanently: permanently,
                byOthersThan: subject)
        }
        var events: [RegistryEvent] = []
        if permanently {
            events = all.map { .schemaRemoved(SubjectVersion(subject: subject, version: $0.version)) }
            events.append(.subjectForgotten(subject: subject))
        } else {
            events.append(.subjectDeleted(subject: subject, through: last.version))
        }
        // Whoever makes the subject anew begins with what the registry says.
        if bench.state.configurations[subject] != nil { events.append(.configuration(subject: subject, nil)) }
        if bench.state.modes[subject] != nil { events.append(.mode(subject: subject, nil)) }
        try commit(events)
        return gone.map(\.version)
    }

    /// Deletes one version, softly or, once that is done, for good; its number.
    package func deleteVersion(
        _ subject: String, _ selector: VersionSelector, permanently: Bool
    ) throws(RegistryError) -> Int {
        try change { () throws(RegistryError) in try removeVersion(subject, selector, permanently: permanently) }
    }

    private func removeVersion(
        _ subject: String, _ selector: VersionSelector, permanently: Bool
    ) throws(RegistryError) -> Int {
        guard !bench.state.entries(subject, .all).isEmpty else { throw .subjectNotFound(subject) }
        guard let entry = bench.state.entry(subject, selector, selector == .latest && !permanently ? .live : .all),
            let schema = bench.state.schema(entry, of: subject)
        else {
            if case .number(let version) = selector { throw .versionNotFound(version) }
            throw .subjectNotFound(subject)
        }
        try bench.requireWritable(subject)
        if permanently, !entry.isDeleted { throw .versionNotSoftDeleted(schema.place) }
        if !permanently, entry.isDeleted { throw .versionSoftDeleted(schema.place) }
        try requireUnreferenced(schema.place, permanently: permanently)
        let softly = RegisteredSchema(place: schema.place, id: schema.id, content: schema.content, isDeleted: true)
        try commit([permanently ? .schemaRemoved(schema.place) : .schema(softly)])
        return entry.version
    }

    /// What was softly deleted may still be read by its id, and needs what it refers to.
    private func requireUnreferenced(
        _ place: SubjectVersion, permanently: Bool, byOthersThan subject: String? = nil
    ) throws(RegistryError) {
        let referrers = bench.state.referrers(of: place, permanently ? .all : .live)
        if let other = referrers.first(where: { $0.subject != subject }) { throw .referenced(place, by: other) }
    }
}
