internal import HTTPServer
internal import JSON
internal import RegistryStore
internal import WebApplication

/// `/subjects/{subject}/versions` and each of them.
struct VersionEndpoints: Sendable {
    let registry: EmbeddedRegistry

    func add(to routes: inout WebRoutes) {
        let registry = registry
        routes.add(
            "/subjects/{subject}/versions",
            [
                .get: RegistryMedia.handler { request in
                    let page = try request.page()
                    let versions = try await registry.versions(request.subject, request.deletionFilter)
                    return .array(versions.page(page).map { .integer($0) })
                },
                .post: RegistryMedia.handler { request in
                    let schema = try await registry.register(
                        request.subject, try RegistryBody.submission(request), normalizes: request.normalizes)
                    return request.takesUnknownMembers
                        ? schema.document(isFull: true) : ["id": .integer(schema.id)]
                },
            ])
        routes.add(
            "/subjects/{subject}/versions/{version}",
            [
                .get: RegistryMedia.handler { request in
                    let schema = try await registry.schema(
                        request.subject, try request.version(), request.deletionFilter)
                    let text = try await registry.text(of: schema.content, format: request.format)
                    return schema.document(isFull: request.takesUnknownMembers, text: text)
                },
                .delete: RegistryMedia.handler { request in
                    .integer(
                        try await registry.deleteVersion(
                            request.subject, try request.version(), permanently: request.query.isSet("permanent")))
                },
            ])
        routes.add(
            "/subjects/{subject}/versions/{version}/schema",
            [
                .get: RegistryMedia.textHandler { request in
                    let schema = try await registry.schema(
                        request.subject, try request.version(), request.deletionFilter)
                    return try await registry.text(of: schema.content, format: request.format)
                }
            ])
        routes.add(
            "/subjects/{subject}/versions/{version}/referencedby",
            [
                .get: RegistryMedia.handler { request in
                    let page = try request.page()
                    let ids = try await registry.referrers(
                        request.subject, try request.version(), request.deletionFilter)
                    return .array(ids.page(page).map { .integer($0) })
                }
            ])
    }
}
