internal import Bytes
internal import GatewayModel
internal import JSON
internal import PluginKit
internal import SchemaRegistry

/// Reads `schema_registry.confluent`.
enum SchemaRegistryConfiguration {
    /// Seconds of `ttl` when it is not given.
    private static let lifetime = 300.0

    /// - Parameters:
    ///   - config: Complete and valid.
    ///   - ownRegistry: Where none is named.
    static func read(
        _ config: JSONObject, _ context: PluginBuildContext, ownRegistry: String?
    ) throws -> RegistryConfiguration {
        guard let url = config["url"]?.stringValue ?? ownRegistry else {
            throw PluginBuildError(
                "schema_registry.confluent.url",
                "required: this node has no registry of its own (setting registry_listen)")
        }
        var registry = RegistryConfiguration(url: url)
        registry.lifetime = Int((config["ttl"]?.numberValue ?? lifetime) * 1_000)
        registry.staleAllowance = Int((config["stale_if_error"]?.numberValue ?? 3_600) * 1_000)
        registry.timeout = config["timeout"]?.integerValue ?? 5_000
        registry.assertsFormats = config["assert_formats"]?.boolValue ?? false
        registry.verifiesCertificates = config["ssl_verify"]?.boolValue ?? true
        registry.authoritiesPEM = context.trustedAuthorities
        if let ids = config["ca_certificates"]?.arrayValue?.compactMap(\.stringValue), !ids.isEmpty {
            registry.authoritiesPEM = try ids.map {
                try context.certificateAuthority($0, field: "schema_registry.confluent.ca_certificates")
            }.joined(separator: "\n")
        }
        registry.authentication = authentication(config["authentication"]?.objectValue ?? [:])
        return registry
    }

    private static func authentication(_ config: JSONObject) -> RegistryConfiguration.Authentication {
        switch config["mode"]?.stringValue {
        case "basic":
            let basic = config["basic"]?.objectValue ?? [:]
            return .basic(user: secret(basic["username"]) ?? "", password: secret(basic["password"]) ?? "")
        case "oauth2":
            return .oauth2(
                oauth2(config["oauth2"]?.objectValue ?? [:], client: config["oauth2_client"]?.objectValue ?? [:]))
        default: return .none
        }
    }

    private static func oauth2(_ config: JSONObject, client: JSONObject) -> OAuth2Configuration {
        var result = OAuth2Configuration(tokenEndpoint: config["token_endpoint"]?.stringValue ?? "")
        result.clientID = secret(config["client_id"])
        result.clientSecret = secret(config["client_secret"])
        if config["grant_type"] == "password" {
            result.grant = .password(user: secret(config["username"]) ?? "", password: secret(config["password"]) ?? "")
        }
        result.scopes = config["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        result.audience = config["audience"]?.arrayValue?.compactMap(\.stringValue) ?? []
        result.tokenHeaders = secrets(config["token_headers"])
        result.tokenArguments = secrets(config["token_post_args"])
        result.logicalClusterID = config["logical_cluster_id"]?.stringValue
        result.identityPoolID = config["identity_pool_id"]?.stringValue
        result.clientMethod = .init(rawValue: client["auth_method"]?.stringValue ?? "") ?? .secretPost
        result.signsWithSHA512 = client["client_secret_jwt_alg"] != "HS256"
        result.usesHTTP10 = client["http_version"]?.numberValue == 1.0
        result.timeout = client["timeout"]?.integerValue ?? 10_000
        result.keepsConnection = client["keep_alive"]?.boolValue ?? true
        result.verifiesCertificates = client["ssl_verify"]?.boolValue ?? true
        result.httpProxy = proxy(client, "http_proxy")
        result.httpsProxy = proxy(client, "https_proxy")
        result.noProxy = client["no_proxy"]?.stringValue
        return result
    }

    private static func proxy(_ client: JSONObject, _ name: String) -> OAuth2Configuration.Proxy? {
        client[name]?.stringValue.map { .init(url: $0, authorization: secret(client["\(name)_authorization"])) }
    }

    private static func secret(_ value: JSONValue?) -> Secret? { value?.stringValue.map { Secret($0) } }

    private static func secrets(_ value: JSONValue?) -> [String: Secret] {
        var result: [String: Secret] = [:]
        for (name, value) in value?.objectValue ?? [:] { result[name] = secret(value) }
        return result
    }
}
