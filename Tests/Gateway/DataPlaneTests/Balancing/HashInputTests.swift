import Foundation
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("what is hashed of a request")
struct HashInputTests {
    private static func balanced(_ fields: String, routes: String = BalancedGateway.allRoutes) throws -> BalancedGateway
    {
        try BalancedGateway(
            5, upstream: #","algorithm":"consistent-hashing"\#(fields)"#, routes: routes
        ) { number, connection in try connection.answerAll("\(number)") }
    }

    /// The target that each of these requests goes to.
    private static func owners(_ balanced: BalancedGateway, _ heads: [String]) async throws -> [String] {
        try await OwnThread.run {
            let client = try balanced.gateway.client()
            return try heads.map { try client.ask($0).body }
        }
    }

    private static func expectSpread(_ balanced: BalancedGateway, _ head: (Int) -> String) async throws {
        let heads = (0..<20).map(head)
        let first = try await owners(balanced, heads)
        #expect(Set(first).count > 1)
        #expect(try await owners(balanced, heads.reversed()) == first.reversed())
    }

    @Test("a header field, whatever its case; several values are one")
    func header() async throws {
        let balanced = try Self.balanced(#","hash_on":"header","hash_on_header":"X-Key""#)
        try await Self.expectSpread(balanced) { "GET /\nx-KEY: \($0)" }
        #expect(
            try await Set(Self.owners(balanced, Array(repeating: "GET /\nX-Key: 1\nX-Key: 2", count: 5))).count == 1)
    }

    @Test("the path, as it is once normalized, without its query")
    func path() async throws {
        let balanced = try Self.balanced(#","hash_on":"path""#)
        try await Self.expectSpread(balanced) { "GET /x/\($0)?a=\($0 / 10)" }
        let same = try await Self.owners(balanced, ["GET /a/b", "GET /a/./b", "GET /a/c/../b", "GET /a/b?x"])
        #expect(Set(same).count == 1)
    }

    @Test("an argument of the query, decoded; several in any order")
    func argument() async throws {
        let balanced = try Self.balanced(#","hash_on":"query_arg","hash_on_query_arg":"the key""#)
        try await Self.expectSpread(balanced) { "GET /?other=\($0 / 3)&the+key=\($0)" }
        let same = try await Self.owners(balanced, ["GET /?the%20key=a&the+key=b", "GET /?the+key=b&x=1&the+key=%61"])
        #expect(Set(same).count == 1)
    }

    @Test("a group of the route's expression")
    func capture() async throws {
        let balanced = try Self.balanced(
            #","hash_on":"uri_capture","hash_on_uri_capture":"id""#,
            routes: #"{"name":"r","paths":["~/things/(?<id>\\d+)/"],"service":{"name":"s"}}"#)
        try await Self.expectSpread(balanced) { "GET /things/\($0)/\($0 % 3)" }
    }

    @Test("the client's address")
    func address() async throws {
        let balanced = try Self.balanced(#","hash_on":"ip""#)
        #expect(Set(try await Self.owners(balanced, Array(repeating: "GET /", count: 8))).count == 1)
    }

    @Test("the fallback where the first is not there; without any, requests take turns")
    func fallback() async throws {
        let balanced = try Self.balanced(
            #","hash_on":"header","hash_on_header":"X-A","hash_fallback":"header","hash_fallback_header":"X-B""#)
        let (first, second) = try await (
            Self.owners(balanced, (0..<20).map { "GET /\nX-A: \($0)\nX-B: \(20 - $0)" }),
            Self.owners(balanced, (0..<20).map { "GET /\nX-B: \($0)" })
        )
        #expect(first == second)
        #expect(Set(try await Self.owners(balanced, Array(repeating: "GET /", count: 5))) == ["0", "1", "2", "3", "4"])
    }

    @Test("a consumer nobody has told of is none: the fallback counts")
    func consumer() async throws {
        let balanced = try Self.balanced(#","hash_on":"consumer","hash_fallback":"path""#)
        try await Self.expectSpread(balanced) { "GET /\($0)" }
    }

    @Test("a cookie: made where there is none, with its path; a client that brings it comes to the same target")
    func cookie() async throws {
        let balanced = try Self.balanced(
            #","hash_on":"cookie","hash_on_cookie":"sticky","hash_on_cookie_path":"/shop""#)
        var targets: Set<String> = []
        for _ in 0..<20 {
            let first = try await balanced.gateway.ask("GET /")
            let field = try #require(first["Set-Cookie"])
            let parts = field.components(separatedBy: "; ")
            #expect(parts.dropFirst() == ["Path=/shop", "SameSite=Lax", "HttpOnly"])
            #expect(parts[0].hasPrefix("sticky=") && UUID(uuidString: String(parts[0].dropFirst(7))) != nil)
            let again = try await balanced.gateway.ask("GET /x\nCookie: a=b; \(parts[0]);c=d")
            #expect(again.body == first.body && again["Set-Cookie"] == nil)
            targets.insert(first.body)
        }
        #expect(targets.count > 1)
    }

    @Test("a cookie as the fallback")
    func fallbackCookie() async throws {
        let balanced = try Self.balanced(
            #","hash_on":"header","hash_on_header":"X-A","hash_fallback":"cookie","hash_on_cookie":"c""#)
        #expect(try await balanced.gateway.ask("GET /\nX-A: 1")["Set-Cookie"] == nil)
        #expect(try await balanced.gateway.ask("GET /")["Set-Cookie"]?.hasPrefix("c=") == true)
        #expect(try await balanced.gateway.ask("GET /\nCookie: c=; xc=1")["Set-Cookie"] == nil)
    }
}
