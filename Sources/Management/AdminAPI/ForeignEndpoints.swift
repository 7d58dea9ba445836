internal import Cryptography
internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/routes/{routes}/service`: the entity that another one references.
struct ForeignEndpoints: Sendable {
    let holder: EntityDefinition
    /// The holder's field that references the other.
    let field: String
    let foreign: EntityDefinition
    let service: ConfigurationService

    func add(to routes: inout WebRoutes) {
        routes.add(
            "/\(holder.pathName)/{\(holder.name)}/\(field)",
            [
                .get: { try await .json(referenced($0).document) },
                .put: put, .patch: patch,
                .delete: { request in
                    // Whoever wants it away names it by its own path.
                    _ = try await referenced(request)
                    throw AdminRefusal(405, "Method not allowed")
                },
            ])
    }

    private func referenced(_ request: WebRequest) async throws -> Entity {
        let entity = try await request.entity(holder, service)
        guard let id = entity.reference(field), let found = await service.current.entity(foreign.name, id: id) else {
            throw AdminRefusal.notFound
        }
        return found
    }

    /// Replaces the referenced entity; where there is none, creates one and references it.
    private func put(_ request: WebRequest) async throws -> WebResponse {
        let entity = try await request.entity(holder, service)
        let input = try AdminBody.object(request, as: foreign, service.schema)
        if let id = entity.reference(field) {
            return try await .json(service.upsert(foreign, key: id, input).document)
        }
        let created = try await service.upsert(foreign, key: UUID.v4(), input)
        _ = try await service.update(holder, key: entity.id, [field: ["id": .string(created.id)]])
        return .json(created.document)
    }

    private func patch(_ request: WebRequest) async throws -> WebResponse {
        let stored = try await referenced(request)
        let input = try AdminBody.object(request, as: foreign, service.schema, pluginName: stored.text("name"))
        return try await .json(service.update(foreign, key: stored.id, input).document)
    }
}
