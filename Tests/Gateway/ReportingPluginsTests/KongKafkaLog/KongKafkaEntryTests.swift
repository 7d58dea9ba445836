import EventLoop
import Foundation
import GatewayModel
import HTTPServer
import JSON
import Kafka
import PluginKit
import System
import TestBrokers
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import LogKit
@testable import ReportingPlugins

/// Knows one consumer, by any name.
private enum TestLogin {
    static let definition = PluginDefinition(
        schema: PluginSchema(name: "test-login", priority: 1_000, config: RecordSchema(fields: [])), phases: .access
    ) { _, _ in Prepared() }

    private struct Prepared: PreparedPlugin {
        func plugin(on loop: EventLoop) -> any Plugin { Login() }
    }

    private final class Login: Plugin {
        func access(_ exchange: inout Exchange, _ context: RequestContext) -> Verdict {
            if exchange.request.index(of: "authorization") != nil {
                context.consumer = context.entities?.consumer("5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0001")
            }
            return .next
        }
    }
}

/// Entries compared key by key.
@Suite("entries of kong-kafka-log")
struct OptumEntryTests {
    private struct Sent {
        let entry: JSONValue
        let gatewayPort: Int
        let servicePort: Int
        let answer: HTTPAnswer
    }

    /// What a request left behind in the file.
    private static func entry(of head: String) async throws -> Sent {
        let path = NSTemporaryDirectory() + "sluice-entry-\(UUID().uuidString)"
        defer { unlink(path) }
        let upstream = try ScriptedUpstream { connection, _ in
            while let request = try connection.request() {
                try connection.answer(
                    "hello", status: request.contains("/unauthorized") ? "401 Unauthorized" : "200 OK")
            }
        }
        let outputs = LogOutputs()
        let gateway = try TestGateway(
            #"""
            {"services":[{"name":"orders","host":"127.0.0.1","port":\#(upstream.port),"path":"/base"}],
             "routes":[{"name":"proxied","paths":["/proxied"],"service":{"name":"orders"}},
                       {"name":"refused","paths":["/refused"],"service":{"name":"orders"}}],
             "consumers":[{"id":"5d35a5b4-61b9-4b3c-9a3f-1f0a1f4c0001","username":"ann"}],
             "plugins":[{"name":"test-login"},
                        {"name":"request-termination","route":{"name":"refused"},"config":{"status_code":403}},
                        {"name":"kong-kafka-log","config":{"log_to_kafka":false,"log_to_file":true,
                         "log_to_file_path":"\#(path)","ask_id":"testaskid","app_name":"gatewayappname"}}]}
            """#,
            plugins: GatewayHarness.plain + [
                TestLogin.definition,
                KongKafkaLog.definition(pool: ProducerPool(loops: [], events: NoEvents()), outputs: outputs),
            ])
        let answer = try await gateway.ask(head)
        try await Eventually.holds("the entry is written") {
            try File.exists(path) && File.read(path).last == 0x0a
        }
        let lines = String(decoding: try File.read(path), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 1)
        return Sent(
            entry: try JSONValue.parse(text: String(lines[0])), gatewayPort: Int(gateway.port),
            servicePort: upstream.port,
            answer: answer)
    }

    private final class NoEvents: KafkaEventSink {
        func received(_ event: KafkaEvent) {}
    }

    /// The entry without what differs from run to run, which is looked at here.
    private static func constant(_ sent: Sent) throws -> JSONObject {
        var entry = try #require(sent.entry.objectValue)
        let received = try #require(entry["receivedTime"]?.integerValue)
        #expect(abs(Date().timeIntervalSince1970 * 1_000 - Double(received)) < 3_600_000)
        entry["receivedTime"] = nil
        var request = try #require(entry["request"]?.objectValue)
        #expect((request["in"]?.integerValue ?? 0) > 40 && (request["out"]?.integerValue ?? 0) > 40)
        request["in"] = nil
        request["out"] = nil
        entry["request"] = .object(request)
        return entry
    }

    private static let device: JSONValue = [
        "vendor": "Optum", "product": "kong-kafka-log", "hostname": .string(CurrentProcess.hostName),
        "ip4": 2_130_706_433,
    ]
    private static let application: JSONValue = ["askId": "testaskid", "name": "gatewayappname"]

    @Test("a request of a consumer with a token that a service answered")
    func proxied() async throws {
        let sent = try await Self.entry(
            of: "GET /proxied/a?x=1\nHost: Gateway.Test:80\nAuthorization: Bearer abc\nOptum-CID-Ext: 42")
        #expect(
            try Self.constant(sent) == [
                "name": "orders", "eventClass": "200", "msg": "STARGATE_PROXY_TX", "logClass": "SECURITY_SUCCESS",
                "application": Self.application, "device": Self.device,
                "sourceHost": ["ip4": 2_130_706_433, "port": 8443],
                "sourceUser": [
                    "name": "ann", "tokenHash": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                ],
                "destHost": [
                    "hostname": "127.0.0.1", "ipv4": 2_130_706_433, "port": .integer(sent.servicePort),
                    "path": "/base/a",
                ],
                "request": [
                    "request": "https://gateway.test:8443/proxied/a", "method": "GET", "Optum_CID_Ext": "42",
                ],
            ])
    }

    @Test("a request that a plugin refused is a failure of security")
    func refused() async throws {
        let sent = try await Self.entry(of: "POST /refused?x=1")
        #expect(
            try Self.constant(sent) == [
                "name": "orders", "eventClass": "403", "msg": "STARGATE_PROXY_TX", "logClass": "SECURITY_FAILURE",
                "application": Self.application, "device": Self.device,
                "sourceHost": ["ip4": 2_130_706_433, "port": 8443], "sourceUser": [:],
                "destHost": ["hostname": "127.0.0.1"],
                "request": ["request": "https://gateway.test:8443/refused", "method": "POST"],
            ])
    }

    @Test("what the service refused is none")
    func refusedByService() async throws {
        let sent = try await Self.entry(of: "GET /proxied/unauthorized")
        #expect(sent.answer.status == 401)
        #expect(sent.entry["eventClass"] == "401" && sent.entry["logClass"] == "SECURITY_SUCCESS")
    }

    @Test("a request without a route")
    func unmatched() async throws {
        let sent = try await Self.entry(of: "GET /nowhere")
        #expect(
            try Self.constant(sent) == [
                "eventClass": "404", "msg": "STARGATE_PROXY_TX", "logClass": "SECURITY_SUCCESS",
                "application": Self.application, "device": Self.device,
                "sourceHost": ["ip4": 2_130_706_433, "port": 8443], "sourceUser": [:], "destHost": [:],
                "request": ["request": "https://gateway.test:8443/nowhere", "method": "GET"],
            ])
    }
}
