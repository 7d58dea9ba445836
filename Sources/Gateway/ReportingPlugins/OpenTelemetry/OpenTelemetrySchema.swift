internal import Delivery
package import GatewayModel
internal import JSON
internal import PluginKit

extension OpenTelemetry {
    package static let schema = PluginSchema(
        name: "opentelemetry", priority: 14, version: "0.1.0",
        summary: "Records what each request did as spans and sends them to a collector (OTLP over HTTP, Protobuf), and "
            + "passes the request's trace on: to services in header fields, to consumers of `kafka-upstream`'s records in "
            + "record headers.",
        config: RecordSchema(
            fields: [
                NamedField(
                    "traces_endpoint",
                    .string.referenceable().check(endpointProblem).describe(
                        "Where spans go, such as `http://127.0.0.1:4318/v1/traces`.")),
                NamedField(
                    "endpoint",
                    .string.referenceable().check(endpointProblem).describe(
                        "Of earlier versions of Kong: `traces_endpoint`.")),
                NamedField(
                    "logs_endpoint",
                    .string.unsupported("logs are not sent by OTLP: log plugins deliver entries").describe(
                        "Not available.")),
                NamedField(
                    "headers",
                    .map(key: .string.check(headerProblem), value: .string.referenceable()).describe(
                        "Further fields of the request, such as a token.")),
                NamedField(
                    "resource_attributes",
                    .map(key: .string.length(atLeast: 1), value: .string.length(atLeast: 1)).describe(
                        "Attributes of the resource, besides or in place of `service.name` (`kong`), `service.version` "
                            + "and `service.instance.id`.")),
                QueueFields.field(batchSize: 200),
                NamedField(
                    "batch_span_count",
                    .integer.between(1, 1_000_000).describe(
                        "Of earlier versions of Kong; in place of `queue.max_batch_size` when not 200.")),
                NamedField(
                    "batch_flush_delay",
                    .integer.between(0, 3_600).describe(
                        "Of earlier versions of Kong; in place of `queue.max_coalescing_delay` when not 3.")),
                NamedField("connect_timeout", timeout(1_000, "Milliseconds to connect.")),
                NamedField("send_timeout", timeout(5_000, "Milliseconds to send a batch.")),
                NamedField("read_timeout", timeout(5_000, "Milliseconds until the answer.")),
                NamedField(
                    "http_response_header_for_traceid",
                    .string.check { HeaderName.isValid($0.stringValue ?? "") ? nil : "bad header name" }.describe(
                        "A field of answers that tells the trace's id.")),
                NamedField(
                    "header_type",
                    .string.default("preserve").oneOf([
                        "preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "gcp", "datadog",
                    ]).check(formatProblem).describe(
                        "Where `propagation` says nothing else: `preserve` passes a trace on as it came, `ignore` begins "
                            + "a new one, a format passes it on in this one too.")),
                NamedField(
                    "sampling_rate",
                    .number.between(0, 1).describe(
                        "The part of all traces that is recorded; `tracing_sampling_rate` of the node when not given.")),
                NamedField(
                    "sampling_strategy",
                    .string.default("parent_drop_probability_fallback").oneOf(
                        TraceSampling.Strategy.allCases.map { .string($0.rawValue) }
                    ).describe(
                        "`parent_drop_probability_fallback`: what the caller does not record is not recorded, of the rest "
                            + "`sampling_rate`; `parent_probability_fallback`: the caller decides, where it says nothing "
                            + "`sampling_rate`.")),
                NamedField("propagation", propagation),
                NamedField(
                    "ssl_verify",
                    .boolean.default(true).sluiceOnly().describe(
                        "Whether the collector's certificate is verified, by `lua_ssl_trusted_certificate` or the "
                            + "system's authorities.")),
            ], checks: [.atLeastOneOf(["traces_endpoint", "endpoint"])]))

    static let former = [
        QueueFields.Former(name: "batch_span_count", replacement: "max_batch_size", formerDefault: 200),
        QueueFields.Former(name: "batch_flush_delay", replacement: "max_coalescing_delay", formerDefault: 3),
    ]

    private static let propagation: Field = .record([
        NamedField(
            "extract",
            .array(
                .string.oneOf(["ot", "w3c", "datadog", "b3", "gcp", "jaeger", "aws"]).check(formatProblem)
            ).describe("Formats in which a trace is looked for, the first that is there counts.")),
        NamedField("clear", .array(.string.length(atLeast: 1)).describe("Header fields that are taken away.")),
        NamedField(
            "inject",
            .array(
                .string.oneOf(["preserve", "ot", "w3c", "datadog", "b3", "gcp", "b3-single", "jaeger", "aws"])
                    .check(formatProblem)
            ).describe("Formats in which it is passed on; `preserve`: the one in which it came.")),
        NamedField(
            "default_format",
            .string.required().default("w3c").oneOf([
                "ot", "w3c", "datadog", "b3", "gcp", "b3-single", "jaeger", "aws",
            ]).check(formatProblem).describe("The format where none came.")),
    ]).required().default([:]).describe("How traces come and go.")

    private static func timeout(_ value: Int, _ text: String) -> Field {
        .integer.default(.integer(value)).between(1, 2_147_483_646).describe(text)
    }

    private static let endpointProblem: @Sendable (JSONValue) -> String? = { value in
        Endpoint(value.stringValue ?? "") == nil ? Endpoint.rule : nil
    }

    private static let headerProblem: @Sendable (JSONValue) -> String? = { value in
        let name = value.stringValue ?? ""
        return HeaderName.isValid(name) ? nil : "bad header name '\(name)'"
    }

    private static let formatProblem: @Sendable (JSONValue) -> String? = { value in
        switch value.stringValue ?? "" {
        case "ot", "aws", "gcp", "datadog":
            "this format is not available in this version; there are w3c, b3, b3-single and jaeger"
        default: nil
        }
    }
}
