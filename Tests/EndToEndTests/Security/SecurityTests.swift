import JSON
import TestBrokers
import TestClient
import Testing

/// One node with a route for each login, as if it served many clusters.
private struct SecuredNode: Sendable {
    let rig: KafkaRig
    let node: RunningSluice
    private let endpoint: TokenEndpoint

    static let shared = SharedServer { try await SecuredNode() }

    private init() async throws {
        rig = try await KafkaRig.shared()
        endpoint = try await TokenEndpoint(for: rig)
        try await KafkaTopics.create(["e2e-logins", "e2e-denied"], on: rig.servers())
        try await rig.allowWriting("e2e-denied", user: "bob")
        var document = GatewayDocument()
        document.authority(Login.Entity.authority, try rig.pem("ca.crt"))
        document.authority(Login.Entity.otherAuthority, try rig.pem("other-ca.crt"))
        for (id, certificate, key) in [
            (Login.Entity.client, "client.crt", "client.key"),
            (Login.Entity.clientEncrypted, "client.crt", "client-encrypted.key"),
            (Login.Entity.stranger, "stranger.crt", "stranger.key"),
        ] { document.certificate(id, try rig.pem(certificate), key: try rig.pem(key)) }
        for login in Login.all {
            let common: JSONObject = [
                "cluster_name": .string(login.name), "key_query_arg": "key",
                "headers": ["include_headers": ["x-header"]],
                // Refused ones wait for their whole time.
                "delivery_timeout": .integer(Int((login.isRefused ? 4_000 : 25_000) * TestEnvironment.patience)),
            ]
            document.produce(
                "/\(login.name)", to: rig.servers(login.listener), topic: "e2e-logins",
                ProduceCase.acknowledged.with(common).with(login.config(endpoint.url)))
        }
        for (path, isTold) in [("/denied", false), ("/denied-and-told", true)] {
            let alice: JSONObject = [
                "cluster_name": "denied", "key_query_arg": "key", "producer_async": false,
                "error_handling": ["return_error_message": .bool(isTold)],
                "authentication": [
                    "strategy": "sasl", "mechanism": "PLAIN", "user": "alice", "password": "alice-secret",
                ],
            ]
            document.produce(path, to: rig.servers(.sasl), topic: "e2e-denied", alice)
        }
        node = try await RunningSluice(document, settings: ["log_level": "debug"], environment: Login.environment)
    }

    func ask(_ path: String) async throws -> HTTPAnswer {
        try await node.ask(
            "POST \(path)?key=key-of-a-record\nX-Header: header-of-a-record", body: "payload-of-a-record")
    }

    /// Neither what the node said nor what it answered tells a secret.
    func expectDiscretion(_ answer: HTTPAnswer) {
        let said = "\(node.text)\n\(answer.fields)\n\(answer.body)"
        let told = Login.secrets.filter { said.contains($0) }
        #expect(told == [])
    }
}

@Suite(
    "Logging in to Apache Kafka through the gateway",
    .enabled(if: TestEnvironment.hasRig, Comment(rawValue: TestEnvironment.needsRig)))
struct SecurityTests {
    @Test("each login delivers, or is refused with the cause in the log", arguments: Login.all)
    func login(_ login: Login) async throws {
        let secured = try await SecuredNode.shared.get()

        let answer = try await secured.ask("/\(login.name)")

        switch login.outcome {
        case .delivered:
            #expect(answer.status == 200, "\(answer.body)")
            #expect(try JSONValue.parse(text: answer.body)["records"]?.arrayValue?.first?["offset"] != nil)
            #expect(secured.node.lines("record not sent").allSatisfy { $0["cluster"] != login.name })
        case .refused(let error, let detail, let isBrokers):
            #expect(answer.status == 503)
            #expect(answer["retry-after"] == "5")
            #expect(answer.body == #"{"message":"Service Unavailable","error":"could not send message to topic"}"#)
            let broker = isBrokers ? secured.rig.servers(login.listener)[0] : ""
            let fault = try await secured.node.line("kafka broker failed") {
                $0["cluster"] == login.name && $0["broker"] == broker && $0["error"] == error
                    && $0["detail"].contains(detail)
            }
            #expect(fault.level == "warn")
            let line = try await secured.node.line("record not sent") { $0["cluster"] == login.name }
            #expect(line["topic"] == "e2e-logins" && line["error"] == "MessageTimedOut")
            // The client may find several reasons, one after the other; none is told twice.
            let faults = secured.node.lines("kafka broker failed").filter { $0["cluster"] == login.name }
            #expect(faults.contains { line["detail"].contains($0["detail"]) }, "\(line)")
            #expect(Set(faults.map { "\($0["broker"]) \($0["detail"])" }).count == faults.count)
        }
        secured.expectDiscretion(answer)
    }

    @Test("a topic that is closed to the user is 502, and the reason is told to those who may know")
    func denied() async throws {
        let secured = try await SecuredNode.shared.get()

        let untold = try await secured.ask("/denied")
        let told = try await secured.ask("/denied-and-told")

        #expect(untold.status == 502 && untold["retry-after"] == nil)
        #expect(untold.body == #"{"message":"Bad Gateway","error":"could not send message to topic"}"#)
        #expect(told.status == 502 && told["retry-after"] == nil)
        let body = try JSONValue.parse(text: told.body)
        #expect(body["message"] == "Bad Gateway" && body["error"] == "TopicAuthorizationFailed")
        let line = try await secured.node.line("record not sent") { $0["cluster"] == "denied" }
        #expect(line["error"] == "TopicAuthorizationFailed" && line["topic"] == "e2e-denied")
        #expect(line.number("status") == 502)
        secured.expectDiscretion(untold)
        secured.expectDiscretion(told)
    }
}
