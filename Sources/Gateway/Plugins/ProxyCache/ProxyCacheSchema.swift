internal import GatewayModel
internal import JSON
internal import PluginKit

extension ProxyCache {
    static let schema = PluginSchema(
        name: "proxy-cache", priority: 100, version: "0.1.0", allowsConsumerGroup: true,
        summary: "Keeps answers in memory and gives them again, at most 128 MiB in all; the longest unused go first. "
            + "Answers that set cookies are not kept.",
        config: RecordSchema(fields: [
            NamedField(
                "response_code",
                .array(.integer.between(100, 900)).required().default([200, 301, 404]).length(atLeast: 1)
                    .describe("Statuses of answers that are kept.")),
            NamedField(
                "request_method",
                .array(.string.oneOf(["HEAD", "GET", "POST", "PATCH", "PUT"])).required().default(["GET", "HEAD"])
                    .describe("Methods of requests whose answers are kept. Bodies of requests make no difference.")),
            NamedField(
                "content_type",
                .array(.string.check { MediaType($0.stringValue ?? "") == nil ? "invalid content type" : nil })
                    .required().default(["text/plain", "application/json"]).describe(
                        "Media types of answers that are kept, with the same parameters; `*` stands for any type or "
                            + "subtype.")),
            NamedField(
                "cache_ttl", .integer.default(300).greaterThan(0).describe("Seconds that an answer is given again.")),
            NamedField("strategy", .string.required().oneOf(["memory"]).describe("Where answers are kept.")),
            NamedField(
                "cache_control",
                .boolean.required().default(false).describe(
                    "Whether `Cache-Control` of request and answer counts (RFC 9111), in place of `cache_ttl`.")),
            NamedField(
                "ignore_uri_case",
                .boolean.default(false).describe("Whether paths that differ by case alone are the same.")),
            NamedField(
                "storage_ttl",
                .integer.describe(
                    "Seconds that an answer is stored, when it shall be longer than it is fresh; for `max-stale`.")),
            NamedField(
                "memory",
                .record([
                    NamedField(
                        "dictionary_name",
                        .string.required().default("kong_db_cache").length(atLeast: 1).describe(
                            "Answers of plugins with different names are kept apart."))
                ]).default([:])),
            NamedField(
                "vary_query_params",
                .array(.string).describe("Arguments by which answers differ; all when not given.")),
            NamedField(
                "vary_headers",
                .array(.string).default(["Accept-Encoding"]).describe("Header fields by which answers differ.")),
            NamedField(
                "response_headers",
                .record([
                    NamedField("Age", .boolean.default(true)), NamedField("X-Cache-Status", .boolean.default(true)),
                    NamedField("X-Cache-Key", .boolean.default(true)),
                ]).default([:]).describe("Which of these fields answers carry; requests with `Kong-Debug` get all.")),
        ]))
}
