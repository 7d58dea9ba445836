extension RequestCase {
    /// Bodies by Content-Length.
    static let lengths = [
        RequestCase("no body", get("/")),
        RequestCase("a length", post("Content-Length: 5", "a\r\nbc")),
        RequestCase("a length of zero", post("Content-Length: 0", "")),
        RequestCase("leading zeros", post("Content-Length: 005", "abcde")),
        RequestCase("spaces around a length", post("Content-Length:   5  ", "abcde")),
        RequestCase(
            "a tab behind a length", post("Content-Length: 5\t", "abcde"), .nginxRefuses,
            because: "a tab is white space there (RFC 9110 §5.6.3); nginx knows spaces only"),
        RequestCase("a length twice", post("Content-Length: 5\r\nContent-Length: 5", "abcde")),
        RequestCase("two lengths, the larger last", post("Content-Length: 0\r\nContent-Length: 47", smuggled)),
        RequestCase("two lengths, the smaller last", post("Content-Length: 47\r\nContent-Length: 0", smuggled)),
        RequestCase("a list of lengths", post("Content-Length: 5, 5", "abcde")),
        RequestCase("a list of two lengths", post("Content-Length: 0, 47", smuggled)),
        RequestCase("a sign", post("Content-Length: +5", "abcde")),
        RequestCase("a negative length", post("Content-Length: -5", "abcde")),
        RequestCase("a hexadecimal length", post("Content-Length: 0x5", "abcde")),
        RequestCase("a length with a fraction", post("Content-Length: 5.0", "abcde")),
        RequestCase("an empty length", post("Content-Length:", "")),
        RequestCase("a word for a length", post("Content-Length: five", "abcde")),
        RequestCase("a length beyond 64 bits", post("Content-Length: 18446744073709551621", "abcde")),
        RequestCase("a space before the colon", post("Content-Length : 47", smuggled)),
        RequestCase("a tab before the colon", post("Content-Length\t: 47", smuggled)),
        RequestCase("a length in a folded line", post("Content-Length:\r\n 47", smuggled)),
        RequestCase(
            "a null before the length", post("\0Content-Length: 47", smuggled)),
        RequestCase("a name with an underscore is another name", post("Content_Length: 47", "")),
        RequestCase("less than the length", post("Content-Length: 500", "abc")),
        RequestCase(
            "GET with a body", "GET /get HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nabcde"),
        RequestCase(
            "GET with a body that is a request",
            "GET /get HTTP/1.1\r\nHost: a.test\r\nContent-Length: \(marker.utf8.count)\r\n\r\n\(marker)"),
        RequestCase("HEAD with a body", "HEAD /head HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nabcde"),
        RequestCase(
            "DELETE with a body", "DELETE /delete HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nabcde"),
        RequestCase(
            "OPTIONS with a body", "OPTIONS /o HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nabcde"),
        RequestCase(
            "HTTP/1.0 with a length",
            "POST /old HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nabcde"),
        RequestCase(
            "100 is waited for, and the body comes", post("Expect: 100-continue\r\nContent-Length: 5", "abcde")),
        RequestCase("100 for no body", get("/", "Expect: 100-continue")),
        RequestCase(
            "another expectation", post("Expect: 200-ok\r\nContent-Length: 5", "abcde"), .sluiceRefuses,
            because: "it cannot be met (RFC 9110 §10.1.1); nginx ignores it"),
    ]
}
