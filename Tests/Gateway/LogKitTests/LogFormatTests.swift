import Foundation
import GatewayModel
import JSON
import Observability
import PluginKit
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import LogKit

@Suite("log_format")
struct LogFormatTests {
    private static let before: JSONValue = [
        "a": 1, "b": ["c": "secret", "d": [1, 2]], "e": .null, "x.y": "dotted",
    ]

    @Test(
        "choosing, hiding, renaming, adding",
        arguments: [
            (["include": ["b.c", "none"]], ["b": ["c": "secret"]]),
            (["include": ["b"], "exclude": ["b.d"]], ["b": ["c": "secret"]]),
            (["exclude": ["a", "b.none", "e.f"]], ["b": ["c": "secret", "d": [1, 2]], "e": .null, "x.y": "dotted"]),
            (["include": ["b"], "redact": ["b.c", "b.none"]], ["b": ["c": "REDACTED", "d": [1, 2]]]),
            (["include": ["a"], "rename": ["a": "z.w", "none": "q"]], ["z": ["w": 1]]),
            (["include": ["a"], "constants": ["env": "prod", "k.l": "m"]], ["a": 1, "env": "prod", "k": ["l": "m"]]),
            (["include": [#"x\.y"#], "rename": [#"x\.y"#: "xy"]], ["xy": "dotted"]),
            (["include": ["b.d[2]"]], [:]),
            (["include": ["b.d"], "exclude": ["b.d[1]"]], ["b": ["d": [2]]]),
        ] as [(JSONObject, JSONValue)])
    func changes(_ config: JSONObject, _ after: JSONValue) throws {
        var entry = Self.before
        let format = try LogFormat(config)
        format.apply(to: &entry) { path, _ in #expect(path.text.contains("d[")) }
        #expect(entry == after)
    }

    /// The entries of requests, one after another, with that `log_format`.
    private static func entries(
        _ format: JSONObject, _ heads: [String], fields: String = "", count: Int? = nil
    ) async throws -> [JSONValue] {
        let recorder = EntryRecorder()
        let plugin: JSONValue = ["name": "entry-recorder", "config": ["log_format": .object(format)]]
        let proxied = try ProxiedHarness(
            plugin.text, definitions: GatewayHarness.plain + [recorder.definition()]
        ) { connection, _ in
            while let request = try connection.request() {
                try connection.answer("x", status: request.contains("/broken") ? "500 No" : "200 OK", fields: fields)
            }
        }
        for head in heads { _ = try await proxied.gateway.ask(head) }
        return await recorder.entries(count ?? heads.count)
    }

    @Test("credentials are hidden wherever they stand")
    func credentials() async throws {
        let secret = "s3cr3t"
        let entries = try await Self.entries(
            [:],
            [
                """
                GET /p?apikey=\(secret)&a=1&access%5Ftoken=\(secret)&apikey=\(secret)2&apikey&api_key=
                Authorization: Bearer \(secret)
                Proxy-Authorization: \(secret)
                Cookie: a=\(secret)
                APIKey: \(secret)
                X-Api-Key: \(secret)
                X-Open: seen
                """
            ], fields: "Set-Cookie: a=\(secret)\r\nSet-Cookie: b=\(secret)\r\n")
        let entry = entries[0]
        #expect(!entry.text.contains(secret))
        #expect(
            entry["request"]?["uri"] == "/p?apikey=REDACTED&a=1&access%5Ftoken=REDACTED&apikey=REDACTED&apikey&api_key="
        )
        #expect(entry["upstream_uri"] == entry["request"]?["uri"])
        #expect(
            entry["request"]?["querystring"] == [
                "apikey": ["REDACTED", "REDACTED", true], "a": "1", "access_token": "REDACTED", "api_key": "",
            ])
        #expect(entry["request"]?["headers"]?["cookie"] == "REDACTED")
        #expect(entry["request"]?["headers"]?["x-open"] == "seen")
        #expect(entry["response"]?["headers"]?["set-cookie"] == "REDACTED")
    }

    @Test("what is a credential can be said")
    func otherCredentials() async throws {
        let entries = try await Self.entries(
            ["redact_headers": ["x-open"], "redact_query_args": []],
            ["GET /?apikey=k\nAuthorization: plain\nX-Open: hidden"])
        #expect(entries[0]["request"]?["headers"]?["authorization"] == "plain")
        #expect(entries[0]["request"]?["headers"]?["x-open"] == "REDACTED")
        #expect(entries[0]["request"]?["querystring"] == ["apikey": "k"])
    }

    @Test("a part of requests, and all that failed")
    func sampling() async throws {
        let heads = Array(repeating: "GET /broken", count: 5) + Array(repeating: "GET /", count: 60)
        let none = try await Self.entries(["sample_rate": 0, "sample_always_from": 500], heads, count: 5)
        #expect(none.map { $0["response"]?["status"] } == Array(repeating: 500, count: 5))
        let some = try await Self.entries(["sample_rate": 0.5], heads + ["GET /"], count: 1)
        // That all or nearly none of 66 are chosen has odds of less than one in a billion.
        #expect((4...62).contains(some.count))
    }

    @Test("the same requests for each plugin with the same rate")
    func sameRequests() throws {
        let (one, other) = (try Self.configuration(0.3), try Self.configuration(0.3))
        let wider = try Self.configuration(0.6)
        var ids = RequestID.Generator()
        var taken = 0
        for _ in 0..<10_000 {
            let id = ids.next()
            let isTaken = one.takes(id, status: 200)
            #expect(isTaken == other.takes(id, status: 200))
            #expect(!isTaken || wider.takes(id, status: 200))
            taken += isTaken ? 1 : 0
        }
        #expect((2_600...3_400).contains(taken))
    }

    private static func configuration(_ rate: Double) throws -> LogEntryConfiguration {
        try LogEntryConfiguration(["log_format": ["sample_rate": .number(rate)]], PluginFixture.context())
    }

    @Test("Optum's")
    func optum() async throws {
        let entries = try await Self.entries(
            ["template": "optum", "constants": ["application.askId": "ask", "application.name": "app"]],
            ["GET /broken/a"])
        let entry = entries[0]
        #expect(entry["application"] == ["askId": "ask", "name": "app"])
        #expect(entry["msg"] == "STARGATE_PROXY_TX" && entry["eventClass"] == "500" && entry["name"] == "s")
        #expect(entry["request"]?["method"] == "GET" && entry["response"] == nil)
    }

    @Test("the Elastic Common Schema")
    func elastic() async throws {
        let entries = try await Self.entries(
            ["template": "ecs", "constants": ["labels.env": "test"]],
            ["GET /broken/a?b=c&apikey=k\nUser-Agent: tester\nReferer: http://there/"])
        let entry = entries[0]
        #expect(entry["ecs"] == ["version": "8.11"])
        #expect(entry["@timestamp"]?.stringValue?.hasSuffix("Z") == true)
        #expect(entry["event"]?["outcome"] == "failure" && entry["event"]?["category"] == ["web"])
        #expect((entry["event"]?["duration"]?.integerValue ?? -1) >= 0)
        #expect(entry["http"]?["request"]?["method"] == "GET")
        #expect(entry["http"]?["request"]?["referrer"] == "http://there/")
        #expect(entry["http"]?["response"]?["status_code"] == 500)
        #expect(entry["url"]?["original"] == "/broken/a?b=c&apikey=REDACTED" && entry["url"]?["path"] == "/broken/a")
        #expect(entry["url"]?["query"] == "b=c&apikey=REDACTED" && entry["url"]?["scheme"] == "http")
        #expect(entry["url"]?["domain"] == "gateway.test" && entry["url"]?["port"]?.integerValue != nil)
        #expect(entry["client"] == ["ip": "127.0.0.1"] && entry["user_agent"] == ["original": "tester"])
        #expect(entry["service"]?["name"] == "s" && entry["destination"]?["ip"] == "127.0.0.1")
        #expect(entry["sluice"]?["route"]?["name"] == "r" && entry["labels"] == ["env": "test"])
        #expect(entry["sluice"]?["upstream"]?["status_code"] == 500 && entry["request"] == nil)
    }

    @Test(
        "what is refused",
        arguments: [
            SchemaCase(
                #"{"log_format":{"template":"other"}}"#, "config.log_format.template: expected one of: kong, optum, ecs"
            ),
            SchemaCase(
                #"{"log_format":{"include":["a..b"]}}"#,
                "config.log_format.include.1: 'a..b' is no path: a name is empty"),
            SchemaCase(
                #"{"log_format":{"sample_rate":1.5}}"#, "config.log_format.sample_rate: value should be between 0 and 1"
            ),
            SchemaCase(
                #"{"log_bodies":{"max_size":0}}"#, "config.log_bodies.max_size: value should be between 1 and 1048576"),
            SchemaCase(
                #"{"log_bodies":{"content_types":["json"]}}"#, "config.log_bodies.content_types.1: invalid content type"
            ),
        ])
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("kafka-log", base: .kafka) }
}
