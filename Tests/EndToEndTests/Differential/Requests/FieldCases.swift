extension RequestCase {
    private static func field(
        _ name: String, _ fields: String, _ agreement: Agreement = .same, because reason: String = ""
    ) -> RequestCase {
        RequestCase(name, get("/field", fields), agreement, because: reason)
    }

    private static let manyOptions = (1...60).map { "X-Option-\($0)" }.joined(separator: ", ")

    /// Fields for one connection, fields that pretend to be, and fields of a bad form.
    static let fields = [
        field("a field that stays", "X-End: kept"),
        field("Connection names a field", "Connection: X-Named\r\nX-Named: 1\r\nX-End: kept"),
        field("Connection names a field in other letters", "Connection: x-NAMED\r\nX-Named: 1\r\nX-End: kept"),
        field("two Connections name fields", "Connection: X-Named\r\nConnection: TE\r\nX-Named: 1\r\nTE: gzip"),
        field("Connection names a field among empty ones", "Connection: ,, X-Named ,\t,\r\nX-Named: 1"),
        field("Connection names more fields than anybody has", "Connection: \(manyOptions), X-Named\r\nX-Named: 1"),
        field("Connection names the Host", "Connection: Host\r\nX-End: kept"),
        field("Connection names the route's field", "Connection: X-Route\r\nX-End: kept"),
        field("a client claims a route", "X-Route: guarded\r\nX-End: kept"),
        field("Connection names X-Forwarded-For", "Connection: X-Forwarded-For, X-Real-IP\r\nX-Forwarded-For: 9.9.9.9"),
        RequestCase("Connection names the length", post("Connection: Content-Length\r\nContent-Length: 5", "abcde")),
        RequestCase(
            "Connection names the coding",
            post("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked", "1\r\na\r\n0\r\n\r\n")),
        field("Connection names itself", "Connection: Connection, keep-alive"),
        field("Connection keeps", "Connection: keep-alive\r\nKeep-Alive: timeout=5"),
        field("Proxy-Connection", "Proxy-Connection: close"),
        field("Keep-Alive without Connection", "Keep-Alive: timeout=5"),
        field("TE", "TE: trailers, gzip\r\nConnection: TE"),
        field("TE without Connection", "TE: gzip"),
        RequestCase("Trailer", post("Trailer: X-Named\r\nTransfer-Encoding: chunked", "0\r\nX-Named: 1\r\n\r\n")),
        field(
            "an upgrade to HTTP/2",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"),
        field("an upgrade that Connection does not name", "Upgrade: websocket"),
        field("an upgrade to WebSocket that nobody takes", "Connection: Upgrade\r\nUpgrade: websocket"),
        RequestCase(
            "an upgrade with a body", post("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5", "abcde")),
        field("a cookie", "Cookie: a=b; c=d"),
        field("two cookies", "Cookie: a=b\r\nCookie: c=d"),
        field("a folded field", "X-End: a\r\n b"),
        field("a field folded by a tab", "X-End: a\r\n\tb"),
        field("a folded empty line", "X-End: a\r\n \r\nX-Named: 1"),
        field("a fold in the first line", " X-End: a"),
        field(
            "a field without a colon", "X-End", .sluiceRefuses,
            because: "nginx passes over lines that it does not understand"),
        field("a field without a name", ": 1"),
        field("a space in a name", "X End: 1"),
        field(
            "a name with a parenthesis", "X(End: 1", .sluiceRefuses,
            because: "a name is a token; nginx passes over the field"),
        field(
            "a name beyond ASCII", "X-\u{e4}: 1", .sluiceRefuses,
            because: "a name is a token; nginx passes over the field"),
        field("a name with an underscore", "X_Named: 1\r\nX-End: kept"),
        field("a null in a value", "X-End: a\0b"),
        field(
            "a control character in a value", "X-End: a\u{1}b", .sluiceRefuses, because: "RFC 9110 §5.5; nginx takes it"
        ),
        field(
            "a delete character in a value", "X-End: a\u{7f}b", .sluiceRefuses, because: "RFC 9110 §5.5; nginx takes it"
        ),
        field("bytes beyond ASCII in a value", "X-End: \u{e4}"),
        field("a tab in a value", "X-End: a\tb"),
        field("a carriage return in a value", "X-End: a\rX-Named: 1"),
        field(
            "a line feed in a value", "X-End: a\nX-Named: 1", .sluiceRefuses,
            because: "a line ends with CR LF; nginx takes a line feed alone"),
        field("an empty value", "X-End:"),
        field("no space before a value", "X-End:kept"),
        field("spaces around a value", "X-End:   kept   "),
        field("X-Forwarded-For", "X-Forwarded-For: 9.9.9.9"),
        field("two X-Forwarded-For", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 8.8.8.8"),
    ]
}
