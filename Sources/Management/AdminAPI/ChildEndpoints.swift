internal import Bytes
internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/services/{services}/routes` and `/services/{services}/routes/{routes}`: entities by the one that they reference.
struct ChildEndpoints: Sendable {
    let child: EntityDefinition
    /// The child's field that references the parent.
    let field: String
    let parent: EntityDefinition
    let service: ConfigurationService

    func add(to routes: inout WebRoutes) {
        let collection = "/\(parent.name)/{\(parent.name)}/\(child.name)"
        routes.add(collection, [.get: list, .post: create])
        routes.add(
            "\(collection)/{\(child.name)}",
            [
                .get: { try await .json(own($0).document) },
                .put: put, .patch: patch, .delete: delete,
            ])
    }

    /// The child that the path names, if it is the parent's.
    private func own(_ request: WebRequest) async throws -> Entity {
        let parent = try await request.entity(parent, service)
        let entity = try await request.entity(child, service)
        guard entity.reference(field) == parent.id else { throw AdminRefusal.notFound }
        return entity
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(parent, service)
        let page = try PageRequest(request)
        let (entities, next) = await service.current.page(
            child.name, after: try page.place(1)?.first, size: page.size,
            filter: .references(field: field, id: owner.id))
        let key = PageRequest.escaped(request.parameter(parent.name))
        return page.answer(
            entities.map(\.document), next: next.map { [$0] }, path: "/\(parent.name)/\(key)/\(child.name)",
            isNested: true)
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(parent, service)
        var input = try AdminBody.object(request, as: child, service.schema)
        input[field] = ["id": .string(owner.id)]
        return try await .json(service.create(child, input).document, status: 201)
    }

    /// Creates the child or replaces it; it is the parent's then, whoever's it was.
    private func put(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(parent, service)
        var input = try AdminBody.object(request, as: child, service.schema)
        input[field] = ["id": .string(owner.id)]
        return try await .json(service.upsert(child, key: request.parameter(child.name), input).document)
    }

    private func patch(_ request: WebRequest) async throws -> WebResponse {
        let stored = try await own(request)
        let input = try AdminBody.object(request, as: child, service.schema, pluginName: stored.text("name"))
        return try await .json(service.update(child, key: stored.id, input).document)
    }

    private func delete(_ request: WebRequest) async throws -> WebResponse {
        let stored = try await own(request)
        try await service.delete(child, key: stored.id)
        return .noContent
    }
}
