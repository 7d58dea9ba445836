extension RequestCase {
    private static func host(_ fields: String) -> String { "GET /host HTTP/1.1\r\n\(fields)\r\n\r\n" }
    private static func line(_ line: String, _ host: String = "a.test") -> String {
        "\(line)\r\nHost: \(host)\r\n\r\n"
    }

    /// Whom a request is for.
    static let hosts = [
        RequestCase("no host", host("X-End: 1")),
        RequestCase("two hosts", host("Host: a.test\r\nHost: b.test")),
        RequestCase("the same host twice", host("Host: a.test\r\nHost: a.test")),
        RequestCase("a second host that is folded", host("Host: a.test\r\n b.test")),
        RequestCase(
            "an empty host", host("Host:"), .nginxRefuses,
            because: "it is allowed where there is none (RFC 9112 §3.2), and the service gets its own name"),
        RequestCase("a port", host("Host: a.test:8080")),
        RequestCase("an empty port", host("Host: a.test:")),
        RequestCase(
            "a port of letters", host("Host: a.test:b"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase(
            "two ports", host("Host: a.test:1:2"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase("capitals", host("Host: A.TEST")),
        RequestCase("a dot at the end", host("Host: a.test.")),
        RequestCase("two dots", host("Host: a..test")),
        RequestCase("a dot before it", host("Host: .test")),
        RequestCase("a path in the host", host("Host: a.test/guarded")),
        RequestCase(
            "a query in the host", host("Host: a.test?x"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase(
            "a fragment in the host", host("Host: a.test#x"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase(
            "a user in the host", host("Host: b.test@a.test"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase("a comma in the host", host("Host: a.test, b.test")),
        RequestCase("a space in the host", host("Host: a.test b.test")),
        RequestCase("a tab in the host", host("Host: a.test\tb.test")),
        RequestCase(
            "a backslash in the host", host("Host: a.test\\b.test"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase("an escape in the host", host("Host: a%2etest")),
        RequestCase("an underscore in the host", host("Host: a_b.test")),
        RequestCase(
            "bytes beyond ASCII in the host", host("Host: \u{e4}.test"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase("an IPv6 address", host("Host: [::1]:80")),
        RequestCase(
            "an IPv6 address without an end", host("Host: [::1"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase(
            "something behind an IPv6 address", host("Host: [::1]x"), .sluiceRefuses,
            because: "the host is malformed (RFC 3986 §3.2.2); nginx takes it"),
        RequestCase("a space before the host's colon", host("Host : a.test")),
        RequestCase(
            "HTTP/1.0 without a host", "GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", .differs,
            because: "there is no host to keep: the service gets its own name"),
    ]

    /// The forms of a target.
    static let targets = [
        RequestCase("an absolute form", line("GET http://a.test/x?y HTTP/1.1")),
        RequestCase("an absolute form for another host", line("GET http://b.test/x HTTP/1.1")),
        RequestCase("an absolute form with a port", line("GET http://b.test:8080/x HTTP/1.1")),
        RequestCase("an absolute form of https", line("GET https://b.test/x HTTP/1.1")),
        RequestCase("an absolute form in capitals", line("GET HTTP://B.TEST/x HTTP/1.1")),
        RequestCase("an absolute form without a path", line("GET http://b.test HTTP/1.1")),
        RequestCase("an absolute form with a query alone", line("GET http://b.test?x=/guarded HTTP/1.1")),
        RequestCase("an absolute form with dot segments", line("GET http://b.test/x/../guarded HTTP/1.1")),
        RequestCase("an absolute form with a user", line("GET http://b.test@a.test/x HTTP/1.1")),
        RequestCase("an absolute form without a host", line("GET http:///x HTTP/1.1")),
        RequestCase(
            "an absolute form of another scheme", line("GET ftp://b.test/x HTTP/1.1"), .sluiceRefuses,
            because: "it is none of HTTP (RFC 9110 §7.1); nginx does not look at the scheme"),
        RequestCase("an absolute form with one slash", line("GET http:/b.test/x HTTP/1.1")),
        RequestCase("an absolute form with a bad port", line("GET http://b.test:x/x HTTP/1.1")),
        RequestCase("an absolute form without a Host", "GET http://b.test/x HTTP/1.1\r\n\r\n"),
        RequestCase("an absolute form with two Hosts", line("GET http://b.test/x HTTP/1.1", "a.test\r\nHost: c.test")),
        RequestCase("an absolute form with a malformed Host", line("GET http://b.test/x HTTP/1.1", "a/b")),
        RequestCase("an absolute form in a path", line("GET /http://b.test/x HTTP/1.1")),
        RequestCase("an authority form", line("CONNECT b.test:443 HTTP/1.1")),
        RequestCase("an authority form with GET", line("GET b.test:443 HTTP/1.1")),
        RequestCase("CONNECT with a path", line("CONNECT /x HTTP/1.1")),
        RequestCase("CONNECT with an absolute form", line("CONNECT http://b.test/x HTTP/1.1")),
        RequestCase("an asterisk", line("OPTIONS * HTTP/1.1")),
        RequestCase("an asterisk with GET", line("GET * HTTP/1.1")),
        RequestCase(
            "OPTIONS of an absolute form without a path", line("OPTIONS http://b.test HTTP/1.1"), .sluiceRefuses,
            because: "it means the asterisk (RFC 9112 §3.2.4), which no route has; nginx makes a slash of it"),
        RequestCase("no slash", line("GET x HTTP/1.1")),
        RequestCase("a query alone", line("GET ?x HTTP/1.1")),
        RequestCase("a network path", line("GET //b.test/x HTTP/1.1")),
    ]

    /// Methods, versions and what stands between them.
    static let lines = [
        RequestCase("small letters", line("get / HTTP/1.1")),
        RequestCase("an unknown method", line("PURGE / HTTP/1.1")),
        RequestCase("a method with a hyphen", line("M-SEARCH / HTTP/1.1")),
        RequestCase("a method with a sign", line("GE!T / HTTP/1.1")),
        RequestCase("a method with a colon", line("GET: / HTTP/1.1")),
        RequestCase(
            "two spaces before the target", line("GET  / HTTP/1.1"), .sluiceRefuses,
            because: "one space stands there (RFC 9112 §3)"),
        RequestCase(
            "two spaces behind the target", line("GET /  HTTP/1.1"), .sluiceRefuses,
            because: "one space stands there (RFC 9112 §3)"),
        RequestCase("a tab for a space", line("GET\t/ HTTP/1.1")),
        RequestCase(
            "a space at the end", line("GET / HTTP/1.1 "), .sluiceRefuses,
            because: "the line ends with the version (RFC 9112 §3)"),
        RequestCase("a space before the method", line(" GET / HTTP/1.1")),
        RequestCase(
            "HTTP/0.9", "GET /old\r\n", .sluiceRefuses, because: "it has no fields that could tell where anything ends"),
        RequestCase(
            "HTTP/1.2", line("GET / HTTP/1.2"), .sluiceRefuses,
            because: "nobody knows what it would mean; nginx reads it as HTTP/1.1"),
        RequestCase(
            "HTTP/1.10", line("GET / HTTP/1.10"), .sluiceRefuses,
            because: "nobody knows what it would mean; nginx reads it as HTTP/1.1"),
        RequestCase("HTTP/01.1", line("GET / HTTP/01.1")),
        RequestCase("HTTP/2.0", line("GET / HTTP/2.0")),
        RequestCase("HTTP/1", line("GET / HTTP/1")),
        RequestCase("http/1.1", line("GET / http/1.1")),
        RequestCase("two versions", line("GET / HTTP/1.1 HTTP/1.1")),
        RequestCase(
            "a line feed behind the version", "GET / HTTP/1.1\nHost: a.test\r\n\r\n", .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase(
            "a line feed for the empty line", "GET / HTTP/1.1\r\nHost: a.test\r\n\n", .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase(
            "line feeds alone", "GET / HTTP/1.1\nHost: a.test\n\n", .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase("a carriage return for the empty line", "GET / HTTP/1.1\r\nHost: a.test\r\n\r\r\n"),
        RequestCase("an empty line before", "\r\n" + line("GET / HTTP/1.1")),
        RequestCase(
            "two empty lines before", "\r\n\r\n" + line("GET / HTTP/1.1"), .sluiceRefuses,
            because: "one may stand there (RFC 9112 §2.2)"),
        RequestCase(
            "a line feed before", "\n" + line("GET / HTTP/1.1"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase("line ends behind a body", post("Content-Length: 1", "a\r\n")),
        RequestCase("the start of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ]
}
