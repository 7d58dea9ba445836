internal import HTTPServer
internal import JSON
internal import WebApplication

/// What clients ask of the server itself.
struct ServerEndpoints: Sendable {
    let version: String

    func add(to routes: inout WebRoutes) {
        let version = version
        routes.add("/", [.get: RegistryMedia.handler { _ in [:] }])
        // The default one, which is the only one.
        routes.add("/contexts", [.get: RegistryMedia.handler { _ in ["."] }])
        routes.add(
            "/v1/metadata/id",
            [.get: RegistryMedia.handler { _ in ["id": "", "scope": ["path": [], "clusters": [:]]] }])
        routes.add(
            "/v1/metadata/version",
            [.get: RegistryMedia.handler { _ in ["version": .string(version), "commitId": ""] }])
    }
}
