internal import GatewayModel
internal import JSON

/// What a route says about how its requests are passed on.
struct RouteForwarding: Sendable {
    let service: ServiceTarget
    let stripsPath: Bool
    let preservesHost: Bool
    let pathHandling: UpstreamPath.Handling
    /// Whether bodies are read whole before they are passed on.
    let buffersRequest: Bool

    init(_ route: Entity, service: ServiceTarget) {
        func flag(_ field: String, _ fallback: Bool) -> Bool { route.fields[field]?.boolValue ?? fallback }
        self.service = service
        stripsPath = flag("strip_path", true)
        preservesHost = flag("preserve_host", false)
        pathHandling = UpstreamPath.Handling(rawValue: route.text("path_handling") ?? "v0") ?? .v0
        buffersRequest = flag("request_buffering", true)
    }
}
