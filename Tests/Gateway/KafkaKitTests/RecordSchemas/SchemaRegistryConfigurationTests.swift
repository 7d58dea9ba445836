import Bytes
import GatewayModel
import JSON
import PluginKit
import SchemaRegistry
import TestPlugins
import Testing

@testable import KafkaKit

/// Fields of `schema_registry.confluent` and what they change in the registry's configuration.
struct RegistryMapping: Sendable, CustomTestStringConvertible {
    let fields: String
    let change: @Sendable (inout RegistryConfiguration) -> Void

    var testDescription: String { fields }

    init(_ fields: String, _ change: @escaping @Sendable (inout RegistryConfiguration) -> Void) {
        self.fields = fields
        self.change = change
    }

    static let authority = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e51"

    static let all = [
        RegistryMapping("{}") { _ in },
        RegistryMapping(#"{"ttl":0.5}"#) { $0.lifetime = 500 },
        RegistryMapping(#"{"stale_if_error":0}"#) { $0.staleAllowance = 0 },
        RegistryMapping(#"{"timeout":7}"#) { $0.timeout = 7 },
        RegistryMapping(#"{"assert_formats":true}"#) { $0.assertsFormats = true },
        RegistryMapping(#"{"ssl_verify":false}"#) { $0.verifiesCertificates = false },
        RegistryMapping(#"{"ca_certificates":["\#(authority)"]}"#) { $0.authoritiesPEM = "an authority" },
        RegistryMapping(#"{"authentication":{"mode":"basic","basic":{"username":"u","password":"p"}}}"#) {
            $0.authentication = .basic(user: "u", password: "p")
        },
        // A login that is not chosen is none.
        RegistryMapping(#"{"authentication":{"mode":"none","basic":{"username":"u","password":"p"}}}"#) { _ in },
        RegistryMapping(#"{"authentication":{"mode":"oauth2","oauth2":{"token_endpoint":"http://i/t"}}}"#) {
            var login = OAuth2Configuration(tokenEndpoint: "http://i/t")
            login.scopes = ["openid"]
            $0.authentication = .oauth2(login)
        },
        RegistryMapping(
            """
            {"authentication":{"mode":"oauth2","oauth2":{"token_endpoint":"https://i/t","client_id":"i",
               "client_secret":"s","grant_type":"password","username":"u","password":"p","scopes":["a"],
               "audience":["b"],"token_headers":{"h":"1"},"token_post_args":{"a":"2"},"logical_cluster_id":"lsrc",
               "identity_pool_id":"pool"},
              "oauth2_client":{"auth_method":"client_secret_jwt","client_secret_jwt_alg":"HS256","http_version":1.0,
               "timeout":9,"keep_alive":false,"ssl_verify":false,"http_proxy":"http://p:1",
               "http_proxy_authorization":"Basic x","https_proxy":"http://q:2","no_proxy":"localhost"}}}
            """
        ) {
            var login = OAuth2Configuration(tokenEndpoint: "https://i/t")
            login.clientID = "i"
            login.clientSecret = "s"
            login.grant = .password(user: "u", password: "p")
            login.scopes = ["a"]
            login.audience = ["b"]
            login.tokenHeaders = ["h": "1"]
            login.tokenArguments = ["a": "2"]
            login.logicalClusterID = "lsrc"
            login.identityPoolID = "pool"
            login.clientMethod = .secretJWT
            login.signsWithSHA512 = false
            login.usesHTTP10 = true
            login.timeout = 9
            login.keepsConnection = false
            login.verifiesCertificates = false
            login.httpProxy = .init(url: "http://p:1", authorization: "Basic x")
            login.httpsProxy = .init(url: "http://q:2")
            login.noProxy = "localhost"
            $0.authentication = .oauth2(login)
        },
    ]
}

@Suite("The fields of a schema registry")
struct SchemaRegistryConfigurationTests {
    private static func read(
        _ fields: String, url: JSONValue = "http://registry:8081", ownRegistry: String? = nil
    ) throws -> RegistryConfiguration {
        var confluent = try JSONValue.parse(text: fields).objectValue ?? [:]
        confluent["url"] = url
        confluent["value_schema"] = ["subject_name": "s"]
        let config = try PluginFixture.config(
            "kafka-upstream",
            [
                "topic": "t", "bootstrap_servers": [["host": "kafka", "port": 9092]],
                "schema_registry": ["confluent": .object(confluent)],
            ])
        let context = PluginFixture.context(authority: { $0 == RegistryMapping.authority ? "an authority" : nil })
        let complete = config["schema_registry"]?["confluent"]?.objectValue ?? [:]
        return try SchemaRegistryConfiguration.read(complete, context, ownRegistry: ownRegistry)
    }

    @Test("each field reaches the registry's client, and nothing else changes", arguments: RegistryMapping.all)
    func mapped(_ mapping: RegistryMapping) throws {
        var expected = RegistryConfiguration(url: "http://registry:8081")
        mapping.change(&expected)
        #expect(try Self.read(mapping.fields) == expected)
    }

    @Test("without a URL it is the node's own registry; a node without one says so")
    func ownRegistry() throws {
        #expect(try Self.read("{}", url: .null, ownRegistry: "http://127.0.0.1:9").url == "http://127.0.0.1:9")
        #expect(
            throws: PluginBuildError(
                "schema_registry.confluent.url",
                "required: this node has no registry of its own (setting registry_listen)")
        ) { try Self.read("{}", url: .null) }
    }

    @Test("a CA certificate that is not there is told with its field")
    func missingAuthority() throws {
        let other = "2c0c7b5e-93c5-4c28-9c6d-0d4e4b1a7e52"
        #expect(
            throws: PluginBuildError(
                "schema_registry.confluent.ca_certificates", "the CA certificate '\(other)' does not exist")
        ) { try Self.read(#"{"ca_certificates":["\#(other)"]}"#) }
    }
}
