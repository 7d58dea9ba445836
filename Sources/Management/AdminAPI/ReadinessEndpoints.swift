internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import WebApplication

/// `/status/ready`: whether requests should come here.
struct ReadinessEndpoints: Sendable {
    let service: ConfigurationService
    let facts: NodeFacts

    func add(to routes: inout WebRoutes) { routes.add("/status/ready", [.get: get, .post: post]) }

    private func get(_ request: WebRequest) async throws -> WebResponse {
        switch facts.readiness {
        case .starting: return .message("not ready for proxying: the node is starting", status: 503)
        case .draining: return .message("draining", status: 503)
        case .ready:
            if service.isReadOnly, await service.current.isEmpty {
                return .message("no configuration available (empty configuration present)", status: 503)
            }
            return .message("ready")
        }
    }

    /// Lets who balances load take the node out before it stops, and back.
    private func post(_ request: WebRequest) async throws -> WebResponse {
        let form = try AdminBody.object(request) { _ in RecordSchema(fields: [NamedField("status", .string)]) }
        switch form["status"]?.stringValue {
        case "draining": facts.readiness = .draining
        case "ready": facts.readiness = .ready
        default: throw AdminRefusal(400, "status must be 'draining' or 'ready'")
        }
        return .noContent
    }
}
