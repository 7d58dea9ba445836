internal import HTTPServer
internal import JSON
internal import Observability
internal import RegistryStore
internal import WebApplication

/// The one place that turns what went wrong into the registry's answers: `{"error_code": …, "message": …}`.
enum RegistryErrors {
    static func answer(_ error: any Error, path: String, request id: RequestID, _ logger: Logger) -> WebResponse {
        switch error {
        case let error as RegistryError: return body(error.status, error.code, error.message)
        case let error as WebError: return answer(error)
        default:
            logger.error(
                "registry request failed",
                ["request_id": .string(id.description), "path": .string(path), "error": .string("\(error)")])
            return body(500, 500, "An unexpected error occurred")
        }
    }

    private static func answer(_ error: WebError) -> WebResponse {
        switch error {
        case .notFound: return body(404, 404, "HTTP 404 Not Found")
        case .methodNotAllowed(let allowed):
            var response = body(405, 405, "HTTP 405 Method Not Allowed")
            response.fields.append(("Allow", allowed.joined(separator: ", ")))
            return response
        case .tooManyArguments: return body(400, 400, "Too many arguments")
        case .tooManyListeners: return body(503, 503, "Too many listeners")
        case .refused(let refusal): return body(refusal.status, refusal.status, refusal.reason)
        }
    }

    private static func body(_ status: Int, _ code: Int, _ message: String) -> WebResponse {
        RegistryMedia.response(
            ["error_code": .integer(code), "message": .string(message)], as: RegistryMedia.types[0], status: status)
    }
}
