import JSON
import Synchronization
import Testing

@testable import AdminAPI

/// Answers of a cache, by dictionary and key.
final class KeptResponses: CachedResponses {
    private let kept: Mutex<[String: [String: JSONValue]]>

    init(_ kept: [String: [String: JSONValue]]) { self.kept = Mutex(kept) }

    var all: [String: [String: JSONValue]] { kept.withLock { $0 } }

    func document(_ key: String, in dictionary: String) -> JSONValue? { kept.withLock { $0[dictionary]?[key] } }

    func remove(_ key: String, in dictionary: String) -> Bool {
        kept.withLock { $0[dictionary]?.removeValue(forKey: key) != nil }
    }

    func removeAll() { kept.withLock { $0 = [:] } }
}

@Suite("Admin API, proxy-cache")
struct ProxyCacheEndpointsTests {
    private static let plugin = "11111111-1111-4111-8111-111111111111"
    private static let other = "22222222-2222-4222-8222-222222222222"

    private static func server(_ kept: KeptResponses) async throws -> AdminServer {
        let server = try await AdminServer(.sqlite, cache: kept)
        for (id, route, dictionary) in [(plugin, "a", "kong_db_cache"), (other, "b", "mine")] {
            for (target, body) in [
                ("/routes", #"{"name":"\#(route)","paths":["/\#(route)"]}"#),
                (
                    "/plugins",
                    #"{"id":"\#(id)","name":"proxy-cache","route":{"name":"\#(route)"},"config":{"strategy":"memory","memory":{"dictionary_name":"\#(dictionary)"}}}"#
                ),
            ] {
                let answer = try await server.ask(AdminRequest(method: "POST", target: target, body: body))
                #expect(answer.status == 201)
            }
        }
        return server
    }

    private static func kept() -> KeptResponses {
        KeptResponses([
            "kong_db_cache": ["k1": ["status": 200, "body": "one"]], "mine": ["k2": ["status": 404, "body": "two"]],
            "nobody's": ["k3": ["status": 200]],
        ])
    }

    @Test(
        "what is found, and where",
        arguments: [
            ("/proxy-cache/k1", 200), ("/proxy-cache/k2", 200), ("/proxy-cache/k3", 404), ("/proxy-cache/none", 404),
            ("/proxy-cache/\(plugin)/caches/k1", 200), ("/proxy-cache/\(plugin)/caches/k2", 404),
            ("/proxy-cache/\(other)/caches/k2", 200),
            ("/proxy-cache/33333333-3333-4333-8333-333333333333/caches/k1", 404),
        ])
    func find(target: String, status: Int) async throws {
        let kept = Self.kept()
        let server = try await Self.server(kept)
        let found = try await server.ask(AdminRequest(method: "GET", target: target))
        #expect(found.status == status)
        if status == 200 { #expect(try found.json()["body"]?.stringValue != nil) }
        let removed = try await server.ask(AdminRequest(method: "DELETE", target: target))
        #expect(removed.status == (status == 200 ? 204 : 404))
        let after = try await server.ask(AdminRequest(method: "GET", target: target))
        #expect(after.status == 404)
        #expect(kept.all.values.reduce(0) { $0 + $1.count } == (status == 200 ? 2 : 3))
    }

    @Test("everything is thrown away at once")
    func removeAll() async throws {
        let kept = Self.kept()
        let server = try await Self.server(kept)
        let answer = try await server.ask(AdminRequest(method: "DELETE", target: "/proxy-cache"))
        #expect(answer.status == 204 && kept.all.isEmpty)
    }
}
