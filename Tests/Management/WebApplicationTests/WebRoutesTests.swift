import HTTPServer
import Testing

@testable import WebApplication

@Suite("paths of pages and interfaces")
struct WebRoutesTests {
    private static func routes(_ patterns: [String]) -> WebRoutes {
        var routes = WebRoutes()
        for pattern in patterns { routes.add(pattern, [.get: { _ in .noContent }]) }
        return routes
    }

    private static func find(_ path: String, in routes: WebRoutes) -> String? {
        guard let segments = WebPath.segments(Array(path.utf8).span), let found = routes.find(segments) else {
            return nil
        }
        let parameters = found.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ([found.endpoint.pattern] + parameters).joined(separator: " ")
    }

    @Test(
        "a path finds its pattern",
        arguments: [
            ("/", "/"), ("/a", "/a"), ("/a/", "/a"), ("/a/b", "/a/{x} x=b"), ("/a/b/", "/a/{x} x=b"),
            ("/a/enabled", "/a/enabled"), ("/a/enabled/c", "/a/{x}/c x=enabled"), ("/a/b/c", "/a/{x}/c x=b"),
            ("/a/b/c/d", "/a/{x}/c/{y} x=b y=d"), ("/a/b%2Fc", "/a/{x} x=b/c"), ("/a/%7Bx%7D", "/a/{x} x={x}"),
            ("/a/gr%C3%B6n", "/a/{x} x=grön"), ("/a/b+c", "/a/{x} x=b+c"), ("/a/%65nabled", "/a/enabled"),
            ("/b", nil), ("//", nil), ("//a", nil), ("/a//c", nil), ("/a/b/d", nil), ("/a/%", nil), ("/a/%zz", nil),
            ("/a/%FF", nil), ("/A", nil),
        ])
    func paths(path: String, expected: String?) {
        let routes = Self.routes(["/", "/a", "/a/{x}", "/a/enabled", "/a/{x}/c", "/a/{x}/c/{y}"])
        #expect(Self.find(path, in: routes) == expected)
    }

    @Test("a path of very many segments matches nothing, at no cost")
    func longPaths() {
        let routes = Self.routes(["/a/{x}"])
        #expect(Self.find(String(repeating: "/a", count: 10_000), in: routes) == nil)
    }

    @Test("methods are listed with those that are always there, and HEAD is answered as GET")
    func methods() {
        var routes = WebRoutes()
        routes.add("/a", [.post: { _ in .noContent }, .get: { _ in .noContent }])
        routes.add("/b", [.delete: { _ in .noContent }])
        #expect(routes.find(["a"])?.endpoint.methods == ["GET", "HEAD", "OPTIONS", "POST"])
        #expect(routes.find(["b"])?.endpoint.methods == ["DELETE", "OPTIONS"])
        #expect(routes.find(["a"])?.endpoint.handler(.head) != nil)
        #expect(routes.find(["b"])?.endpoint.handler(.head) == nil)
        #expect(routes.find(["b"])?.endpoint.handler(.put) == nil)
    }

    @Test(
        "an argument asks for something by what people write",
        arguments: [
            ("a=1", true), ("a", true), ("a=true", true), ("a=ON", true), ("a=0", false), ("a=no", false),
            ("b=1", false),
        ])
    func flags(query: String, isSet: Bool) {
        let parsed = WebQuery(Array(query.utf8).span)
        #expect(parsed?.isSet("a") == isSet)
    }
}
