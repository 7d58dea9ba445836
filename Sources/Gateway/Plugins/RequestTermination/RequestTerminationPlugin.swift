internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Ends requests with a configured answer, as Kong's `request-termination`.
enum RequestTermination {
    static let schema = PluginSchema(
        name: "request-termination", priority: 2, version: "0.1.0",
        summary: "Ends requests at the gateway with a configured status and body.",
        config: RecordSchema(
            fields: [
                NamedField(
                    "status_code",
                    .integer.required().default(503).between(100, 599).check {
                        ($0.integerValue ?? 503) < 200 ? "1xx is no final status: use 200 to 599" : nil
                    }.describe("The answer's status, 200 to 599.")),
                NamedField("message", .string.describe("Answered as `{\"message\": …}`.")),
                NamedField("content_type", .string.describe("The media type of `body`; JSON when not given.")),
                NamedField("body", .string.describe("The whole body.")),
                NamedField(
                    "echo",
                    .boolean.required().default(false).describe("Answers with what was asked, to test requests by.")),
                NamedField(
                    "trigger",
                    .string.length(atLeast: 1).describe(
                        "Only requests with a header field or query argument of this name are ended.")),
            ],
            checks: [
                .custom { config in
                    let has = { (name: String) in EntityCheck.isSet(config[name]) }
                    if has("message"), has("content_type") || has("body") {
                        return [([], "message cannot be used with content_type or body")]
                    }
                    if has("content_type"), !has("body") { return [([], "content_type requires a body")] }
                    if config["echo"] == true, has("body") {
                        return [([], "echo cannot be used with content_type and body")]
                    }
                    return []
                }
            ]))

    static let definition = PluginDefinition(schema: schema, phases: .access) { config, _ in
        PreparedRequestTermination(config)
    }
}

/// The configured answer, made once.
final class PreparedRequestTermination: PreparedPlugin {
    let status: Int
    let body: [UInt8]
    let contentType: [UInt8]
    let isEcho: Bool
    let trigger: [UInt8]?
    let message: String?

    init(_ config: JSONObject) {
        status = config["status_code"]?.integerValue ?? 503
        isEcho = config["echo"]?.boolValue ?? false
        trigger = config["trigger"]?.stringValue.map { Array($0.utf8) }
        message = config["message"]?.stringValue ?? Self.defaultMessages[status]
        let json = "application/json; charset=utf-8"
        if let text = config["body"]?.stringValue {
            body = Array(text.utf8)
            contentType = Array((config["content_type"]?.stringValue ?? json).utf8)
        } else {
            body = message.map { Array(JSONValue.object(["message": .string($0)]).text.utf8) } ?? []
            contentType = Array(json.utf8)
        }
    }

    private static let defaultMessages = [
        401: "Unauthorized", 404: "Not found", 405: "Method not allowed", 500: "An unexpected error occurred",
        502: "Bad Gateway", 503: "Service unavailable",
    ]

    func plugin(on loop: EventLoop) -> any Plugin { RequestTerminationPlugin(self) }
}

/// The phases of `request-termination`.
final class RequestTerminationPlugin: Plugin {
    private let prepared: PreparedRequestTermination

    init(_ prepared: PreparedRequestTermination) { self.prepared = prepared }

    var bodyLimit: Int? { prepared.isEcho ? RequestEcho.bodyLimit : nil }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        var value: [UInt8] = []
        if let trigger = prepared.trigger {
            guard let found = Self.value(of: trigger, in: exchange.request) else { return .next }
            value = found
        }
        exchange.response.status = prepared.status
        let (contentType, body) = (prepared.contentType, prepared.body)
        if prepared.isEcho {
            let trigger = prepared.trigger.map { (name: $0, value: value) }
            exchange.response.setField("content-type", contentType.span)
            exchange.response.body = RequestEcho.body(exchange, context, prepared, trigger: trigger)
            return .answer
        }
        if body.isEmpty { return .answer }
        exchange.response.setField("content-type", contentType.span)
        exchange.response.body.append(body.span)
        return .answer
    }

    /// The value of a field or query argument of that name; nil when there is neither.
    private static func value(of name: [UInt8], in request: borrowing RequestHead) -> [UInt8]? {
        if let index = request.index(of: name.span) { return request.value(index).array }
        return QueryArguments.value(of: name, in: request.queryBytes())
    }
}
