import HTTPServer
import PluginKit
import Testing

@testable import Plugins

@Suite("rules of proxy-cache")
struct CacheRulesTests {
    @Test(
        "media types, with their parameters",
        arguments: [
            ("text/plain", "text/plain", true), ("TEXT/plain", "text/PLAIN", true),
            ("text/plain", "text/plain; charset=utf-8", false),
            ("text/plain; charset=utf-8", "text/plain;charset=\"UTF-8\"", true),
            ("text/plain; charset=utf-8", "text/plain", false), ("text/*", "text/html", true),
            ("*/*", "image/png", true), ("text/*", "image/png", false),
            ("a/b; x=1; y=2", "a/b;y=2;x=1", true), ("a/b;", "a/b", true),
        ])
    func types(kept: String, given: String, includes: Bool) throws {
        #expect(try #require(MediaType(kept)).includes(try #require(MediaType(given))) == includes)
    }

    @Test("what is no media type", arguments: ["", "text", "text/", "/plain", "a/b/c", ";"])
    func noTypes(text: String) { #expect(MediaType(text) == nil) }

    @Test("directives of Cache-Control")
    func control() {
        var fields = FieldList()
        for value in ["Max-Age=60, no-cache", "private=\"x\" , min-fresh=\"5\",,stale = 7", "max-stale, s-maxage=x"] {
            fields.add("cache-control", Array(value.utf8).span)
        }
        let control = CacheControl(fields)
        #expect(control.seconds("max-age") == 60 && control.has("no-cache") && control.has("private"))
        #expect(control.seconds("min-fresh") == 5 && control.seconds("stale") == 7)
        #expect(control.has("max-stale") && control.seconds("max-stale") == nil)
        #expect(control.has("s-maxage") && control.seconds("s-maxage") == nil)
        #expect(!control.has("no-store") && control.seconds("no-store") == nil)
    }

    @Test(
        "points in time",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600), ("Fri, 31 Dec 2100 23:59:59 GMT", 4_133_980_799),
            ("0", nil), ("-1", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
        ] as [(String, Int?)])
    func dates(text: String, seconds: Int?) { #expect(HTTPDate.seconds(text) == seconds) }
}
