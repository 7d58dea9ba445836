internal import HTTPServer
internal import JSON
internal import RegistryStore
internal import WebApplication

/// `/mode`: what may be done to the registry and to subjects.
struct ModeEndpoints: Sendable {
    let registry: EmbeddedRegistry

    func add(to routes: inout WebRoutes) {
        let registry = registry
        routes.add(
            "/mode",
            [
                .get: RegistryMedia.handler { _ in Self.document(try await registry.mode(nil)) },
                .put: RegistryMedia.handler { try await Self.put($0, nil, registry) },
            ])
        routes.add(
            "/mode/{subject}",
            [
                .get: RegistryMedia.handler { request in
                    Self.document(
                        try await registry.mode(
                            request.subject, inherits: request.query.isSet("defaultToGlobal")))
                },
                .put: RegistryMedia.handler { try await Self.put($0, $0.subject, registry) },
                .delete: RegistryMedia.handler { request in
                    Self.document(try await registry.removeMode(request.subject))
                },
            ])
    }

    private static func document(_ mode: RegistryMode) -> JSONValue { ["mode": .string(mode.rawValue)] }

    private static func put(
        _ request: WebRequest, _ subject: String?, _ registry: EmbeddedRegistry
    ) async throws -> JSONValue {
        let body = try RegistryBody.object(request)
        guard let name = body["mode"]?.stringValue, let mode = RegistryMode(rawValue: name.uppercased()) else {
            throw RegistryError.invalidMode
        }
        try await registry.setMode(subject, mode, force: request.query.isSet("force"))
        return document(mode)
    }
}
