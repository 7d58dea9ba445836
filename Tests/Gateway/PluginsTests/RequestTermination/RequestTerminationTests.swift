import JSON
import TestGateway
import Testing

@testable import Plugins

@Suite("request-termination")
struct RequestTerminationTests {
    @Test("without configuration it answers 503 with Kong's words")
    func defaults() throws {
        let gateway = try GatewayHarness.gateway(#"{"name":"request-termination"}"#)
        let answer = try gateway.ask("GET /any")
        #expect(answer.status == 503)
        #expect(answer["Content-Type"] == "application/json; charset=utf-8")
        #expect(answer.body == #"{"message":"Service unavailable"}"#)
    }
}
