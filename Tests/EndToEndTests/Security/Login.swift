import JSON
import TestBrokers
import Testing

/// A way to log in to the rig's Kafka by a plugin's configuration, and how it must end.
struct Login: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case delivered
        /// The fault that the log names, with words of its detail; whether it is a broker's.
        case refused(error: String, detail: String, isBrokers: Bool)

        static func refused(_ error: String, _ detail: String, isBrokers: Bool = true) -> Outcome {
            .refused(error: error, detail: detail, isBrokers: isBrokers)
        }
    }

    let testDescription: String
    let listener: KafkaRig.Listener
    /// `security` and `authentication` of the plugin.
    let config: @Sendable (_ tokenEndpoint: String) -> JSONObject
    let outcome: Outcome

    init(
        _ name: String, _ listener: KafkaRig.Listener, _ outcome: Outcome,
        _ config: @escaping @Sendable (String) -> JSONObject
    ) {
        testDescription = name
        self.listener = listener
        self.outcome = outcome
        self.config = config
    }

    var isRefused: Bool { if case .refused = outcome { true } else { false } }
    /// The route, and what the log calls the cluster.
    var name: String { testDescription.replacing(" ", with: "-") }

    /// Ids of the entities that the document has.
    enum Entity {
        static let authority = "5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0001"
        static let otherAuthority = "5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0002"
        static let client = "5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0003"
        static let clientEncrypted = "5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0004"
        static let stranger = "5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0005"
    }

    /// What no log line and no answer may hold.
    static let secrets = [
        "alice-secret", "bob-secret", "sluice-secret", "guessed-secret", "client-pass", "PRIVATE KEY",
        "payload-of-a-record", "key-of-a-record", "header-of-a-record",
    ]
    /// By which a configuration names a password without holding it.
    static let environment = ["BOBS_PASSWORD": "bob-secret"]

    private static func tls(_ members: JSONObject = JSONObject()) -> JSONObject {
        let trusted: JSONObject = ["ssl": true, "ca_certificates": [.string(Entity.authority)]]
        return ["security": .object(trusted.with(members))]
    }

    private static func sasl(_ mechanism: String, _ user: String, _ password: String) -> JSONObject {
        [
            "authentication": [
                "strategy": "sasl", "mechanism": .string(mechanism), "user": .string(user),
                "password": .string(password),
            ]
        ]
    }

    private static func bearer(_ endpoint: String, secret: String = "sluice-secret") -> JSONObject {
        [
            "authentication": [
                "strategy": "sasl", "mechanism": "OAUTHBEARER",
                "oauthbearer": [
                    "token_endpoint_url": .string(endpoint), "client_id": "sluice", "client_secret": .string(secret),
                ],
            ]
        ]
    }

    static let all: [Login] =
        transport
        + [(KafkaRig.Listener.sasl, "", JSONObject()), (.saslTLS, " over TLS", tls())].flatMap { sasl($0, $1, $2) }
        + mismatched

    private static let transport: [Login] = [
        Login("TLS", .tls, .delivered) { _ in tls() },
        Login("TLS without verification", .tls, .delivered) { _ in ["security": ["ssl": true, "ssl_verify": false]] },
        Login("TLS with another authority", .tls, .refused("TLSFailure", "certificate")) { _ in
            tls(["ca_certificates": [.string(Entity.otherAuthority)]])
        },
        Login("TLS with the authority among others", .tls, .delivered) { _ in
            tls(["ca_certificates": [.string(Entity.otherAuthority), .string(Entity.authority)]])
        },
        Login("TLS with the authorities of the system", .tls, .refused("TLSFailure", "certificate")) { _ in
            ["security": ["ssl": true]]
        },
        Login("mutual TLS", .mutualTLS, .delivered) { _ in tls(["certificate_id": .string(Entity.client)]) },
        Login("mutual TLS with an encrypted key", .mutualTLS, .delivered) { _ in
            tls(["certificate_id": .string(Entity.clientEncrypted), "key_password": "client-pass"])
        },
        Login("mutual TLS without a certificate", .mutualTLS, .refused("TLSFailure", "certificate")) { _ in tls() },
        Login("mutual TLS with the certificate of a stranger", .mutualTLS, .refused("TLSFailure", "")) { _ in
            tls(["certificate_id": .string(Entity.stranger)])
        },
    ]

    private static func sasl(_ listener: KafkaRig.Listener, _ way: String, _ security: JSONObject) -> [Login] {
        [
            Login("PLAIN\(way)", listener, .delivered) { _ in security.with(sasl("PLAIN", "alice", "alice-secret")) },
            Login("PLAIN by reference\(way)", listener, .delivered) { _ in
                security.with(sasl("PLAIN", "bob", "{vault://env/BOBS_PASSWORD}"))
            },
            Login(
                "PLAIN with a wrong password\(way)", listener,
                .refused("AuthenticationFailed", "Invalid username or password")
            ) { _ in security.with(sasl("PLAIN", "alice", "guessed-secret")) },
            Login("OAUTHBEARER\(way)", listener, .delivered) { security.with(bearer($0)) },
            Login(
                "OAUTHBEARER with a wrong secret\(way)", listener,
                .refused("AuthenticationFailed", "invalid_client", isBrokers: false)
            ) { security.with(bearer($0, secret: "guessed-secret")) },
        ]
            + ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap { mechanism in
                [
                    Login("\(mechanism)\(way)", listener, .delivered) { _ in
                        security.with(sasl(mechanism, "bob", "bob-secret"))
                    },
                    Login(
                        "\(mechanism) with a wrong password\(way)", listener,
                        .refused("AuthenticationFailed", "invalid credentials")
                    ) { _ in security.with(sasl(mechanism, "bob", "guessed-secret")) },
                ]
            }
    }

    private static let mismatched: [Login] = [
        Login("plain text to a TLS listener", .tls, .refused("BrokerTransportFailure", "does this listener expect TLS"))
        { _ in JSONObject() },
        Login(
            "no credentials to a SASL listener", .sasl,
            .refused("BrokerTransportFailure", "does this listener expect TLS, SASL")
        ) { _ in JSONObject() },
        Login("TLS to a plain listener", .plaintext, .refused("TLSFailure", "")) { _ in tls() },
    ]
}
