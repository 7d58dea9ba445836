internal import Bytes
internal import GatewayModel
package import JSON
package import Kafka
internal import Observability
package import PluginKit

/// Reads the shared Kafka fields of a plugin's `config`.
package struct KafkaClientConfiguration {
    /// What operators know the cluster by.
    package let label: String
    package let isAsynchronous: Bool
    package let producer: ProducerConfiguration

    /// Longer than any wait for a leader, and short enough to be told the same day.
    private static let asynchronousDeliveryTimeout = 120_000
    private static let asynchronousLinger = 5.0
    /// A broker works on one request of a connection at a time: one is there and one on its way. What comes meanwhile
    /// goes together; more requests under way would each carry less and come back no sooner.
    private static let synchronousInFlight = 2

    /// - Parameters:
    ///   - config: Complete and valid.
    ///   - waitsForAnswers: Whether somebody waits for acknowledgements where `producer_async` is false.
    package init(_ config: JSONObject, _ context: PluginBuildContext, waitsForAnswers: Bool = true) throws {
        let servers = (config["bootstrap_servers"]?.arrayValue ?? []).compactMap { server -> String? in
            guard let host = server["host"]?.stringValue, let port = server["port"]?.integerValue else { return nil }
            return host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
        guard !servers.isEmpty else {
            throw PluginBuildError("bootstrap_servers", "at least one broker is needed")
        }
        func integer(_ name: String, _ fallback: Int) -> Int { config[name]?.integerValue ?? fallback }
        label = config["cluster_name"]?.stringValue ?? servers.joined(separator: ",")
        isAsynchronous = !waitsForAnswers || config["producer_async"]?.boolValue ?? true
        let timeout = integer("timeout", 10_000)
        let cluster = ClusterConfiguration(
            bootstrapServers: servers, security: try Self.security(config, context), socketTimeout: timeout,
            connectionIdle: integer("keepalive", 60_000))
        let acknowledgement =
            ProducerConfiguration.Acknowledgement(rawValue: integer("producer_request_acks", 1)) ?? .leader
        let flush = Double(integer("producer_async_flush_timeout", 1_000))
        let requestBytes = integer("producer_request_limits_bytes_per_request", 1_048_576)
        let largest = max(requestBytes, 1_048_576)
        producer = ProducerConfiguration(
            cluster: cluster, acknowledgement: acknowledgement,
            isIdempotent: config["idempotence"]?.boolValue ?? (acknowledgement == .all),
            compression: .init(rawValue: config["compression_type"]?.stringValue ?? "none") ?? .none,
            linger: config["linger"]?.numberValue ?? (isAsynchronous ? min(flush, Self.asynchronousLinger) : 0),
            batchMessages: integer("producer_request_limits_messages_per_request", 200), batchBytes: requestBytes,
            requestTimeout: integer("producer_request_timeout", 2_000),
            deliveryTimeout: config["delivery_timeout"]?.integerValue
                ?? (isAsynchronous ? Self.asynchronousDeliveryTimeout : timeout),
            retries: integer("producer_request_retries_max_attempts", 10),
            retryBackoff: integer("producer_request_retries_backoff_timeout", 100),
            queueMessages: integer("producer_async_buffering_limits_messages_in_memory", 50_000),
            partitioner: .init(rawValue: config["partitioner"]?.stringValue ?? "") ?? .murmur2Random,
            maximumMessageBytes: largest, maximumInFlight: isAsynchronous ? nil : Self.synchronousInFlight)
    }

    private static func security(
        _ config: JSONObject, _ context: PluginBuildContext
    ) throws -> SecurityConfiguration {
        let security = config["security"]?.objectValue ?? [:]
        var result = SecurityConfiguration()
        var authorities = context.trustedAuthorities
        if let ids = security["ca_certificates"]?.arrayValue?.compactMap(\.stringValue), !ids.isEmpty {
            authorities = try ids.map {
                try context.certificateAuthority($0, field: "security.ca_certificates")
            }.joined(separator: "\n")
        }
        if security["ssl"] == true {
            var tls = TLSConfiguration(verify: security["ssl_verify"]?.boolValue ?? true, caPEM: authorities)
            if let id = security["certificate_id"]?.stringValue {
                let pair = try context.certificate(id, field: "security.certificate_id")
                tls.certificatePEM = pair.certificate
                tls.keyPEM = Secret(pair.key)
            }
            if let password = security["key_password"]?.stringValue { tls.keyPassword = Secret(password) }
            result.tls = tls
        }
        let authentication = config["authentication"]?.objectValue ?? [:]
        result.sasl = sasl(authentication, authorities)
        // Kong accepts this too; nobody should believe that the connection is authenticated.
        if result.sasl == nil, EntityCheck.isSet(authentication["mechanism"]) {
            context.logger.warn(
                "authentication has no effect without its strategy",
                ["plugin": .string(context.pluginName), "plugin_id": .string(context.pluginID)])
        }
        return result
    }

    private static func sasl(_ authentication: JSONObject, _ authorities: String?) -> SASLConfiguration? {
        guard authentication["strategy"] == "sasl" else { return nil }
        let user = authentication["user"]?.stringValue ?? ""
        let password = Secret(authentication["password"]?.stringValue ?? "")
        switch authentication["mechanism"]?.stringValue {
        case "PLAIN": return .plain(user: user, password: password)
        case "SCRAM-SHA-256": return .scramSHA256(user: user, password: password)
        case "SCRAM-SHA-512": return .scramSHA512(user: user, password: password)
        case "OAUTHBEARER":
            let token = authentication["oauthbearer"]?.objectValue ?? [:]
            var extensions: [String: String] = [:]
            for (key, value) in token["extensions"]?.objectValue ?? [:] { extensions[key] = value.stringValue }
            return .oauthBearer(
                OAuthBearerConfiguration(
                    tokenEndpoint: token["token_endpoint_url"]?.stringValue ?? "",
                    clientID: token["client_id"]?.stringValue ?? "",
                    clientSecret: Secret(token["client_secret"]?.stringValue ?? ""),
                    scopes: token["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? [], extensions: extensions,
                    verify: token["token_endpoint_tls_verify"]?.boolValue ?? true, caPEM: authorities))
        default: return nil
        }
    }
}
