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
        routes.add(path, [.get: list, .post: create])
        addItem(to: &routes)
    }

    /// What is below the collection alone.
    func addItem(to routes: inout WebRoutes) {
        routes.add(
            "\(path)/{\(child.name)}",
            [
                .get: { try await .json(own($0).document) },
                .put: put, .patch: patch, .delete: delete,
            ])
    }

    private var path: String { "/\(parent.pathName)/{\(parent.name)}/\(child.nestedPathName)" }

    /// The child that the path names, if it is the parent's.
    func own(_ request: WebRequest) async throws -> Entity {
        let parent = try await request.entity(parent, service)
        let key = request.parameter(child.name)
        try checkKey(key)
        guard let entity = await service.current.find(child, key, where: field, references: parent.id) else {
            throw AdminRefusal.notFound
        }
        return entity
    }

    func list(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(parent, service)
        let page = try PageRequest(request)
        let (entities, next) = await service.current.page(
            child.name, after: try page.place(1)?.first, size: page.size,
            filter: .references(field: field, id: owner.id))
        let key = PageRequest.escaped(request.parameter(parent.name))
        return page.answer(
            entities.map(\.document), next: next.map { [$0] },
            path: "/\(parent.pathName)/\(key)/\(child.nestedPathName)", isNested: true)
    }

    func create(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(parent, service)
        var input = try AdminBody.object(request, as: child, service.schema)
        input[field] = ["id": .string(owner.id)]
        return try await .json(service.create(child, input).document, status: 201)
    }

    /// Creates the child or replaces it; it is the parent's then, whoever's it was.
    private func put(_ request: WebRequest) async throws -> WebResponse {
        let owner = try await request.entity(parent, service)
        let key = request.parameter(child.name)
        try checkKey(key)
        var input = try AdminBody.object(request, as: child, service.schema)
        input[field] = ["id": .string(owner.id)]
        return try await .json(service.upsert(child, key: key, among: field, input).document)
    }

    /// Names may tell a child from its siblings alone.
    private func checkKey(_ key: String) throws(ModelError) {
        if child.isNameUnique || child.nameField == nil { try EntityKey.check(key, child) }
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
