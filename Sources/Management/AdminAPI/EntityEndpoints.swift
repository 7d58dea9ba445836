internal import Bytes
internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/services` and `/services/{services}`: one kind of entity.
struct EntityEndpoints: Sendable {
    let definition: EntityDefinition
    let service: ConfigurationService

    func add(to routes: inout WebRoutes) {
        routes.add("/\(definition.pathName)", [.get: list, .post: create])
        routes.add(
            "/\(definition.pathName)/{\(definition.name)}",
            [.get: get, .put: put, .patch: patch, .delete: delete])
    }

    private func list(_ request: WebRequest) async throws -> WebResponse {
        let page = try PageRequest(request)
        let configuration = await service.current
        if definition.name == "consumers", let customID = request.query["custom_id"] {
            let found = configuration.find(definition.name, where: "custom_id", is: customID)
            return page.answer(found.map { [$0.document] } ?? [], next: nil, path: "/consumers")
        }
        let (entities, next) = configuration.page(
            definition.name, after: try page.place(1)?.first, size: page.size, filter: try page.tagFilter())
        return page.answer(entities.map(\.document), next: next.map { [$0] }, path: "/\(definition.pathName)")
    }

    private func get(_ request: WebRequest) async throws -> WebResponse {
        let entity = try await request.entity(definition, service)
        // Kong shows a group with what is in it.
        if definition.name == "consumer_groups" {
            return .json(await ConsumerGroupEndpoints(service: service).document(of: entity, request))
        }
        return .json(entity.document)
    }

    private func create(_ request: WebRequest) async throws -> WebResponse {
        let input = try AdminBody.object(request, as: definition, service.schema)
        return try await .json(service.create(definition, input).document, status: 201)
    }

    private func put(_ request: WebRequest) async throws -> WebResponse {
        let key = request.parameter(definition.name)
        try EntityKey.check(key, definition)
        let input = try AdminBody.object(request, as: definition, service.schema)
        return try await .json(service.upsert(definition, key: key, input).document)
    }

    private func patch(_ request: WebRequest) async throws -> WebResponse {
        let stored = try await request.entity(definition, service)
        let input = try AdminBody.object(
            request, as: definition, service.schema, pluginName: stored.text("name"))
        return try await .json(service.update(definition, key: stored.id, input).document)
    }

    private func delete(_ request: WebRequest) async throws -> WebResponse {
        let key = request.parameter(definition.name)
        try EntityKey.check(key, definition)
        try await service.delete(definition, key: key)
        return .noContent
    }
}

extension Entity {
    /// As the Admin API shows it.
    var document: JSONValue { .object(fields) }
}

/// The part of a path that names an entity.
enum EntityKey {
    /// A key that is no id must be a name, which not every kind of entity has, and such a name as it can have.
    static func check(_ key: String, _ definition: EntityDefinition) throws(ModelError) {
        if UUIDText.isValid(key) { return }
        guard definition.isNameUnique, let nameField = definition.nameField else {
            throw .invalidPrimaryKey(["id": .string(key)])
        }
        if let problem = definition.problem(withName: key) { throw .invalidUnique(nameField, problem) }
    }
}

extension WebRequest {
    /// The entity of that kind that the path names.
    func entity(_ definition: EntityDefinition, _ service: ConfigurationService) async throws -> Entity {
        let key = parameter(definition.name)
        try EntityKey.check(key, definition)
        guard let entity = await service.current.find(definition, key) else { throw AdminRefusal.notFound }
        return entity
    }
}
