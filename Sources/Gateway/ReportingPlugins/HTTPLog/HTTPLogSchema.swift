internal import Delivery
package import GatewayModel
internal import JSON
internal import LogKit
internal import PluginKit

extension HTTPLog {
    package static let schema = PluginSchema(
        name: "http-log", priority: 12, version: "0.1.0",
        summary:
            "Sends what each request was, and how it was answered, to a server by HTTP: Kong's log entry, one as a "
            + "JSON object, batches (`queue.max_batch_size` above 1) as an array. It never holds up an answer.",
        config: RecordSchema(
            fields: [
                NamedField(
                    "http_endpoint",
                    .string.required().referenceable().encrypted().check(endpointProblem).describe(
                        "Where entries go. A user and a password in it become Basic authentication.")),
                NamedField(
                    "method", .string.default("POST").oneOf(["POST", "PUT", "PATCH"]).describe("The request's method.")),
                NamedField(
                    "content_type",
                    .string.default("application/json").oneOf([
                        "application/json", "application/json; charset=utf-8",
                    ]).describe("The request's `Content-Type`.")),
                NamedField(
                    "timeout",
                    .number.default(10_000).between(1, 2_147_483_646).describe(
                        "Milliseconds for a request and its answer.")),
                NamedField(
                    "keepalive",
                    .number.default(60_000).between(0, 2_147_483_646).describe(
                        "Milliseconds that an unused connection is kept.")),
                NamedField(
                    "retry_count",
                    .integer.describe("Of earlier versions of Kong; no effect: `queue.max_retry_time` counts.")),
                NamedField(
                    "queue_size",
                    .integer.between(1, 1_000_000).describe(
                        "Of earlier versions of Kong; in place of `queue.max_batch_size` when not 1.")),
                NamedField(
                    "flush_timeout",
                    .number.between(0, 3_600).describe(
                        "Of earlier versions of Kong; in place of `queue.max_coalescing_delay` when not 2.")),
                NamedField(
                    "headers",
                    .map(key: .string.check(headerProblem), value: .string.referenceable()).describe(
                        "Further fields of the request.")),
                QueueFields.field(),
                NamedField(
                    "ssl_verify",
                    .boolean.default(true).sluiceOnly().describe(
                        "Whether the server's certificate is verified, by `lua_ssl_trusted_certificate` or the "
                            + "system's authorities.")),
            ] + LogEntryFields.fields, checks: [.custom(loginProblem)]))

    static let former = [
        QueueFields.Former(name: "retry_count", replacement: nil, formerDefault: 10),
        QueueFields.Former(name: "queue_size", replacement: "max_batch_size", formerDefault: 1),
        QueueFields.Former(name: "flush_timeout", replacement: "max_coalescing_delay", formerDefault: 2),
    ]

    private static let endpointProblem: @Sendable (JSONValue) -> String? = { value in
        Endpoint(value.stringValue ?? "") == nil ? Endpoint.rule : nil
    }

    private static let headerProblem: @Sendable (JSONValue) -> String? = { value in
        let name = value.stringValue ?? ""
        switch name.lowercased() {
        case "host": return "cannot contain 'Host' header"
        case "content-length": return "cannot contain 'Content-Length' header"
        case "content-type": return "cannot contain 'Content-Type' header"
        default: return HeaderName.isValid(name) ? nil : "bad header name '\(name)'"
        }
    }

    private static let loginProblem: @Sendable (JSONObject) -> [(path: [PathElement], message: String)] = { config in
        guard let endpoint = Endpoint(config["http_endpoint"]?.stringValue ?? ""), endpoint.authorization != nil,
            config["headers"]?.objectValue?.contains(where: { $0.key.lowercased() == "authorization" }) == true
        else { return [] }
        return [
            (
                [],
                "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed"
            )
        ]
    }
}
