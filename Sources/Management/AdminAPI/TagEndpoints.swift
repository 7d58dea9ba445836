internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/tags` and `/tags/{tags}`: which entities have which tags.
struct TagEndpoints: Sendable {
    let service: ConfigurationService

    func add(to routes: inout WebRoutes) {
        routes.add("/tags", [.get: { try await rows($0, tag: nil, path: "/tags") }])
        routes.add(
            "/tags/{tags}",
            [
                .get: { request in
                    let tag = request.parameter("tags")
                    return try await rows(request, tag: tag, path: "/tags/\(PageRequest.escaped(tag))")
                }
            ])
    }

    private func rows(_ request: WebRequest, tag: String?, path: String) async throws -> WebResponse {
        let page = try PageRequest(request)
        let after = try page.place(3).map { Configuration.TagRow(tag: $0[0], collection: $0[1], id: $0[2]) }
        let (rows, next) = await service.current.tagPage(tag, after: after, size: page.size)
        return page.answer(
            rows.map {
                ["tag": .string($0.tag), "entity_name": .string($0.collection), "entity_id": .string($0.id)]
            }, next: next.map { [$0.tag, $0.collection, $0.id] }, path: path)
    }
}
