internal import Bytes
internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import Observability
internal import PluginKit
internal import System

/// Changes answers before they go to the client, as Kong's `response-transformer`.
enum ResponseTransformer {
    /// Bytes of a body that is read to be changed.
    static let bodyLimit = 8 << 20

    static let definition = PluginDefinition(schema: schema, phases: [.headerFilter, .bodyFilter]) { config, build in
        PreparedResponseTransformer(config, build.logger)
    }
}

final class PreparedResponseTransformer: PreparedPlugin {
    let headers: HeaderTransformation
    let body: JSONTransformation
    let logger: Logger

    init(_ config: JSONObject, _ logger: Logger) {
        headers = HeaderTransformation(config)
        body = JSONTransformation(config)
        self.logger = logger
    }

    func plugin(on loop: EventLoop) -> any Plugin { ResponseTransformerPlugin(self) }
}

/// The phases of `response-transformer`.
final class ResponseTransformerPlugin: Plugin {
    private let prepared: PreparedResponseTransformer
    private let throttle = LogThrottle()

    init(_ prepared: PreparedResponseTransformer) { self.prepared = prepared }

    func headerFilter(_ exchange: inout Exchange, _ context: RequestContext) {
        prepared.headers.apply(to: &exchange.response.fields)
    }

    func bodyUse(_ exchange: inout Exchange, _ context: RequestContext) -> BodyUse {
        if prepared.body.isEmpty { return .none }
        let fields = exchange.response.fields
        guard let index = fields.index(of: "content-type"), Self.isJSON(fields.value(index)) else { return .none }
        return .whole(maximum: ResponseTransformer.bodyLimit)
    }

    private static func isJSON(_ contentType: Span<UInt8>) -> Bool {
        let end = contentType.firstIndex(of: UInt8(ascii: ";")) ?? contentType.count
        return contentType.extracting(0..<end).trimmed().equalsIgnoringCase("application/json")
    }

    func changeBody(_ exchange: inout Exchange, _ context: RequestContext) {
        do {
            guard var object = try JSONValue.parse(exchange.response.body.span).objectValue else { return }
            prepared.body.apply(to: &object)
            exchange.response.body = Array(JSONValue.object(object).text.utf8)
        } catch {
            // As in Kong, what is no JSON, such as a compressed body, goes on as it is.
            guard !exchange.response.body.isEmpty, let held = throttle.pass(at: WallClock.milliseconds) else { return }
            prepared.logger.warn(
                "a response body was not transformed: it is no JSON",
                [
                    "request_id": .string(context.requestID.description), "error": .string("\(error)"),
                    "held_back": .integer(held),
                ])
        }
    }
}
