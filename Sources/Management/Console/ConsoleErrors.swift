internal import HTTPServer
internal import Observability
internal import WebApplication

/// The one place that turns what went wrong into the console's answers: a sentence.
enum ConsoleErrors {
    static func answer(_ error: any Error, path: String, request id: RequestID, _ logger: Logger) -> WebResponse {
        guard let error = error as? WebError else {
            logger.error(
                "console request failed",
                ["request_id": .string(id.description), "path": .string(path), "error": .string("\(error)")])
            return text("An unexpected error occurred", 500)
        }
        switch error {
        case .notFound: return text("There is nothing here. The console is at /", 404)
        case .methodNotAllowed(let allowed):
            var response = text("The console can only be looked at", 405)
            response.fields.append(("Allow", allowed.joined(separator: ", ")))
            return response
        case .tooManyArguments: return text("Too many arguments", 400)
        case .tooManyListeners: return text("As many look at the console as there is room for; close another one", 503)
        case .refused(let refusal): return text(refusal.reason, refusal.status)
        }
    }

    private static func text(_ text: String, _ status: Int) -> WebResponse {
        var response = WebResponse(status: status)
        response.fields = [("Content-Type", "text/plain; charset=utf-8")]
        response.body = Array((text + "\n").utf8)
        return response
    }
}
