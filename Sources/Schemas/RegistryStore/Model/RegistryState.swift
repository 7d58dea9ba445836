/// All that the registry knows: what its events, one after the other, have made of it. A value.
struct RegistryState: Sendable {
    struct Entry: Sendable {
        let version: Int
        let id: Int
        var isDeleted: Bool
    }

    /// Versions in their order; a subject without any is not there.
    private(set) var subjects: [String: [Entry]] = [:]
    private(set) var contents: [Int: SchemaContent] = [:]
    private var ids: [String: Int] = [:]
    private var places: [Int: Set<SubjectVersion>] = [:]
    /// The versions that refer to one.
    private var referrers: [SubjectVersion: Set<SubjectVersion>] = [:]
    private(set) var configuration = RegistryConfiguration.initial
    private(set) var configurations: [String: RegistryConfiguration] = [:]
    private(set) var mode = RegistryMode.readWrite
    private(set) var modes: [String: RegistryMode] = [:]
    /// The highest id ever given: ids are in records, so none is given twice.
    private(set) var highestID = 0
    /// Bytes of all contents.
    private(set) var size = 0

    // MARK: - Changes

    mutating func apply(_ event: RegistryEvent) {
        switch event {
        case .schema(let schema): put(schema)
        case .schemaRemoved(let place): remove(place)
        case .subjectDeleted(let subject, let last):
            guard let entries = subjects[subject] else { return }
            subjects[subject] = entries.map {
                $0.version <= last ? Entry(version: $0.version, id: $0.id, isDeleted: true) : $0
            }
        case .subjectForgotten: return
        case .configuration(let subject?, let value): configurations[subject] = value
        case .configuration(nil, let value): configuration = value ?? .initial
        case .mode(let subject?, let value): modes[subject] = value
        case .mode(nil, let value): mode = value ?? .readWrite
        case .idsGiven(let id): highestID = max(highestID, id)
        }
    }

    private mutating func put(_ schema: RegisteredSchema) {
        remove(schema.place)
        let (subject, version) = (schema.place.subject, schema.place.version)
        let entry = Entry(version: version, id: schema.id, isDeleted: schema.isDeleted)
        var entries = subjects[subject] ?? []
        entries.insert(entry, at: entries.firstIndex { $0.version > version } ?? entries.endIndex)
        subjects[subject] = entries
        if contents[schema.id] == nil {
            contents[schema.id] = schema.content
            size += schema.content.size
        }
        ids[schema.content.guid] = schema.id
        places[schema.id, default: []].insert(schema.place)
        for reference in schema.content.references { referrers[reference.target, default: []].insert(schema.place) }
        highestID = max(highestID, schema.id)
    }

    private mutating func remove(_ place: SubjectVersion) {
        guard var entries = subjects[place.subject],
            let index = entries.firstIndex(where: { $0.version == place.version })
        else { return }
        let id = entries.remove(at: index).id
        subjects[place.subject] = entries.isEmpty ? nil : entries
        guard let content = contents[id] else { return }
        for reference in content.references {
            referrers[reference.target]?.remove(place)
            if referrers[reference.target]?.isEmpty == true { referrers[reference.target] = nil }
        }
        places[id]?.remove(place)
        guard places[id]?.isEmpty == true else { return }
        places[id] = nil
        contents[id] = nil
        ids[content.guid] = nil
        size -= content.size
    }

    // MARK: - Questions

    func entries(_ subject: String, _ filter: DeletionFilter = .live) -> [Entry] {
        (subjects[subject] ?? []).filter { filter.includes(isDeleted: $0.isDeleted) }
    }

    /// The version, if the filter includes it.
    func entry(_ subject: String, _ selector: VersionSelector, _ filter: DeletionFilter = .live) -> Entry? {
        switch selector {
        case .latest: subjects[subject]?.last { filter.includes(isDeleted: $0.isDeleted) }
        case .number(let version):
            subjects[subject]?.first { $0.version == version && filter.includes(isDeleted: $0.isDeleted) }
        }
    }

    func schema(_ entry: Entry, of subject: String) -> RegisteredSchema? {
        contents[entry.id].map {
            RegisteredSchema(
                place: SubjectVersion(subject: subject, version: entry.version), id: entry.id, content: $0,
                isDeleted: entry.isDeleted)
        }
    }

    /// The id of a content that is registered somewhere.
    func id(of content: SchemaContent) -> Int? { ids[content.guid] }

    func id(guid: String) -> Int? { ids[guid] }

    func isDeleted(_ place: SubjectVersion) -> Bool {
        subjects[place.subject]?.first { $0.version == place.version }?.isDeleted ?? true
    }

    /// Where an id is registered, by subject and version.
    func places(of id: Int, _ filter: DeletionFilter = .live) -> [SubjectVersion] {
        ordered(places[id] ?? [], filter)
    }

    /// The versions that refer to one, by subject and version.
    func referrers(of place: SubjectVersion, _ filter: DeletionFilter = .live) -> [SubjectVersion] {
        ordered(referrers[place] ?? [], filter)
    }

    private func ordered(_ places: Set<SubjectVersion>, _ filter: DeletionFilter) -> [SubjectVersion] {
        places.filter { filter.includes(isDeleted: isDeleted($0)) }
            .sorted { ($0.subject, $0.version) < ($1.subject, $1.version) }
    }

    /// The subject's own level, or the registry's.
    func level(of subject: String) -> CompatibilityLevel {
        configurations[subject]?.level ?? configuration.level ?? .backward
    }

    func normalizes(_ subject: String) -> Bool {
        configurations[subject]?.normalizes ?? configuration.normalizes ?? false
    }

    func mode(of subject: String) -> RegistryMode {
        mode == .readOnlyOverride ? mode : modes[subject] ?? mode
    }
}
