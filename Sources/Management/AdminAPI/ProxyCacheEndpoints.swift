internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/proxy-cache`: what the plugin of that name keeps, to be looked at and thrown away.
struct ProxyCacheEndpoints: Sendable {
    let service: ConfigurationService
    let cache: any CachedResponses

    func add(to routes: inout WebRoutes) {
        routes.add("/proxy-cache", [.delete: removeAll])
        // A key, or the plugin's id.
        routes.add(
            "/proxy-cache/{id}",
            [
                .get: { try await find($0.parameter("id"), of: nil) },
                .delete: { try await remove($0.parameter("id"), of: nil) },
            ])
        routes.add(
            "/proxy-cache/{id}/caches/{cache_key}",
            [
                .get: { try await find($0.parameter("cache_key"), of: $0.parameter("id")) },
                .delete: { try await remove($0.parameter("cache_key"), of: $0.parameter("id")) },
            ])
    }

    private func removeAll(_ request: WebRequest) async throws -> WebResponse {
        cache.removeAll()
        return .noContent
    }

    private func find(_ key: String, of plugin: String?) async throws -> WebResponse {
        for dictionary in await dictionaries(plugin) {
            if let document = cache.document(key, in: dictionary) { return .json(document) }
        }
        throw AdminRefusal.notFound
    }

    private func remove(_ key: String, of plugin: String?) async throws -> WebResponse {
        for dictionary in await dictionaries(plugin) {
            if cache.remove(key, in: dictionary) { return .noContent }
        }
        throw AdminRefusal.notFound
    }

    /// Where the plugin with that id keeps answers; nil: where all of that name do.
    private func dictionaries(_ id: String?) async -> [String] {
        var names: [String] = []
        for plugin in await service.current.all("plugins") where id == nil || plugin.id == id {
            guard plugin.text("name") == "proxy-cache",
                let name = plugin.fields["config"]?["memory"]?["dictionary_name"]?.stringValue, !names.contains(name)
            else { continue }
            names.append(name)
        }
        return names
    }
}
