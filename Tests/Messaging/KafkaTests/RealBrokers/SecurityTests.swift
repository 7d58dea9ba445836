import Bytes
import TestBrokers
import Testing

@testable import Kafka

/// A way to log in to the rig's Kafka, and how it must end.
struct Login: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable {
        case delivered
        /// Never delivered; the name of the cause, and words its message has.
        case refused(String, String)
    }

    let testDescription: String
    let listener: KafkaRig.Listener
    let security: @Sendable (KafkaRig, _ tokenEndpoint: String) throws -> SecurityConfiguration
    let outcome: Outcome

    init(
        _ name: String, _ listener: KafkaRig.Listener, _ outcome: Outcome,
        _ security: @escaping @Sendable (KafkaRig, String) throws -> SecurityConfiguration
    ) {
        testDescription = name
        self.listener = listener
        self.outcome = outcome
        self.security = security
    }

    static func sasl(_ sasl: SASLConfiguration) -> @Sendable (KafkaRig, String) -> SecurityConfiguration {
        { _, _ in SecurityConfiguration(sasl: sasl) }
    }

    static func bearer(
        secret: Secret = "sluice-secret",
        _ change: @escaping @Sendable (inout OAuthBearerConfiguration) -> Void = { _ in }
    ) -> @Sendable (KafkaRig, String) -> SecurityConfiguration {
        { _, endpoint in
            var bearer = OAuthBearerConfiguration(tokenEndpoint: endpoint, clientID: "sluice", clientSecret: secret)
            change(&bearer)
            return SecurityConfiguration(sasl: .oauthBearer(bearer))
        }
    }

    static let all: [Login] = [
        Login("TLS", .tls, .delivered) { rig, _ in
            SecurityConfiguration(tls: TLSConfiguration(caPEM: try rig.pem("ca.crt")))
        },
        Login("TLS without verification", .tls, .delivered) { _, _ in
            SecurityConfiguration(tls: TLSConfiguration(verify: false))
        },
        Login("TLS with the authority among others", .tls, .delivered) { rig, _ in
            SecurityConfiguration(tls: TLSConfiguration(caPEM: try rig.pem("other-ca.crt") + rig.pem("ca.crt")))
        },
        Login("TLS with only the system's authorities", .tls, .refused("TLSFailure", "certificate")) { _, _ in
            SecurityConfiguration(tls: TLSConfiguration())
        },
        Login("TLS with another authority", .tls, .refused("TLSFailure", "certificate")) { rig, _ in
            SecurityConfiguration(tls: TLSConfiguration(caPEM: try rig.pem("other-ca.crt")))
        },
        Login("TLS to a plain listener", .plaintext, .refused("TLSFailure", "")) { rig, _ in
            SecurityConfiguration(tls: TLSConfiguration(caPEM: try rig.pem("ca.crt")))
        },
        Login("plain text to a TLS listener", .tls, .refused("BrokerTransportFailure", "does this listener expect TLS"))
        { _, _ in .none },
        Login("mutual TLS", .mutualTLS, .delivered) { rig, _ in
            SecurityConfiguration(
                tls: TLSConfiguration(
                    caPEM: try rig.pem("ca.crt"), certificatePEM: try rig.pem("client.crt"),
                    keyPEM: Secret(try rig.pem("client.key"))))
        },
        Login("mutual TLS with an encrypted key", .mutualTLS, .delivered) { rig, _ in
            SecurityConfiguration(
                tls: TLSConfiguration(
                    caPEM: try rig.pem("ca.crt"), certificatePEM: try rig.pem("client.crt"),
                    keyPEM: Secret(try rig.pem("client-encrypted.key")), keyPassword: "client-pass"))
        },
        Login("mutual TLS without a certificate", .mutualTLS, .refused("TLSFailure", "certificate")) { rig, _ in
            SecurityConfiguration(tls: TLSConfiguration(caPEM: try rig.pem("ca.crt")))
        },
        Login("mutual TLS with a stranger's certificate", .mutualTLS, .refused("TLSFailure", "")) { rig, _ in
            SecurityConfiguration(
                tls: TLSConfiguration(
                    caPEM: try rig.pem("ca.crt"), certificatePEM: try rig.pem("stranger.crt"),
                    keyPEM: Secret(try rig.pem("stranger.key"))))
        },
        Login("PLAIN", .sasl, .delivered, sasl(.plain(user: "alice", password: "alice-secret"))),
        Login(
            "PLAIN with a wrong password", .sasl, .refused("AuthenticationFailed", "Invalid username or password"),
            sasl(.plain(user: "alice", password: "wrong-password"))),
        Login("PLAIN over TLS", .saslTLS, .delivered) { rig, _ in
            SecurityConfiguration(
                tls: TLSConfiguration(caPEM: try rig.pem("ca.crt")), sasl: .plain(user: "bob", password: "bob-secret"))
        },
        Login("SCRAM-SHA-256", .sasl, .delivered, sasl(.scramSHA256(user: "alice", password: "alice-secret"))),
        Login(
            "SCRAM-SHA-256 with a wrong password", .sasl, .refused("AuthenticationFailed", "invalid credentials"),
            sasl(.scramSHA256(user: "alice", password: "wrong-password"))),
        Login("SCRAM-SHA-512", .sasl, .delivered, sasl(.scramSHA512(user: "bob", password: "bob-secret"))),
        Login(
            "SCRAM-SHA-512 with an unknown user", .sasl, .refused("AuthenticationFailed", "invalid credentials"),
            sasl(.scramSHA512(user: "nobody", password: "wrong-password"))),
        Login("SCRAM-SHA-512 over TLS", .saslTLS, .delivered) { rig, _ in
            SecurityConfiguration(
                tls: TLSConfiguration(caPEM: try rig.pem("ca.crt")),
                sasl: .scramSHA512(user: "alice", password: "alice-secret"))
        },
        Login("OAUTHBEARER", .sasl, .delivered, bearer()),
        Login("OAUTHBEARER with scopes", .sasl, .delivered, bearer { $0.scopes = ["kafka", "orders.write"] }),
        Login(
            "OAUTHBEARER with a wrong secret", .sasl, .refused("AuthenticationFailed", "invalid_client"),
            bearer(secret: "wrong-password")),
        Login(
            "OAUTHBEARER with nobody at the endpoint", .sasl, .refused("AuthenticationFailed", "connect"),
            bearer { $0.tokenEndpoint = "http://127.0.0.1:1/token" }),
        Login(
            "PLAIN to a listener without SASL", .plaintext, .refused("AuthenticationFailed", "SASL"),
            sasl(.plain(user: "alice", password: "alice-secret"))),
        Login(
            "no credentials to a listener with SASL", .sasl,
            .refused("BrokerTransportFailure", "does this listener expect TLS, SASL")
        ) { _, _ in .none },
    ]
}

@Suite("Logging in to Apache Kafka", .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct SecurityTests {
    private static let endpoint = SharedServer { try await TokenEndpoint(for: KafkaRig.shared()) }
    private static let topic = SharedServer {
        try await KafkaRig.shared().createTopic("logins")
        return "logins"
    }

    @Test("each login is delivered, or refused with the cause named", arguments: Login.all)
    func login(_ login: Login) async throws {
        let rig = try await KafkaRig.shared()
        let topic = try await Self.topic.get()
        let endpoint = try await Self.endpoint.get()
        let harness = try ProducerHarness()
        let security = try login.security(rig, endpoint.url)
        var configuration = ProducerConfiguration.test(rig.servers(login.listener))
        configuration.cluster.security = security
        if case .refused = login.outcome { configuration.deliveryTimeout = 4_000 }
        let producer = try harness.producer(configuration)

        let report = try await harness.send(producer, try producer.topic(topic), TestRecord("hello"))

        switch login.outcome {
        case .delivered:
            #expect(report.error == nil)
            #expect(report.offset >= 0)
        case .refused(let name, let words):
            let error = try #require(report.error)
            let cause = try #require(error.cause, "\(harness.events.all)")
            #expect(error.name == "MessageTimedOut")
            #expect(cause.error.name == name, "\(cause)")
            #expect(cause.error.message.contains(words), "\(cause)")
            #expect(error.message.contains(cause.error.message))
            let status = producer.status
            let faults =
                status.brokers.filter(\.isFailing).compactMap(\.lastFault) + [status.clusterFault].compactMap(\.self)
            // The words may be those of a later attempt.
            #expect(faults.contains { $0.error.name == cause.error.name })
            _ = await harness.events.first {
                if case .brokerFailed(_, let fault) = $0 { fault.error == cause.error } else { false }
            }
        }
        let said = "\(harness.events.all) \(harness.pool.clusterStatuses()) \(configuration)"
        for secret in ["alice-secret", "bob-secret", "sluice-secret", "wrong-password", "client-pass", "PRIVATE KEY"] {
            #expect(!said.contains(secret))
        }
    }
}
