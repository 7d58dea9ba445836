internal import GatewayModel
internal import JSON

/// How a registry is told who asks (reference section 1.11).
enum SchemaRegistryLoginFields {
    static let authentication: Field = .record(
        [
            NamedField(
                "mode", .string.default("none").oneOf(["none", "basic", "oauth2"]).describe("How to log in.")),
            NamedField(
                "basic",
                .record([
                    NamedField("username", secret.required()), NamedField("password", secret.required()),
                ]).describe("For the mode `basic`.")),
            NamedField("oauth2", oauth2), NamedField("oauth2_client", client),
        ],
        checks: [
            .conditional(field: "mode", matches: .equals("basic"), then: "basic", satisfies: .isSet),
            .conditional(field: "mode", matches: .equals("oauth2"), then: "oauth2", satisfies: .isSet),
        ]
    ).required()

    private static var secret: Field { .string.referenceable().encrypted() }

    private static let oauth2: Field = .record(
        [
            NamedField(
                "token_endpoint", .string.required().check(urlProblem).describe("Where access tokens come from.")),
            NamedField("client_id", secret), NamedField("client_secret", secret),
            NamedField(
                "grant_type",
                .string.default("client_credentials").oneOf(["client_credentials", "password"]).describe(
                    "With `password`, `username` and `password` are needed.")),
            NamedField("username", secret), NamedField("password", secret),
            NamedField("scopes", .array(.string).default(["openid"]).describe("Scopes to ask for.")),
            NamedField("audience", .array(.string).default([]).describe("For whom tokens are.")),
            NamedField(
                "token_headers",
                .map(key: .string, value: .string.referenceable()).describe("Sent to the token endpoint besides.")),
            NamedField(
                "token_post_args",
                .map(key: .string, value: .string.referenceable()).describe(
                    "Arguments for the token endpoint besides.")),
            NamedField(
                "logical_cluster_id", .string.describe("Sent to the registry as `target-sr-cluster`.")),
            NamedField(
                "identity_pool_id", .string.describe("Sent to the registry as `Confluent-Identity-Pool-Id`.")),
        ],
        checks: [
            .conditional(field: "grant_type", matches: .equals("password"), then: "username", satisfies: .isSet),
            .conditional(field: "grant_type", matches: .equals("password"), then: "password", satisfies: .isSet),
        ]
    ).describe("For the mode `oauth2`.")

    private static let client: Field = .record([
        NamedField(
            "auth_method",
            .string.default("client_secret_post")
                .oneOf(["client_secret_post", "client_secret_basic", "client_secret_jwt", "none"])
                .describe("How the client proves to the token endpoint who it is.")),
        NamedField(
            "client_secret_jwt_alg",
            .string.default("HS512").oneOf(["HS512", "HS256"]).describe("How `client_secret_jwt` signs.")),
        NamedField("http_version", .number.default(1.1).oneOf([1.0, 1.1]).describe("Of the token request.")),
        NamedField(
            "timeout",
            .integer.default(10_000).between(0, 2_147_483_646).describe(
                "Milliseconds for the token request; 0: no limit.")),
        NamedField("keep_alive", .boolean.default(true).describe("Whether its connection is kept.")),
        NamedField("ssl_verify", .boolean.default(true).describe("Whether its certificate is verified.")),
        NamedField("http_proxy", .string.describe("The proxy for `http` token endpoints.")),
        NamedField("http_proxy_authorization", .string.describe("`Proxy-Authorization` for it.")),
        NamedField("https_proxy", .string.describe("The proxy for `https` token endpoints.")),
        NamedField("https_proxy_authorization", .string.describe("`Proxy-Authorization` for it.")),
        NamedField("no_proxy", .string.describe("Hosts that are asked directly, separated by commas.")),
    ]).required().describe("How tokens are asked for.")

    private static let urlProblem: @Sendable (JSONValue) -> String? = { value in
        let text = value.stringValue ?? ""
        return text.hasPrefix("http://") || text.hasPrefix("https://")
            ? nil : "expected a URL that begins with http:// or https://"
    }
}
