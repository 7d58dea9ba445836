internal import EventLoop
internal import GatewayModel
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Refuses requests whose body is too large, as Kong's `request-size-limiting`.
enum RequestSizeLimiting {
    static let schema = PluginSchema(
        name: "request-size-limiting", priority: 951, version: "0.1.0",
        summary: "Refuses requests whose body is larger than a limit, before it is read where its size is told.",
        config: RecordSchema(fields: [
            NamedField("allowed_payload_size", .integer.default(128).describe("The limit, in `size_unit`.")),
            NamedField(
                "size_unit",
                .string.required().default("megabytes").oneOf(["megabytes", "kilobytes", "bytes"])
                    .describe("What the limit counts; a kilobyte has 1024 bytes.")),
            NamedField(
                "require_content_length",
                .boolean.required().default(false).describe("Refuses requests that do not tell their size.")),
        ]))

    static let definition = PluginDefinition(schema: schema, phases: .access) { config, _ in
        let factor =
            switch config["size_unit"]?.stringValue {
            case "bytes": 1
            case "kilobytes": 1 << 10
            default: 1 << 20
            }
        let (bytes, overflows) = max(0, config["allowed_payload_size"]?.integerValue ?? 128)
            .multipliedReportingOverflow(by: factor)
        return PreparedRequestSizeLimiting(
            limit: overflows ? .max : bytes, requiresLength: config["require_content_length"]?.boolValue ?? false)
    }
}

struct PreparedRequestSizeLimiting: PreparedPlugin {
    /// Bytes.
    let limit: Int
    let requiresLength: Bool

    func plugin(on loop: EventLoop) -> any Plugin { RequestSizeLimitingPlugin(self) }
}

/// The phases of `request-size-limiting`.
final class RequestSizeLimitingPlugin: Plugin {
    private let prepared: PreparedRequestSizeLimiting
    static let message = "Request size limit exceeded"

    init(_ prepared: PreparedRequestSizeLimiting) { self.prepared = prepared }

    func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
        if let length = exchange.request.contentLength {
            guard length > prepared.limit else { return .next }
            // A client that waits for 100 is told that its expectation fails (RFC 9110 §10.1.1).
            ErrorResponse.write(exchange.request.expectsContinue ? 417 : 413, Self.message, to: &exchange, context)
            return .answer
        }
        let method = exchange.request.method
        if prepared.requiresLength, exchange.request.hasBody || (method != .get && method != .head) {
            ErrorResponse.write(411, "A valid Content-Length header is required", to: &exchange, context)
            return .answer
        }
        // A chunked body shows its size only when it is read: whoever reads it stops there.
        context.limitBody(to: prepared.limit, message: Self.message)
        return .next
    }
}
