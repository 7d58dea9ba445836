extension RequestCase {
    private static let one = "1\r\na\r\n0\r\n\r\n"

    private static func coding(_ fields: String) -> String { post(fields, one) }

    /// What Transfer-Encoding may say.
    static let codings = [
        RequestCase("chunked", coding("Transfer-Encoding: chunked")),
        RequestCase("Chunked", coding("Transfer-Encoding: ChUnKeD")),
        RequestCase("TRANSFER-ENCODING", coding("TRANSFER-ENCODING: chunked")),
        RequestCase("spaces around the coding", coding("Transfer-Encoding:   chunked  ")),
        RequestCase("a length and chunks", post("Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nX")),
        RequestCase("chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 6", "0\r\n\r\nX")),
        RequestCase(
            "a length of zero and chunks", post("Content-Length: 0\r\nTransfer-Encoding: chunked", one)),
        RequestCase("chunked twice", coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
        RequestCase("chunked in a list twice", coding("Transfer-Encoding: chunked, chunked")),
        RequestCase("gzip before chunked", coding("Transfer-Encoding: gzip, chunked")),
        RequestCase(
            "gzip before chunked in two fields", coding("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked")),
        RequestCase("chunked before gzip", coding("Transfer-Encoding: chunked, gzip")),
        RequestCase("gzip", coding("Transfer-Encoding: gzip")),
        RequestCase("identity", coding("Transfer-Encoding: identity")),
        RequestCase("identity and a length", post("Transfer-Encoding: identity\r\nContent-Length: 5", "abcde")),
        RequestCase("identity before chunked", coding("Transfer-Encoding: identity, chunked")),
        RequestCase("an empty coding", coding("Transfer-Encoding:")),
        RequestCase("an empty coding and a length", post("Transfer-Encoding:\r\nContent-Length: 5", "abcde")),
        RequestCase("a comma behind the coding", coding("Transfer-Encoding: chunked,")),
        RequestCase("a comma before the coding", coding("Transfer-Encoding: ,chunked")),
        RequestCase("a parameter", coding("Transfer-Encoding: chunked;q=1")),
        RequestCase("xchunked", coding("Transfer-Encoding: xchunked")),
        RequestCase("x chunked", coding("Transfer-Encoding: x chunked")),
        RequestCase("chunked in quotes", coding("Transfer-Encoding: \"chunked\"")),
        RequestCase("chunk", coding("Transfer-Encoding: chunk")),
        RequestCase("a vertical tab before it", coding("Transfer-Encoding: \u{b}chunked")),
        RequestCase("a form feed before it", coding("Transfer-Encoding: \u{c}chunked")),
        RequestCase("a null behind it", coding("Transfer-Encoding: chunked\0")),
        RequestCase("a no-break space before it", coding("Transfer-Encoding: \u{a0}chunked")),
        RequestCase(
            "a tab behind it", coding("Transfer-Encoding: chunked\t"), .nginxRefuses,
            because: "a tab is white space there (RFC 9110 §5.6.3); nginx knows spaces only"),
        RequestCase(
            "a tab before it", coding("Transfer-Encoding:\tchunked"), .nginxRefuses,
            because: "a tab is white space there (RFC 9110 §5.6.3); nginx knows spaces only"),
        RequestCase("a space before its colon", coding("Transfer-Encoding : chunked")),
        RequestCase("a tab before its colon", coding("Transfer-Encoding\t: chunked")),
        RequestCase("a space before its name", coding("X-End: 1\r\n Transfer-Encoding: chunked")),
        RequestCase("a folded coding", coding("Transfer-Encoding:\r\n chunked")),
        RequestCase("a coding folded by a tab", coding("Transfer-Encoding:\r\n\tchunked")),
        RequestCase("a fold behind the coding", coding("Transfer-Encoding: chunked\r\n , identity")),
        RequestCase(
            "the name with an underscore and a length", post("Transfer_Encoding: chunked\r\nContent-Length: 11", one)),
        RequestCase(
            "the name in another field's value", post("X-End: 1 Transfer-Encoding: chunked\r\nContent-Length: 11", one)),
        RequestCase(
            "a carriage return hides it", post("X-End: 1\rTransfer-Encoding: chunked\r\nContent-Length: 11", one)),
        RequestCase("a line feed hides it", post("X-End: 1\nTransfer-Encoding: chunked\r\nContent-Length: 11", one)),
        RequestCase(
            "a line feed ends it", coding("Transfer-Encoding: chunked\nX-End: 1"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase(
            "HTTP/1.0 with chunks", "POST /old HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n\(one)"),
        RequestCase(
            "HTTP/1.0 that stays, with chunks",
            "POST /old HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n\(one)"),
        RequestCase(
            "GET with chunks", "GET /get HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n\(one)"),
        RequestCase(
            "DELETE with chunks", "DELETE /delete HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n\(one)"),
        RequestCase(
            "100 is waited for, and chunks come", post("Expect: 100-continue\r\nTransfer-Encoding: chunked", one)),
    ]

    /// Bodies in chunks.
    static let chunks = [
        RequestCase("several chunks", chunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n")),
        RequestCase("no chunk", chunked("0\r\n\r\n")),
        RequestCase("line ends within a chunk", chunked("7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n")),
        RequestCase(
            "a request within a chunk", chunked("\(String(marker.utf8.count, radix: 16))\r\n\(marker)\r\n0\r\n\r\n")),
        RequestCase("sizes with zeros", chunked("0003\r\nabc\r\n000\r\n\r\n")),
        RequestCase("an extension", chunked("3;a=b\r\nabc\r\n0;c\r\n\r\n")),
        RequestCase("an extension in quotes", chunked("3;a=\"b;c\"\r\nabc\r\n0\r\n\r\n")),
        RequestCase(
            "a line feed in an extension", chunked("3;a\nabc\r\n0\r\n\r\n"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase("a carriage return in an extension", chunked("3;a\rb\r\nabc\r\n0\r\n\r\n")),
        RequestCase(
            "a line end in an extension's quotes", chunked("3;a=\"\r\nabc\r\n0\r\n\r\n\"\r\nabc\r\n0\r\n\r\n"),
            .sluiceRefuses, because: "a quoted string holds no line end; nginx does not look for quotes"),
        RequestCase(
            "a space behind a size", chunked("3 \r\nabc\r\n0\r\n\r\n"), .sluiceRefuses,
            because: "spaces behind a size are none of RFC 9112 §7.1; nginx passes over them"),
        RequestCase(
            "a tab behind a size", chunked("3\t\r\nabc\r\n0\r\n\r\n"), .sluiceRefuses,
            because: "spaces behind a size are none of RFC 9112 §7.1; nginx passes over them"),
        RequestCase("a space before a size", chunked(" 3\r\nabc\r\n0\r\n\r\n")),
        RequestCase(
            "a space before an extension", chunked("3 ;a\r\nabc\r\n0\r\n\r\n"), .sluiceRefuses,
            because: "spaces behind a size are none of RFC 9112 §7.1; nginx passes over them"),
        RequestCase(
            "a line feed behind a size", chunked("3\nabc\r\n0\r\n\r\n"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase(
            "a line feed behind a chunk", chunked("3\r\nabc\n0\r\n\r\n"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase(
            "a line feed behind the last size", chunked("3\r\nabc\r\n0\n\r\n"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase(
            "a line feed at the end", chunked("3\r\nabc\r\n0\r\n\n"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase("a carriage return behind a size", chunked("3\rabc\r\n0\r\n\r\n")),
        RequestCase("0x", chunked("0x3\r\nabc\r\n0\r\n\r\n")),
        RequestCase("a sign before a size", chunked("+3\r\nabc\r\n0\r\n\r\n")),
        RequestCase("a negative size", chunked("-3\r\nabc\r\n0\r\n\r\n")),
        RequestCase("an underscore in a size", chunked("0_3\r\nabc\r\n0\r\n\r\n")),
        RequestCase("no size", chunked("\r\nabc\r\n0\r\n\r\n")),
        RequestCase("an extension without a size", chunked(";a\r\nabc\r\n0\r\n\r\n")),
        RequestCase("a size beyond 64 bits", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n")),
        RequestCase("a chunk that is longer than its size", chunked("3\r\nabcd\r\n0\r\n\r\n")),
        RequestCase("a chunk that is shorter than its size", chunked("5\r\nabc\r\n0\r\n\r\n")),
        RequestCase("no line end behind a chunk", chunked("3\r\nabc0\r\n\r\n")),
        RequestCase("a trailer", chunked("3\r\nabc\r\n0\r\nX-Named: 1\r\n\r\n")),
        RequestCase("a trailer that names a length", chunked("3\r\nabc\r\n0\r\nContent-Length: 47\r\n\r\n")),
        RequestCase(
            "a trailer that names a host", chunked("3\r\nabc\r\n0\r\nHost: b.test\r\nTransfer-Encoding: x\r\n\r\n")),
        RequestCase(
            "a trailer without a colon", chunked("3\r\nabc\r\n0\r\nGET /guarded HTTP/1.1\r\n\r\n"), .sluiceRefuses,
            because: "the trailer is malformed; nginx does not look at it"),
        RequestCase(
            "a folded trailer", chunked("3\r\nabc\r\n0\r\nX-Named: 1\r\n 2\r\n\r\n"), .sluiceRefuses,
            because: "the trailer is malformed; nginx does not look at it"),
        RequestCase(
            "a trailer whose line feeds stand alone", chunked("3\r\nabc\r\n0\r\nX-Named: 1\n\n"), .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        RequestCase("no last chunk", chunked("3\r\nabc\r\n")),
    ]
}
