internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/schemas/…`: what entities and plugins may hold, and whether something would be accepted.
struct SchemaEndpoints: Sendable {
    let schema: GatewaySchema

    func add(to routes: inout WebRoutes) {
        routes.add("/schemas/{name}", [.get: { try .json(entity($0).schema.document) }])
        routes.add(
            "/schemas/{name}/validate", [.post: { try validate($0, entity($0)) }])
        routes.add("/schemas/plugins/{name}", [.get: { try .json(plugin($0).description) }])
        routes.add(
            "/schemas/plugins/validate",
            [
                .post: { request in
                    guard let plugins = schema.definition("plugins") else { throw AdminRefusal.notFound }
                    return try validate(request, plugins)
                }
            ])
        routes.add("/schemas/vaults/{name}", [.get: { try .json(vault($0).description) }])
        routes.add(
            "/schemas/vaults/validate",
            [
                .post: { request in
                    guard let vaults = schema.definition("vaults") else { throw AdminRefusal.notFound }
                    return try validate(request, vaults)
                }
            ])
        // The older path, with the fields of `config` alone.
        routes.add(
            "/plugins/schema/{name}", [.get: { try .json(["fields": plugin($0).config.description]) }])
    }

    private func entity(_ request: WebRequest) throws(AdminRefusal) -> EntityDefinition {
        let name = request.parameter("name")
        guard let definition = schema.definition(name) else { throw AdminRefusal(404, "No entity named '\(name)'") }
        return definition
    }

    private func plugin(_ request: WebRequest) throws(AdminRefusal) -> PluginSchema {
        let name = request.parameter("name")
        guard let plugin = schema.plugins[name] else { throw AdminRefusal(404, "No plugin named '\(name)'") }
        return plugin
    }

    private func vault(_ request: WebRequest) throws(AdminRefusal) -> VaultKind {
        let name = request.parameter("name")
        guard let kind = VaultKind.named(name) else { throw AdminRefusal(404, "No vault named '\(name)'") }
        return kind
    }

    /// Checks an input by itself, not against other entities.
    private func validate(_ request: WebRequest, _ definition: EntityDefinition) throws -> WebResponse {
        let input = try AdminBody.object(request, as: definition, schema)
        switch schema.complete(input, as: definition) {
        case .success: return .message("schema validation successful")
        case .failure(let errors): throw ModelError.schemaViolation(errors)
        }
    }
}
