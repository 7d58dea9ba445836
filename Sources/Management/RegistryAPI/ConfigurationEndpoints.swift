internal import HTTPServer
internal import JSON
internal import RegistryStore
internal import WebApplication

/// `/config`: compatibility levels, of the registry and of subjects.
struct ConfigurationEndpoints: Sendable {
    let registry: EmbeddedRegistry

    func add(to routes: inout WebRoutes) {
        add("/config", to: &routes) { _ in nil }
        add("/config/{subject}", to: &routes) { $0.subject }
    }

    private func add(
        _ path: String, to routes: inout WebRoutes, subject: @escaping @Sendable (WebRequest) -> String?
    ) {
        let registry = registry
        routes.add(
            path,
            [
                .get: RegistryMedia.handler { request in
                    Self.document(
                        try await registry.configuration(
                            subject(request), inherits: request.query.isSet("defaultToGlobal")),
                        level: "compatibilityLevel")
                },
                .put: RegistryMedia.handler { request in
                    let change = try Self.change(request)
                    try await registry.configure(subject(request), change)
                    return Self.document(change, level: "compatibility")
                },
                .delete: RegistryMedia.handler { request in
                    Self.document(
                        try await registry.removeConfiguration(subject(request)), level: "compatibilityLevel")
                },
            ])
    }

    private static func document(_ configuration: RegistryConfiguration, level: String) -> JSONValue {
        var object = JSONObject()
        object[level] = configuration.level.map { .string($0.rawValue) }
        object["normalize"] = configuration.normalizes.map { .bool($0) }
        return .object(object)
    }

    private static func change(_ request: WebRequest) throws(RegistryError) -> RegistryConfiguration {
        let body = try RegistryBody.object(request)
        var change = RegistryConfiguration()
        for (name, value) in body where !value.isNull {
            switch name {
            case "compatibility", "compatibilityLevel":
                guard let level = CompatibilityLevel(rawValue: value.stringValue?.uppercased() ?? "") else {
                    throw .invalidLevel
                }
                change.level = level
            case "normalize": change.normalizes = try RegistryBody.bool(body, name)
            default: throw RegistryError(422, "\(name): this registry has no such setting; leave it out")
            }
        }
        guard change != RegistryConfiguration() else { throw .invalidLevel }
        return change
    }
}
