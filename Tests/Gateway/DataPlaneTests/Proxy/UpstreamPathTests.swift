import Testing

@testable import DataPlane

@Suite("the path that a service gets")
struct UpstreamPathTests {
    private static func make(
        _ path: String, matched: String, strips: Bool, _ handling: UpstreamPath.Handling, base: String
    ) -> String {
        let bytes = Array(path.utf8)
        let made = UpstreamPath.make(
            bytes.span, matched: matched.utf8.count, strips: strips, handling: handling, base: Array(base.utf8))
        return String(decoding: made, as: UTF8.self)
    }

    // Request, route path, service path, then: v0 stripped, v0 kept, v1 stripped, v1 kept.
    @Test(
        "is joined by the route's rule",
        arguments: [
            ("/", "/", "/", "/", "/", "/", "/"),
            ("/a", "/a", "/", "/", "/a", "/", "/a"),
            ("/a/", "/a", "/", "/", "/a/", "/", "/a/"),
            ("/a/b", "/a", "/", "/b", "/a/b", "/b", "/a/b"),
            ("/ab", "/a", "/", "/b", "/ab", "/b", "/ab"),
            ("/a", "/a", "/s", "/s", "/s/a", "/s", "/sa"),
            ("/a/", "/a", "/s", "/s/", "/s/a/", "/s/", "/sa/"),
            ("/a/b", "/a", "/s", "/s/b", "/s/a/b", "/s/b", "/sa/b"),
            ("/ab", "/a", "/s", "/s/b", "/s/ab", "/sb", "/sab"),
            ("/", "/", "/s", "/s", "/s", "/s", "/s"),
            ("/a", "/a", "/s/", "/s", "/s/a", "/s/", "/s/a"),
            ("/a/", "/a", "/s/", "/s/", "/s/a/", "/s/", "/s/a/"),
            ("/a/b", "/a", "/s/", "/s/b", "/s/a/b", "/s/b", "/s/a/b"),
            ("/ab", "/a", "/s/", "/s/b", "/s/ab", "/s/b", "/s/ab"),
            ("/a/b", "/a/", "/s", "/s/b", "/s/a/b", "/sb", "/sa/b"),
            ("/a/", "/a/", "/", "/", "/a/", "/", "/a/"),
        ])
    func joined(
        path: String, matched: String, base: String, v0Stripped: String, v0Kept: String, v1Stripped: String,
        v1Kept: String
    ) {
        #expect(Self.make(path, matched: matched, strips: true, .v0, base: base) == v0Stripped)
        #expect(Self.make(path, matched: matched, strips: false, .v0, base: base) == v0Kept)
        #expect(Self.make(path, matched: matched, strips: true, .v1, base: base) == v1Stripped)
        #expect(Self.make(path, matched: matched, strips: false, .v1, base: base) == v1Kept)
    }

    @Test(
        "never begins with a step upwards that the stripped part has uncovered",
        arguments: ["/a../b", "/a./b", "/a..", "/a."])
    func uncovered(path: String) {
        let made = Self.make(path, matched: "/a", strips: true, .v0, base: "/")
        #expect(made == (path.hasSuffix("b") ? "/b" : "/"))
    }
}
