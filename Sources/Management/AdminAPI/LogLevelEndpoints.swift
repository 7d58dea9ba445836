internal import HTTPServer
internal import Observability
internal import WebApplication

/// `/debug/node/log-level`: how much is logged, changed while the node runs.
struct LogLevelEndpoints: Sendable {
    let logger: Logger

    func add(to routes: inout WebRoutes) {
        routes.add("/debug/node/log-level", [.get: { _ in .message("log level: \(logger.level.name)") }])
        routes.add("/debug/node/log-level/{log_level}", [.put: put])
    }

    private func put(_ request: WebRequest) async throws -> WebResponse {
        let name = request.parameter("log_level")
        guard let level = LogLevel(name: name) else { throw AdminRefusal(400, "unknown log level: \(name)") }
        if logger.level == level { return .message("log level is already \(name)") }
        logger.level = level
        return .message("log level changed")
    }
}
