internal import HTTPServer
internal import JSON
internal import RegistryStore
internal import SchemaLanguages
internal import WebApplication

/// `/schemas`: by their ids, or all of them.
struct SchemaEndpoints: Sendable {
    let registry: EmbeddedRegistry

    func add(to routes: inout WebRoutes) {
        let registry = registry
        routes.add(
            "/schemas",
            [
                .get: RegistryMedia.handler { request in
                    let page = try request.page()
                    let schemas = try await registry.schemas(
                        prefix: request.subjectPrefix, latestOnly: request.query.isSet("latestOnly"),
                        request.deletionFilter, offset: page.offset, limit: page.limit)
                    return .array(schemas.map { $0.document(isFull: request.takesUnknownMembers) })
                }
            ])
        routes.add(
            "/schemas/types",
            [
                .get: RegistryMedia.handler { _ in
                    // In the order in which others tell them.
                    let names = ["JSON", "PROTOBUF", "AVRO"].filter { SchemaLanguage(rawValue: $0) != nil }
                    return .array(names.map { .string($0) })
                }
            ])
        addByID(to: &routes)
        routes.add(
            "/schemas/guids/{guid}",
            [
                .get: RegistryMedia.handler { request in
                    let (id, content) = try await registry.content(guid: request.parameter("guid"))
                    // Only clients that know of guids ask by them.
                    var members: JSONObject = ["id": .integer(id), "guid": .string(content.guid)]
                    for (name, value) in content.members(
                        isFull: true, text: try await registry.text(of: content, format: request.format))
                    { members[name] = value }
                    return .object(members)
                }
            ])
    }

    private func addByID(to routes: inout WebRoutes) {
        let registry = registry
        routes.add(
            "/schemas/ids/{id}",
            [
                .get: RegistryMedia.handler { request in
                    let content = try await registry.content(id: try request.id())
                    var members = content.members(
                        isFull: request.takesUnknownMembers,
                        text: try await registry.text(of: content, format: request.format))
                    if request.takesUnknownMembers { members["guid"] = .string(content.guid) }
                    if request.query.isSet("fetchMaxId") { members["maxId"] = .integer(await registry.highestID) }
                    return .object(members)
                }
            ])
        routes.add(
            "/schemas/ids/{id}/schema",
            [
                .get: RegistryMedia.textHandler { request in
                    let content = try await registry.content(id: try request.id())
                    return try await registry.text(of: content, format: request.format)
                }
            ])
        routes.add(
            "/schemas/ids/{id}/subjects",
            [
                .get: RegistryMedia.handler { request in
                    let page = try request.page()
                    let places = try await Self.places(request, registry)
                    let names = Set(places.map(\.subject)).sorted()
                    return .array(names.page(page).map { .string($0) })
                }
            ])
        routes.add(
            "/schemas/ids/{id}/versions",
            [
                .get: RegistryMedia.handler { request in
                    let page = try request.page()
                    let places = try await Self.places(request, registry)
                    return .array(
                        places.page(page).map { ["subject": .string($0.subject), "version": .integer($0.version)] })
                }
            ])
    }

    /// Of one subject, where the request names one.
    private static func places(_ request: WebRequest, _ registry: EmbeddedRegistry) async throws -> [SubjectVersion] {
        let places = try await registry.places(of: try request.id(), request.deletionFilter)
        guard let subject = request.query["subject"], !subject.isEmpty else { return places }
        return places.filter { $0.subject == subject }
    }
}
