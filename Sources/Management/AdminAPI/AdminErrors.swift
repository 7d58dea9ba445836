internal import GatewayModel
internal import GatewayStore
internal import HTTPServer
internal import JSON
internal import Observability
internal import SchemaRegistry
internal import WebApplication

/// The one place that turns what went wrong into the Admin API's answers.
enum AdminErrors {
    static func answer(_ error: any Error, path: String, request id: RequestID, _ logger: Logger) -> WebResponse {
        switch error {
        case let error as ModelError:
            if error.status >= 500 { report(error, path, id, logger) }
            return .json(error.body, status: error.status)
        case let error as FormDecoder.Problem:
            return .message(error.message, status: error.status)
        case let error as AdminRefusal:
            return .message(error.message, status: error.status)
        case let error as RecordSchemaCheckRefusal:
            return .message(error.message, status: 400)
        case let error as ConfigurationService.ReplacementUnderWay:
            var response = WebResponse.message("\(error)", status: 429)
            response.fields.append(("Retry-After", "1"))
            return response
        case let error as WebError:
            return answer(error)
        default:
            report(error, path, id, logger)
            return .message("An unexpected error occurred", status: 500)
        }
    }

    private static func answer(_ error: WebError) -> WebResponse {
        switch error {
        case .notFound: return .message("Not found", status: 404)
        case .methodNotAllowed(let allowed):
            var response = WebResponse.message("Method not allowed", status: 405)
            response.fields.append(("Allow", allowed.joined(separator: ", ")))
            return response
        case .tooManyArguments: return .message("Too many arguments", status: 400)
        case .tooManyListeners: return .message("Too many listeners", status: 503)
        case .refused(let refusal): return .message(refusal.reason, status: refusal.status)
        }
    }

    /// Why, for the operator; the client is told only that it was not its fault.
    private static func report(_ error: any Error, _ path: String, _ id: RequestID, _ logger: Logger) {
        logger.error(
            "admin request failed",
            ["request_id": .string(id.description), "path": .string(path), "error": .string("\(error)")])
    }
}

/// A request that is answered by a sentence.
struct AdminRefusal: Error {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static var notFound: AdminRefusal { AdminRefusal(404, "Not found") }
}
