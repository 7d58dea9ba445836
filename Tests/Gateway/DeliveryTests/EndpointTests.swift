import Testing

@testable import Delivery

@Suite("where entries are delivered to")
struct EndpointTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let url: String
        var authorization: String?
        var label: String?

        var testDescription: String { text }
    }

    private static let cases = [
        Case(text: "http://a", url: "http://a/"),
        Case(
            text: "HTTPS://a.example:8443/x/y?z=1#f", url: "https://a.example:8443/x/y?z=1",
            label: "https://a.example:8443/x/y"),
        Case(text: "http://a?x=1", url: "http://a/?x=1", label: "http://a/"),
        Case(text: "http://u:p@a/x", url: "http://a/x", authorization: "Basic dTpw"),
        Case(text: "http://u@a/x", url: "http://a/x", authorization: "Basic dTo="),
        Case(text: "http://u%40b:p%3Aq@a/", url: "http://a/", authorization: "Basic dUBiOnA6cQ=="),
        Case(text: "http://@a/", url: "http://a/"),
        Case(text: "http://[::1]:80/x", url: "http://[::1]:80/x"),
    ]

    @Test("what is taken", arguments: cases)
    func taken(_ wanted: Case) throws {
        let endpoint = try #require(Endpoint(wanted.text))
        #expect(endpoint.url == wanted.url && endpoint.authorization == wanted.authorization)
        #expect(endpoint.label == wanted.label ?? wanted.url)
    }

    @Test(
        "what is not",
        arguments: [
            "", "a", "a/b", "//a", "ftp://a", "http:/a", "http://", "http:///x", "http://:80", "http://a:0",
            "http://a:65536", "http://a:b", "http://a b", "http://a/\r\nx", "http://ä/", "http://u@/x", "http://[::1",
            "http://[x]/", "http://a\\b/", "http://u:%@a/", "x:http://a",
        ])
    func refused(_ text: String) { #expect(Endpoint(text) == nil) }
}
