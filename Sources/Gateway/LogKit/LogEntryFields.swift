package import GatewayModel
package import JSON
internal import PluginKit
internal import ScriptKit

/// The fields of a configuration that say what entries are: the same for all log plugins.
package enum LogEntryFields {
    package static let fields: [NamedField] = [customFields, format, bodies]

    static let defaultRedactedHeaders: JSONValue = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "apikey", "x-api-key", "x-auth-token",
    ]
    package static let defaultRedactedArguments: JSONValue = ["apikey", "api_key", "access_token"]
    static let defaultBodyTypes: JSONValue = [
        "application/json", "application/*+json", "application/x-www-form-urlencoded", "text/*",
    ]

    private static let customFields = NamedField(
        "custom_fields_by_lua",
        .map(key: .string.check(pathProblem), value: .string.length(atLeast: 1, atMost: 65_536).check(scriptProblem))
            .length(atMost: 100).describe(
                "Places of the entry, each with a Lua script whose result is set there; `nil` removes it. Dots nest, a "
                    + "backslash before a dot keeps it in the name, `[n]` is an element of a list. Scripts run apart "
                    + "from the host, within limits of instructions, time and memory; one that fails is told in the "
                    + "log and changes nothing."))

    private static let format = NamedField(
        "log_format",
        .record([
            NamedField(
                "template",
                .string.required().default("kong").oneOf(LogTemplate.allCases.map { .string($0.rawValue) }).describe(
                    "What an entry is at first: Kong's, Optum's (as `kong-kafka-log` writes it) or the Elastic Common "
                        + "Schema's. Scripts and the rules below see this form.")),
            NamedField("include", paths.describe("Only these places are kept.")),
            NamedField("exclude", paths.describe("These places are left out.")),
            NamedField("redact", paths.describe("What stands in these places becomes `REDACTED`.")),
            NamedField(
                "rename",
                .map(key: .string.check(pathProblem), value: .string.check(pathProblem)).length(atMost: 100).describe(
                    "From place to place.")),
            NamedField(
                "constants",
                .map(key: .string.check(pathProblem), value: .string).length(atMost: 100).describe(
                    "Texts by the place that they get.")),
            NamedField(
                "redact_headers",
                .array(.string.length(atLeast: 1)).required().length(atMost: 100).default(defaultRedactedHeaders)
                    .describe(
                        "Header fields of requests and answers whose values become `REDACTED`.")),
            NamedField(
                "redact_query_args",
                .array(.string.length(atLeast: 1)).required().length(atMost: 100).default(defaultRedactedArguments)
                    .describe("Query arguments whose values become `REDACTED`, in addresses too.")),
            NamedField(
                "sample_rate",
                .number.required().default(1).between(0, 1).describe(
                    "The part of requests that leave an entry. Plugins with the same rate choose the same requests.")),
            NamedField(
                "sample_always_from",
                .integer.between(100, 600).describe(
                    "Requests whose answer has this status or a greater one leave an entry whatever the rate is.")),
        ]).required().default([:]).sluiceOnly().describe("Changes entries without a script."))

    private static let bodies = NamedField(
        "log_bodies",
        .record([
            NamedField(
                "request", .boolean.required().default(false).describe("Whether entries have `request.body`.")),
            NamedField(
                "response", .boolean.required().default(false).describe("Whether entries have `response.body`.")),
            NamedField(
                "max_size",
                .integer.required().default(4_096).between(1, 1_048_576).describe(
                    "Bytes of a body that are kept; of a larger one `body_size` tells how large it was.")),
            NamedField(
                "content_types",
                .array(.string.check(typeProblem)).required().length(atMost: 100).default(defaultBodyTypes).describe(
                    "Media types of bodies that are kept; `*` stands for any type, subtype or beginning of one.")),
        ]).required().default([:]).sluiceOnly().describe(
            "Bodies in entries, as text, or in base 64 beside `body_base64` where they are none. Off by default: "
                + "bodies hold what is nobody else's business."))

    private static let paths: Field = .array(.string.check(pathProblem)).length(atMost: 1_000)

    private static let pathProblem: @Sendable (JSONValue) -> String? = { value in
        do throws(FieldPath.Problem) {
            _ = try FieldPath(value.stringValue ?? "")
            return nil
        } catch { return error.description }
    }

    private static let scriptProblem: @Sendable (JSONValue) -> String? = { value in
        RequestScripts.problem(value.stringValue ?? "")
    }

    private static let typeProblem: @Sendable (JSONValue) -> String? = { value in
        MediaType(value.stringValue ?? "") == nil ? "invalid content type" : nil
    }
}
