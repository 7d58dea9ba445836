import Bytes
import Testing

@testable import Kafka

/// A configuration that no client can be made of, and the words of its refusal.
struct RefusedConfiguration: Sendable, CustomTestStringConvertible {
    let words: String
    var name = "InvalidConfiguration"
    let change: @Sendable (inout ProducerConfiguration) -> Void

    var testDescription: String { words }

    private static func bearer(_ change: (inout OAuthBearerConfiguration) -> Void) -> SASLConfiguration {
        var bearer = OAuthBearerConfiguration(
            tokenEndpoint: "https://localhost/token", clientID: "id", clientSecret: "top-secret")
        change(&bearer)
        return .oauthBearer(bearer)
    }

    static let all: [RefusedConfiguration] = [
        .init(words: "no bootstrap server") { $0.cluster.bootstrapServers = [] },
        .init(words: "\"localhost\" is no bootstrap server") { $0.cluster.bootstrapServers = ["localhost"] },
        .init(words: "\":9092\" is no bootstrap server") { $0.cluster.bootstrapServers = [":9092"] },
        .init(words: "is no bootstrap server") { $0.cluster.bootstrapServers = ["a:1,b:2"] },
        .init(words: "is no bootstrap server") { $0.cluster.bootstrapServers = ["a:0"] },
        .init(words: "is no bootstrap server") { $0.cluster.bootstrapServers = ["a:65536"] },
        .init(words: "is no bootstrap server") { $0.cluster.bootstrapServers = ["PLAINTEXT://a:1"] },
        .init(words: "is no bootstrap server") { $0.cluster.bootstrapServers = ["a b:1"] },
        .init(words: "idempotence needs acknowledgement by all replicas") { $0.acknowledgement = .leader },
        .init(words: "value of linger.ms") { $0.linger = -1 },
        .init(words: "value of request.timeout.ms") { $0.requestTimeout = 0 },
        .init(words: "value of batch.num.messages") { $0.batchMessages = 0 },
        .init(words: "key is given without its certificate") {
            $0.cluster.security.tls = TLSConfiguration(keyPEM: "top-secret")
        },
        .init(words: "certificate is given without its key") {
            $0.cluster.security.tls = TLSConfiguration(certificatePEM: "-----BEGIN CERTIFICATE-----")
        },
        .init(words: "ssl.ca.pem") { $0.cluster.security.tls = TLSConfiguration(caPEM: "no certificate") },
        .init(words: "ssl.certificate.pem") {
            $0.cluster.security.tls = TLSConfiguration(certificatePEM: "no certificate", keyPEM: "top-secret")
        },
        .init(words: "needs a user and a password") {
            $0.cluster.security.sasl = .plain(user: "", password: "top-secret")
        },
        .init(words: "needs a user and a password") {
            $0.cluster.security.sasl = .scramSHA256(user: "a", password: "")
        },
        .init(words: "must be an http or https URL") {
            $0.cluster.security.sasl = bearer { $0.tokenEndpoint = "ftp://localhost" }
        },
        .init(words: "needs a client id and a client secret") {
            $0.cluster.security.sasl = bearer { $0.clientID = "" }
        },
        .init(words: "always verified", name: "UnsupportedConfiguration") {
            $0.cluster.security.sasl = bearer { $0.verify = false }
        },
        .init(words: "\"auth\" is no name of a SASL extension") {
            $0.cluster.security.sasl = bearer { $0.extensions = ["auth": "x"] }
        },
        .init(words: "is no name of a SASL extension") {
            $0.cluster.security.sasl = bearer { $0.extensions = ["a1": "x"] }
        },
        .init(words: "without commas") { $0.cluster.security.sasl = bearer { $0.extensions = ["a": "x,b=y"] } },
        .init(words: "printable ASCII") { $0.cluster.security.sasl = bearer { $0.extensions = ["a": "x\u{1}"] } },
    ]
}

@Suite("Configurations that are refused")
struct ConfigurationRefusalTests {
    @Test(
        "a configuration that cannot work is refused with its reason and no secret", arguments: RefusedConfiguration.all
    )
    func refused(_ refused: RefusedConfiguration) throws {
        let harness = try ProducerHarness()
        let configuration = ProducerConfiguration.test(["127.0.0.1:1"], refused.change)

        let error = #expect(throws: KafkaError.self) { try harness.producer(configuration) }

        #expect(error?.message.contains(refused.words) == true, "\(error as Any)")
        #expect(error?.name == refused.name && error?.kind == .invalid && error?.isRetriable == false)
        #expect(error?.message.contains("top-secret") == false)
        #expect(harness.pool.openCount == 0)
    }

    @Test("a secret does not show, however it is looked at")
    func secrets() {
        let configuration = ProducerConfiguration.test(["a:1"]) {
            $0.cluster.security = SecurityConfiguration(
                tls: TLSConfiguration(keyPEM: "top-secret", keyPassword: "top-secret"),
                sasl: .plain(user: "alice", password: "top-secret"))
        }
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(text.contains("alice") && !text.contains("top-secret"))
        }
    }

    @Test(
        "topic names follow Kafka's rule",
        arguments: [
            ("orders", true), ("a.b_c-D9", true), (String(repeating: "a", count: 249), true), ("", false), (".", false),
            ("..", false), ("...", true), ("a/b", false), ("a b", false), ("ü", false), ("a\u{0}", false),
            (String(repeating: "a", count: 250), false),
        ])
    func topicNames(name: String, isValid: Bool) throws {
        #expect(TopicName.isValid(name) == isValid)
        let harness = try ProducerHarness()
        let producer = try harness.producer(.test(["127.0.0.1:1"]))
        if isValid {
            #expect(try producer.topic(name).name == name)
        } else {
            let error = #expect(throws: KafkaError.self) { try producer.topic(name) }
            #expect(error?.name == "InvalidTopic" && error?.kind == .invalid)
        }
    }
}
