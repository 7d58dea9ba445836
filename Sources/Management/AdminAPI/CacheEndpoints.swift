internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/cache`: for clients that clear it after a change. Requests run on compiled snapshots, so there is never anything
/// stale to find or to clear.
enum CacheEndpoints {
    static func add(to routes: inout WebRoutes) {
        routes.add("/cache", [.delete: { _ in .noContent }])
        routes.add(
            "/cache/{key}", [.get: { _ in throw AdminRefusal.notFound }, .delete: { _ in .noContent }])
    }
}

/// `/endpoints`: the paths of this interface.
enum EndpointList {
    static func add(to routes: inout WebRoutes) {
        // Segment by segment, so that what is below a path follows it.
        let paths = (routes.patterns + ["/endpoints"]).map {
            (path: $0, key: $0.split(separator: "/").map(String.init))
        }
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.path)
        routes.add("/endpoints", [.get: { _ in .json(["data": .array(paths.map { .string($0) })]) }])
    }
}
