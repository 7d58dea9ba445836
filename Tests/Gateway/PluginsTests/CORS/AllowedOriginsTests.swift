import Testing

@testable import Plugins

@Suite("origins of cors")
struct AllowedOriginsTests {
    /// Configured origins, who asks, and who is allowed.
    struct Case: Sendable, CustomTestStringConvertible {
        let origins: [String]
        let asked: String?
        let allowed: String?

        init(_ origins: [String], _ asked: String?, _ allowed: String?) {
            self.origins = origins
            self.asked = asked
            self.allowed = allowed
        }

        var testDescription: String { "\(origins) \(asked ?? "-")" }
    }

    @Test(
        "who is allowed",
        arguments: [
            Case([], "http://a.test", "*"), Case(["*"], nil, "*"), Case(["*"], "http://a.test", "*"),
            // One that is no pattern is told to everybody.
            Case(["http://a.test"], "http://b.test", "http://a.test"), Case(["http://a.test"], nil, "http://a.test"),
            Case(["http://a.test", "https://b.test"], "https://b.test", "https://b.test"),
            Case(["http://a.test", "https://b.test"], "http://b.test", nil),
            Case(["http://a.test", "https://b.test"], nil, nil),
            Case(["http://a.test", "*"], "http://c.test", "*"), Case(["http://a.test", "*"], nil, nil),
            // The scheme's own port says nothing.
            Case(["http://a.test", "x"], "http://a.test:80", "http://a.test"),
            Case(["https://a.test:443", "x"], "https://a.test", "https://a.test"),
            Case(["https://a.test:443", "x"], "https://a.test:8443", nil),
            Case(["http://a.test:8000", "x"], "http://a.test:8000", "http://a.test:8000"),
            // Without a colon, patterns are of the host.
            Case([#".*\.a\.test"#], "https://x.a.test:8443", "https://x.a.test:8443"),
            Case([#".*\.a\.test"#], "https://a.test", nil),
            Case([#"(?:.*\.)?a\.test"#], "https://a.test.evil.test", nil),
            Case([#"^https?://(.*\.)?a\.test$"#], "http://x.a.test", "http://x.a.test"),
            Case([#"^https?://(.*\.)?a\.test$"#], "http://x.a.test:81", nil),
            Case([#"https?://a\.test(:\d+)?"#], "http://a.test:81", "http://a.test:81"),
            // The whole has to match, whichever branch it is.
            Case(["https://a\\.test|https://b\\.test"], "https://a.test.evil.test", nil),
            Case([#".*"#, "x"], "null", "null"), Case(["http://a.test", "x"], "null", nil),
            Case(["http://[::1]:80", "x"], "http://[::1]", nil),
        ])
    func allowed(_ wanted: Case) {
        let answer = AllowedOrigins(wanted.origins).answer(to: wanted.asked.map { Array($0.utf8) })
        #expect(answer.allowed.map { String(decoding: $0, as: UTF8.self) } == wanted.allowed)
        #expect(answer.isAny == (wanted.allowed == "*"))
    }

    @Test("answers differ by origin unless all are allowed")
    func vary() {
        #expect(!AllowedOrigins([]).vary && !AllowedOrigins(["*"]).vary)
        #expect(AllowedOrigins(["http://a.test"]).vary && AllowedOrigins(["*", "http://a.test"]).vary)
    }
}
