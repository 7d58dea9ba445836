import Testing

@testable import Kafka

@Suite("librdkafka's words for a fault")
struct LibraryFaultTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let broker: String
        let reason: String
        var milliseconds: Int?
        var state = ""
        var testDescription: String { text }
    }

    @Test(
        "are taken apart",
        arguments: [
            Case(
                text:
                    "localhost:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)",
                broker: "localhost:9092", reason: "Connect to ipv4#127.0.0.1:9092 failed: Connection refused",
                milliseconds: 0, state: "CONNECT"),
            Case(
                text:
                    "sasl_ssl://kafka.example.com:9093/bootstrap: SASL authentication error: Invalid username or password (after 301ms in state AUTH_REQ, 4 identical error(s) suppressed)",
                broker: "kafka.example.com:9093", reason: "SASL authentication error: Invalid username or password",
                milliseconds: 301, state: "AUTH_REQ"),
            Case(
                text: "ssl://[::1]:9093/bootstrap: SSL handshake failed", broker: "[::1]:9093",
                reason: "SSL handshake failed"),
            Case(
                text: "Failed to acquire SASL OAUTHBEARER token: {\"error\": \"invalid_client\"}", broker: "",
                reason: "Failed to acquire SASL OAUTHBEARER token: {\"error\": \"invalid_client\"}"),
            Case(text: "", broker: "", reason: ""),
            Case(text: ": ", broker: "", reason: ": "),
            Case(text: "a:1/: (after )", broker: "a:1", reason: "(after )"),
            Case(text: "a:1/2: x (after )", broker: "a:1", reason: "x"),
        ])
    func parsed(_ given: Case) {
        let text = LibraryFaultText(given.text)
        #expect(text.broker == given.broker)
        #expect(text.reason == given.reason)
        #expect(text.milliseconds == given.milliseconds)
        #expect(text.state == given.state)
    }

    @Test(
        "an answer of HTTP is told as such, instead of advice to take longer ones",
        arguments: [
            (1_213_486_160, "an HTTP server answers there, not a Kafka broker: is the port right?"),
            (
                200_000_000,
                "Receive failed: Invalid response size 200000000 (0..100000000): increase receive.message.max.bytes"
            ),
            (-5, "Receive failed: Invalid response size -5 (0..100000000): increase receive.message.max.bytes"),
        ])
    func answersOfHTTP(size: Int, reason: String) {
        let text = LibraryFaultText(
            "a:1/bootstrap: Receive failed: Invalid response size \(size) (0..100000000): "
                + "increase receive.message.max.bytes (after 2ms in state APIVERSION_QUERY)")
        #expect(text.broker == "a:1")
        #expect(text.reason == reason)
    }

    @Test(
        "a broker that hangs up is a fault only when it does so at once",
        arguments: [
            ("[thrd:a:1/1]: a:1/1: Disconnected: closed by peer (after 3ms in state UP)", true),
            ("[thrd:a:1/1]: a:1/1: Disconnected: closed by peer (after 600000ms in state UP)", false),
            ("[thrd:a:1/1]: a:1/1: Disconnected: closed by peer (after 600000ms in state APIVERSION_QUERY)", true),
            ("[thrd:a:1/1]: a:1/1: Connect to ipv4#1 failed: refused (after 3ms in state CONNECT)", false),
            ("Disconnected", false),
        ])
    func disconnections(line: String, isFault: Bool) {
        let text = LibraryFaultText(disconnection: line)
        #expect((text != nil) == isFault)
        if isFault { #expect(text?.broker == "a:1") }
    }

    @Test("a request without an answer is a fault of its broker")
    func unanswered() {
        let text = LibraryFaultText(
            unanswered: "[thrd:a:1/1]: a:1/1: Timed out ProduceRequest in flight (after 1001ms, timeout #0)")
        #expect(text?.broker == "a:1")
        #expect(text?.reason == "no answer to a ProduceRequest within 1001 ms")
        #expect(LibraryFaultText(unanswered: "[thrd:a:1/1]: a:1/1: Timed out 1 in-flight, 0 retry-queued") == nil)
    }
}
