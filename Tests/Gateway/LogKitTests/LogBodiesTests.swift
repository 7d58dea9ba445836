import Foundation
import JSON
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import LogKit

@Suite("log_bodies")
struct LogBodiesTests {
    private static func entry(
        _ config: JSONObject, type: String = "application/json", body: String? = nil, chunks: [String]? = nil,
        answer: String, answerType: String = "application/json", more: String...
    ) async throws -> JSONValue {
        let recorder = EntryRecorder()
        let plugin: JSONValue = ["name": "entry-recorder", "config": ["log_bodies": .object(config)]]
        let entities = [plugin.text] + more
        let proxied = try ProxiedHarness(
            entities.joined(separator: ","), definitions: GatewayHarness.plain + [recorder.definition()]
        ) { connection, _ in
            try connection.answerAll(answer, fields: "Content-Type: \(answerType)\r\n")
        }
        let gateway = proxied.gateway
        let head = "POST /\nContent-Type: \(type)"
        if let chunks {
            let answered = try await OwnThread.run {
                let client = try gateway.client()
                try client.sendChunked(head, chunks)
                return try client.answer()
            }
            #expect(answered.body == answer)
        } else {
            #expect(try await gateway.ask(head, body: body).body == answer)
        }
        return try #require(await recorder.entries(1).first)
    }

    @Test("none by default")
    func byDefault() async throws {
        let entry = try await Self.entry([:], body: "secret", answer: "private")
        #expect(entry["request"]?["body"] == nil && entry["response"]?["body"] == nil)
        #expect(!entry.text.contains("secret") && !entry.text.contains("private"))
    }

    @Test("both, whole")
    func whole() async throws {
        let entry = try await Self.entry(
            ["request": true, "response": true], body: #"{"a":"é"}"#, answer: #"{"b":2}"#)
        #expect(entry["request"]?["body"] == #"{"a":"é"}"#)
        #expect(entry["response"]?["body"] == #"{"b":2}"#)
        #expect(entry["request"]?["body_size"] == nil && entry["request"]?["body_base64"] == nil)
    }

    @Test("a body that passes in pieces, cut in the middle of a character")
    func pieces() async throws {
        let entry = try await Self.entry(
            ["request": true, "max_size": 8], chunks: ["1234", "567é", "rest"], answer: "x")
        #expect(entry["request"]?["body"] == "1234567")
        #expect(entry["request"]?["body_size"] == 13)
        #expect(entry["response"]?["body"] == nil)
    }

    @Test("what is no text is in base 64")
    func binary() async throws {
        let entry = try await Self.entry(
            ["response": true, "content_types": ["image/*"]], body: "b", answer: "\u{0}\u{1}x", answerType: "image/png")
        #expect(entry["response"]?["body"] == "\u{0}\u{1}x", "these bytes are UTF-8")
        let cut = try await Self.entry(
            ["response": true, "max_size": 1, "content_types": ["*/*"]], answer: "é", answerType: "image/png")
        #expect(cut["response"]?["body"] == "ww==" && cut["response"]?["body_base64"] == true)
        #expect(cut["response"]?["body_size"] == 2)
    }

    @Test(
        "media types",
        arguments: [
            ("application/json; charset=utf-8", true), ("application/problem+json", true), ("text/csv", true),
            ("application/octet-stream", false), ("multipart/form-data; boundary=x", false), ("nonsense", false),
        ])
    func types(_ type: String, _ isTaken: Bool) async throws {
        let entry = try await Self.entry(["request": true], type: type, body: "b", answer: "x")
        #expect((entry["request"]?["body"] == "b") == isTaken)
    }

    @Test("an answer of the gateway's own")
    func terminated() async throws {
        let recorder = EntryRecorder()
        let gateway = try GatewayHarness.gateway(
            #"{"name":"entry-recorder","config":{"log_bodies":{"response":true,"request":true}}}"#,
            #"{"name":"request-termination","config":{"status_code":403,"message":"no"}}"#,
            definitions: GatewayHarness.plain + [recorder.definition()])
        #expect(try await gateway.ask("GET /").status == 403)
        let entry = try #require(await recorder.entries(1).first)
        #expect(entry["response"]?["body"]?.stringValue?.contains("\"message\":\"no\"") == true)
    }
}
