internal import Bytes
internal import JSON
internal import SchemaLanguages

/// Asks a registry for schemas, with all that they refer to (reference sections 5.3 and 5.4).
struct SchemaFetcher {
    let caller: RegistryCaller
    let assertsFormats: Bool

    /// A schema may refer to others this deep, and to so many in all.
    private static let mostLevels = 32
    private static let mostReferences = 200
    private static let mostBytes = 4 << 20

    func schema(_ selection: SchemaSelection) async throws(RegistryFailure) -> RegisteredSchema {
        let path = "/subjects/\(Self.encoded(selection.subject))"
        switch selection.version {
        case .latest: return try await read(try await caller.call("GET", "\(path)/versions/latest"), of: selection)
        case .number(let number):
            return try await read(try await caller.call("GET", "\(path)/versions/\(number)"), of: selection)
        case .schema(let language, let text, let registers):
            let body: JSONValue = ["schemaType": .string(language.rawValue), "schema": .string(text)]
            if registers { _ = try await caller.call("POST", "\(path)/versions", body: body) }
            // The answer to a registration tells no version.
            return try await read(try await caller.call("POST", path, body: body), of: selection)
        }
    }

    func schema(id: UInt32) async throws(RegistryFailure) -> RegisteredSchema {
        let document = try await caller.call("GET", "/schemas/ids/\(id)")
        let source = try await source(document, "schema \(id)")
        return try make(subject: nil, version: nil, id: id, document, source)
    }

    private func read(
        _ document: JSONValue, of selection: SchemaSelection
    ) async throws(RegistryFailure) -> RegisteredSchema {
        let place = "subject '\(selection.subject)'"
        guard let id = document["id"]?.integerValue, let id = UInt32(exactly: id) else {
            throw RegistryFailure(.invalidAnswer, "\(place): the registry tells no schema id")
        }
        var assumed = SchemaLanguage.avro
        // Some registries do not say it again.
        if case .schema(let language, _, _) = selection.version { assumed = language }
        let source = try await source(document, place, assumed: assumed)
        return try make(
            subject: selection.subject, version: document["version"]?.integerValue, id: id, document, source)
    }

    private func make(
        subject: String?, version: Int?, id: UInt32, _ document: JSONValue, _ source: SchemaSource
    ) throws(RegistryFailure) -> RegisteredSchema {
        let compiled: CompiledSchema
        do throws(SchemaFault) { compiled = try CompiledSchema(source, assertsFormats: assertsFormats) } catch {
            let place = subject.map { "subject '\($0)'" + (version.map { " version \($0)" } ?? "") } ?? "schema \(id)"
            throw RegistryFailure(.invalidSchema, "\(place) (schema id \(id)): \(error.message)")
        }
        let guid = document["guid"]?.stringValue.flatMap { UUIDText.bytes($0) }
        return RegisteredSchema(
            subject: subject, version: version, id: id, guid: guid, source: source, compiled: compiled)
    }

    // MARK: - References

    /// - Parameter assumed: The language of a schema whose language is not told.
    private func source(
        _ document: JSONValue, _ place: String, assumed: SchemaLanguage = .avro
    ) async throws(RegistryFailure) -> SchemaSource {
        guard let text = document["schema"]?.stringValue else {
            throw RegistryFailure(.invalidAnswer, "\(place): the registry tells no schema")
        }
        let type = document["schemaType"]?.stringValue ?? assumed.rawValue
        guard let language = SchemaLanguage(rawValue: type) else {
            throw RegistryFailure(.invalidSchema, "\(place): the schema type '\(type.prefix(40))' is not known")
        }
        var collected = Collected(bytes: text.utf8.count)
        try await collect(document, level: 1, place, &collected)
        return SchemaSource(language, text, references: collected.texts)
    }

    private struct Collected {
        var bytes: Int
        var texts: [String: String] = [:]
        var seen: Set<String> = []
    }

    private func collect(
        _ document: JSONValue, level: Int, _ place: String, _ collected: inout Collected
    ) async throws(RegistryFailure) {
        for reference in document["references"]?.arrayValue ?? [] {
            guard let name = reference["name"]?.stringValue, let subject = reference["subject"]?.stringValue,
                let version = reference["version"]?.integerValue
            else { throw RegistryFailure(.invalidAnswer, "\(place): a reference without name, subject and version") }
            guard collected.seen.insert("\(name)\n\(subject)\n\(version)").inserted else { continue }
            guard level <= Self.mostLevels, collected.seen.count <= Self.mostReferences else {
                throw RegistryFailure(
                    .invalidSchema,
                    "\(place): more than \(Self.mostReferences) references, or \(Self.mostLevels) levels")
            }
            let referenced = try await caller.call("GET", "/subjects/\(Self.encoded(subject))/versions/\(version)")
            guard let text = referenced["schema"]?.stringValue else {
                throw RegistryFailure(.invalidAnswer, "subject '\(subject)': the registry tells no schema")
            }
            collected.bytes += text.utf8.count
            guard collected.bytes <= Self.mostBytes else {
                throw RegistryFailure(
                    .invalidSchema, "\(place): with its references it has more than \(Self.mostBytes) bytes")
            }
            collected.texts[name] = text
            try await collect(referenced, level: level + 1, place, &collected)
        }
    }

    private static func encoded(_ text: String) -> String {
        String(decoding: PercentCoding.encode(Array(text.utf8).span), as: UTF8.self)
    }
}
