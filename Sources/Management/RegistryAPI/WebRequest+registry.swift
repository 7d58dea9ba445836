internal import RegistryStore
internal import WebApplication

/// What paths and queries ask for.
extension WebRequest {
    var subject: String { parameter("subject") }

    func version() throws(RegistryError) -> VersionSelector { try VersionSelector(parameter("version")) }

    /// A path with a word where an id belongs names nothing.
    func id() throws(RegistryError) -> Int {
        guard let id = Int32(parameter("id")) else { throw RegistryError(404, "HTTP 404 Not Found") }
        return Int(id)
    }

    /// Which of those that were softly deleted are asked for too.
    var deletionFilter: DeletionFilter {
        query.isSet("deletedOnly") ? .onlyDeleted : query.isSet("deleted") ? .all : .live
    }

    /// Nil: the request does not say.
    var normalizes: Bool? { query["normalize"] == nil ? nil : query.isSet("normalize") }

    /// Contexts are not there, so the wildcard for all of them stands for nothing.
    var subjectPrefix: String {
        let prefix = query["subjectPrefix"] ?? ""
        return prefix.hasPrefix(":*:") ? String(prefix.dropFirst(3)) : prefix
    }

    /// The part of a list that is asked for; a negative limit stands for none.
    func page() throws(RegistryError) -> (offset: Int, limit: Int) {
        let offset = try number("offset") ?? 0
        let limit = try number("limit") ?? -1
        return (max(offset, 0), limit < 0 ? .max : limit)
    }

    private func number(_ name: String) throws(RegistryError) -> Int? {
        guard let text = query[name], !text.isEmpty else { return nil }
        guard let number = Int32(text) else { throw RegistryError(400, "\(name): expected a whole number") }
        return Int(number)
    }

    /// Whether the client takes members that older ones do not know.
    var takesUnknownMembers: Bool { value(of: "confluent-accept-unknown-properties")?.lowercased() == "true" }

    /// The form in which the schema is wanted; nil: as it is kept.
    var format: String? { query["format"].flatMap { $0.isEmpty ? nil : $0 } }
}

extension Array {
    func page(_ page: (offset: Int, limit: Int)) -> ArraySlice<Element> { dropFirst(page.offset).prefix(page.limit) }
}
