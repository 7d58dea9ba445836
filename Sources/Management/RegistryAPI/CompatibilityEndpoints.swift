internal import HTTPServer
internal import JSON
internal import RegistryStore
internal import WebApplication

/// `/compatibility`: whether a schema could be registered.
struct CompatibilityEndpoints: Sendable {
    let registry: EmbeddedRegistry

    func add(to routes: inout WebRoutes) {
        let registry = registry
        routes.add(
            "/compatibility/subjects/{subject}/versions",
            [
                .post: RegistryMedia.handler { request in
                    Self.document(
                        try await registry.compatibility(
                            of: try RegistryBody.submission(request), in: request.subject,
                            normalizes: request.normalizes), request)
                }
            ])
        routes.add(
            "/compatibility/subjects/{subject}/versions/{version}",
            [
                .post: RegistryMedia.handler { request in
                    Self.document(
                        try await registry.compatibility(
                            of: try RegistryBody.submission(request), in: request.subject,
                            with: try request.version(), normalizes: request.normalizes), request)
                }
            ])
    }

    private static func document(_ verdict: CompatibilityVerdict, _ request: WebRequest) -> JSONValue {
        var object: JSONObject = ["is_compatible": .bool(verdict.isCompatible)]
        if request.query.isSet("verbose") { object["messages"] = .array(verdict.messages.map { .string($0) }) }
        return .object(object)
    }
}
