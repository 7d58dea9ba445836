import Foundation
import GatewayModel
import JSON
import PluginKit
import Synchronization
import TestClient
import TestGateway
import TestPlugins
import Testing

@testable import Plugins

@Suite("proxy-cache")
struct ProxyCacheTests {
    // MARK: - Schema

    @Test("defaults")
    func defaults() throws {
        let config = try PluginFixture.complete("proxy-cache", ["strategy": "memory"]).get()
        #expect(
            config == [
                "response_code": [200, 301, 404], "request_method": ["GET", "HEAD"],
                "content_type": ["text/plain", "application/json"], "cache_ttl": 300, "strategy": "memory",
                "cache_control": false, "ignore_uri_case": false, "storage_ttl": .null,
                "memory": ["dictionary_name": "kong_db_cache"], "vary_query_params": .null,
                "vary_headers": ["Accept-Encoding"],
                "response_headers": ["Age": true, "X-Cache-Status": true, "X-Cache-Key": true],
            ])
        #expect(ProxyCache.schema.priority == 100)
    }

    private static let cases = [
        SchemaCase("{}", "config.strategy: required field missing"),
        SchemaCase(#"{"strategy":"redis"}"#, "config.strategy: expected one of: memory"),
        SchemaCase(#"{"strategy":"memory","cache_ttl":0}"#, "config.cache_ttl: value must be greater than 0"),
        SchemaCase(#"{"strategy":"memory","response_code":[]}"#, "config.response_code: length must be at least 1"),
        SchemaCase(
            #"{"strategy":"memory","response_code":[99]}"#,
            "config.response_code.1: value should be between 100 and 900"),
        SchemaCase(
            #"{"strategy":"memory","request_method":["DELETE"]}"#,
            "config.request_method.1: expected one of: HEAD, GET, POST, PATCH, PUT"),
        SchemaCase(#"{"strategy":"memory","content_type":["text"]}"#, "config.content_type.1: invalid content type"),
        SchemaCase(
            #"{"strategy":"memory","memory":{"dictionary_name":""}}"#,
            "config.memory.dictionary_name: length must be at least 1"),
        SchemaCase(
            #"{"strategy":"memory","response_headers":{"age":true}}"#, "config.response_headers.age: unknown field"),
    ]

    @Test("what is refused", arguments: cases)
    func refusals(_ wanted: SchemaCase) throws { try wanted.check("proxy-cache") }

    // MARK: - Requests

    /// A gateway with a cache in front of a service, and the time that the cache knows.
    private final class Cached: Sendable {
        let proxied: ProxiedHarness
        let cache: ResponseCache
        let time: Time

        final class Time: Sendable {
            private let seconds = Mutex(1_000_000)
            var now: Int { seconds.withLock { $0 } }
            func pass(_ count: Int) { seconds.withLock { $0 += count } }
        }

        /// The service answers with the number of the request.
        init(
            _ config: String, plugins: String = "", capacity: Int = 1 << 20,
            fields: String = "Content-Type: text/plain\r\n", status: String = "200 OK"
        ) throws {
            let time = Time()
            let cache = ResponseCache(capacity: capacity) { time.now }
            let count = Counter()
            let members = config.isEmpty ? "" : ",\(config)"
            let plugin = #"{"name":"proxy-cache","config":{"strategy":"memory"\#(members)}}\#(plugins)"#
            proxied = try ProxiedHarness(
                plugin,
                definitions: GatewayHarness.plain.filter { $0.schema.name != "proxy-cache" }
                    + [ProxyCache.definition(cache: cache)]
            ) { connection, _ in
                while let request = try connection.request() {
                    let body = request.hasPrefix("HEAD") ? "" : "answer \(count.next())"
                    try connection.answer(body, status: status, fields: fields)
                }
            }
            self.cache = cache
            self.time = time
        }

        func ask(_ head: String, body: String? = nil) async throws -> HTTPAnswer {
            try await proxied.gateway.ask(head, body: body)
        }

        /// The statuses of these requests, one after another.
        func statuses(_ heads: String...) async throws -> [String?] {
            var statuses: [String?] = []
            for head in heads { statuses.append(try await ask(head)["X-Cache-Status"]) }
            return statuses
        }

        private final class Counter: Sendable {
            private let value = Mutex(0)
            func next() -> Int {
                value.withLock {
                    $0 += 1
                    return $0
                }
            }
        }
    }

    @Test("an answer is given again while it is fresh")
    func hit() async throws {
        let cached = try Cached(
            #""cache_ttl":10"#, fields: "Content-Type: text/plain\r\nX-Own: 1\r\nX-Own: 2\r\nServer: origin\r\n")
        let miss = try await cached.ask("GET /a?x=1")
        #expect(miss["X-Cache-Status"] == "Miss" && miss.body == "answer 1" && miss["Age"] == nil)
        let key = try #require(miss["X-Cache-Key"])
        #expect(key.count == 64)
        cached.time.pass(9)
        let hit = try await cached.ask("GET /a?x=1")
        #expect(hit.status == 200 && hit.body == "answer 1" && hit.values("X-Cache-Status") == ["Hit"])
        #expect(hit.values("X-Cache-Key") == [key] && hit.values("Age") == ["9"])
        #expect(hit.values("X-Own") == ["1", "2"] && hit["Server"] == "origin" && hit["Content-Type"] == "text/plain")
        #expect(hit["Via"] == nil && hit["X-Kong-Upstream-Latency"] == nil && hit["X-Kong-Response-Latency"] != nil)
        #expect(hit["X-Kong-Request-Id"] != miss["X-Kong-Request-Id"])
        cached.time.pass(1)
        let next = try await cached.ask("GET /a?x=1")
        #expect(next["X-Cache-Status"] == "Miss" && next.body == "answer 2")
    }

    @Test("what is stored longer than it is fresh is fetched again")
    func refresh() async throws {
        let cached = try Cached(#""cache_ttl":10,"storage_ttl":100"#)
        #expect(try await cached.statuses("GET /", "GET /") == ["Miss", "Hit"])
        cached.time.pass(11)
        #expect(try await cached.statuses("GET /", "GET /") == ["Refresh", "Hit"])
        #expect(cached.proxied.upstream.requests.count == 2)
    }

    @Test(
        "what makes a difference",
        arguments: [
            ("", "GET /a", "GET /b", "Miss"), ("", "GET /a", "HEAD /a", "Miss"), ("", "GET /a", "GET /A", "Miss"),
            (#""ignore_uri_case":true"#, "GET /a", "GET /A", "Hit"), ("", "GET /?a=1&b=2", "GET /?b=2&a=1", "Hit"),
            ("", "GET /?a=1", "GET /?a=2", "Miss"), ("", "GET /?a", "GET /?a=", "Miss"),
            ("", "GET /?a=1:b=2", "GET /?a=1&b=2", "Miss"), ("", "GET /?a=1%26b=2", "GET /?a=1&b=2", "Miss"),
            (#""vary_query_params":["a"]"#, "GET /?a=1&b=2", "GET /?a=1&b=3", "Hit"),
            (#""vary_query_params":["a"]"#, "GET /?a=1&b=2", "GET /?a=2&b=2", "Miss"),
            ("", "GET /\nAccept-Encoding: gzip", "GET /", "Miss"), ("", "GET /\nX-A: 1", "GET /\nX-A: 2", "Hit"),
            (#""vary_headers":["x-a"]"#, "GET /\nX-A: 1", "GET /\nX-A: 2", "Miss"),
            (#""vary_headers":["x-a"]"#, "GET /\nX-A: 1", "GET /\nx-a: 1", "Hit"),
            ("", "GET /\nHost: a.test", "GET /\nHost: b.test", "Miss"),
            ("", "GET /\nHost: a.test", "GET /\nHost: A.test", "Hit"),
            ("", "GET /", "POST /", "Bypass"), (#""request_method":["GET","POST"]"#, "GET /", "POST /", "Miss"),
            // Without cache_control, nobody says otherwise.
            ("", "GET /", "GET /\nCache-Control: no-store", "Hit"), ("", "GET /", "GET /\nAuthorization: x", "Hit"),
        ])
    func keys(config: String, first: String, second: String, status: String) async throws {
        let cached = try Cached(config)
        #expect(try await cached.statuses(first, second) == ["Miss", status])
    }

    @Test(
        "what is not kept",
        arguments: [
            ("200 OK", "Content-Type: text/html\r\n"), ("200 OK", ""),
            ("200 OK", "Content-Type: text/plain; charset=utf-8\r\n"), ("201 Created", "Content-Type: text/plain\r\n"),
            ("200 OK", "Content-Type: text/plain\r\nSet-Cookie: a=b\r\n"),
        ])
    func bypassed(status: String, fields: String) async throws {
        let cached = try Cached("", fields: fields, status: status)
        #expect(try await cached.statuses("GET /", "GET /") == ["Bypass", "Bypass"])
        #expect(cached.cache.count == 0)
    }

    @Test("HEAD has an answer of its own")
    func head() async throws {
        let cached = try Cached("")
        #expect(try await cached.statuses("HEAD /", "HEAD /", "GET /") == ["Miss", "Hit", "Miss"])
    }

    @Test("the fields can be left out, but for who debugs")
    func responseHeaders() async throws {
        let cached = try Cached(
            #""response_headers":{"Age":false,"X-Cache-Status":false,"X-Cache-Key":false}"#)
        for head in ["GET /", "GET /"] {
            let answer = try await cached.ask(head)
            #expect(answer.body == "answer 1")
            for name in ["Age", "X-Cache-Status", "X-Cache-Key"] { #expect(answer[name] == nil) }
        }
        let debugged = try await cached.ask("GET /\nKong-Debug: 1")
        #expect(debugged["X-Cache-Status"] == "Hit" && debugged["Age"] == "0" && debugged["X-Cache-Key"] != nil)
    }

    @Test("other plugins' changes are kept, their phases run again")
    func others() async throws {
        let cached = try Cached(
            "",
            plugins:
                #",{"name":"cors","config":{"origins":["http://a.test","http://b.test"]}},{"name":"response-transformer","config":{"add":{"headers":["X-A:b"]}}}"#
        )
        for origin in ["http://a.test", "http://b.test"] {
            let answer = try await cached.ask("GET /\nOrigin: \(origin)")
            #expect(answer.body == "answer 1" && answer.values("X-A") == ["b"])
            #expect(answer.values("Access-Control-Allow-Origin") == [origin] && answer.values("Vary") == ["Origin"])
        }
    }

    @Test("an answer of the gateway's own is kept as well")
    func own() async throws {
        let gateway = try GatewayHarness.gateway(
            #"{"name":"proxy-cache","config":{"strategy":"memory"}}"#,
            #"{"name":"request-termination","config":{"status_code":200,"body":"x","content_type":"text/plain"}}"#)
        for status in ["Miss", "Hit"] {
            let answer = try await gateway.ask("GET /")
            #expect(answer.body == "x" && answer["X-Cache-Status"] == status)
        }
    }

    // MARK: - Cache-Control

    private static func controlled(_ control: String, _ config: String = #""cache_control":true"#) throws -> Cached {
        try Cached(config, fields: "Content-Type: text/plain\r\n\(control)")
    }

    @Test(
        "what the answer says",
        arguments: [
            ("Cache-Control: max-age=60\r\n", "Miss"), ("Cache-Control: s-maxage=60, max-age=0\r\n", "Miss"),
            ("Cache-Control: max-age=60, s-maxage=0\r\n", "Bypass"), ("Cache-Control: max-age=0\r\n", "Bypass"),
            ("", "Bypass"), ("Cache-Control: max-age=60, private\r\n", "Bypass"),
            ("Cache-Control: max-age=60, no-store\r\n", "Bypass"),
            ("Cache-Control: no-cache\r\nCache-Control: max-age=60\r\n", "Bypass"),
            // The tests' time is of January 1970.
            ("Expires: Mon, 12 Jan 1970 13:47:40 GMT\r\n", "Miss"),
            ("Expires: Mon, 12 Jan 1970 13:46:30 GMT\r\n", "Bypass"), ("Expires: 0\r\n", "Bypass"),
        ])
    func answers(control: String, status: String) async throws {
        #expect(try await Self.controlled(control).statuses("GET /") == [status])
    }

    @Test(
        "what the request says, of an answer that is 20 s old and fresh for 60",
        arguments: [
            ("max-age=30", "Hit"), ("max-age=10", "Refresh"), ("min-fresh=30", "Hit"), ("min-fresh=50", "Refresh"),
            ("no-cache", "Bypass"), ("no-store", "Bypass"), ("only-if-cached", "Hit"), ("max-stale=1", "Hit"),
        ])
    func requests(control: String, status: String) async throws {
        let cached = try Self.controlled("Cache-Control: max-age=60\r\n")
        _ = try await cached.ask("GET /")
        cached.time.pass(20)
        #expect(try await cached.statuses("GET /\nCache-Control: \(control)") == [status])
    }

    @Test(
        "a stale answer is for those who take it",
        arguments: [("", "Refresh"), ("max-stale", "Hit"), ("max-stale=20", "Hit"), ("max-stale=5", "Refresh")])
    func stale(control: String, status: String) async throws {
        let cached = try Self.controlled(
            "Cache-Control: max-age=60\r\n", #""cache_control":true,"storage_ttl":1000"#)
        _ = try await cached.ask("GET /")
        cached.time.pass(70)
        #expect(try await cached.statuses("GET /\nX-A: 1\nCache-Control: \(control)") == [status])
    }

    @Test("who wants a cached answer only gets 504 when there is none; who is authorized gets none from here")
    func onlyIfCached() async throws {
        let cached = try Self.controlled("Cache-Control: max-age=60\r\n")
        #expect(try await cached.ask("GET /\nCache-Control: only-if-cached").status == 504)
        #expect(cached.proxied.upstream.requests.isEmpty)
        #expect(try await cached.statuses("GET /", "GET /\nAuthorization: x") == ["Miss", "Bypass"])
    }

    // MARK: - Bounds

    @Test("the longest unused make room; what is too large is not kept")
    func bounds() async throws {
        let cached = try Cached("", capacity: 3000)
        for path in ["/a", "/b", "/c", "/d", "/e", "/f"] { _ = try await cached.ask("GET \(path)") }
        #expect(cached.cache.count < 6 && cached.cache.count > 1)
        #expect(try await cached.statuses("GET /f", "GET /a") == ["Hit", "Miss"])
        let small = try Cached("", capacity: 16 * 8)
        #expect(try await small.statuses("GET /", "GET /") == ["Miss", "Miss"])
        #expect(small.cache.count == 0)
    }

    @Test("dictionaries are kept apart, and answers can be thrown away")
    func dictionaries() async throws {
        let cached = try Cached(#""memory":{"dictionary_name":"mine"}"#)
        let key = try #require(try await cached.ask("GET /")["X-Cache-Key"])
        #expect(cached.cache.find(key, in: "kong_db_cache") == nil)
        let entry = try #require(cached.cache.find(key, in: "mine"))
        #expect(entry.status == 200 && String(decoding: entry.body, as: UTF8.self) == "answer 1")
        #expect(entry.timeToLive == 300 && entry.timestamp == cached.time.now)
        #expect(!cached.cache.remove(key, in: "kong_db_cache") && cached.cache.remove(key, in: "mine"))
        #expect(try await cached.statuses("GET /", "GET /") == ["Miss", "Hit"])
        cached.cache.removeAll()
        #expect(try await cached.statuses("GET /") == ["Miss"])
    }
}
