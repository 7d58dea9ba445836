internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import Kafka
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
            let away = facts.clustersAway
            if let first = away.first {
                let others = away.count > 1 ? " (and \(away.count - 1) more)" : ""
                return answer(
                    "not ready for proxying: the Kafka cluster '\(first.name)' has no broker up: \(first.reason)\(others)",
                    status: 503)
            }
            return answer("ready", status: 200)
        }
    }

    /// With how every cluster is, required or not.
    private func answer(_ message: String, status: Int) -> WebResponse {
        let clusters = Dictionary(grouping: facts.clusters, by: \.displayName).sorted { $0.key < $1.key }
        var object: JSONObject = ["message": .string(message)]
        if !clusters.isEmpty {
            object["clusters"] = .array(
                clusters.map { ["name": .string($0.key), "up": .bool($0.value.contains(where: \.isUp))] })
        }
        return .json(.object(object), status: status)
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
