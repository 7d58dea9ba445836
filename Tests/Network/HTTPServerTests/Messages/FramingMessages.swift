/// RFC 9112 §6 and §7: where a body ends, and what makes that doubtful.
let framingMessages: [MessageCase] = [
    accepted("Content-Length: 0", post("Content-Length: 0", ""), request("[Content-Length: 0]", "")),
    accepted("a body with a length", post("Content-Length: 5", "abcde"), request("[Content-Length: 5]", "abcde")),
    accepted("a length in small letters", post("content-length: 1", "a"), request("[content-length: 1]", "a")),
    accepted(
        "a length with leading zeros", post("Content-Length: 0005", "abcde"),
        request("[Content-Length: 0005]", "abcde")),
    accepted(
        "a body that looks like a request", post("Content-Length: 18", "GET / HTTP/1.1\r\n\r\n"),
        request("[Content-Length: 18]", "GET / HTTP/1.1\r\n\r\n")),
    accepted("a body of line ends", post("Content-Length: 4", "\r\n\r\n"), request("[Content-Length: 4]", "\r\n\r\n")),
    accepted(
        "a length of HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nab",
        .init(method: "POST", fields: "[Content-Length: 2]", body: "ab", version: "1.0", stays: false)),
    accepted(
        "GET with a body", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na",
        .init(fields: "[Host: x][Content-Length: 1]", body: "a")),
    waits("a body that is not whole", post("Content-Length: 5", "abcd")),
    waits("the largest length", post("Content-Length: 999999999999999999", "a")),

    refused("an empty length", 400, post("Content-Length:", "")),
    refused("a negative length", 400, post("Content-Length: -1", "")),
    refused("minus zero", 400, post("Content-Length: -0", "")),
    refused("a length with a plus", 400, post("Content-Length: +5", "abcde")),
    refused("a hexadecimal length", 400, post("Content-Length: 0x5", "abcde")),
    refused("a length with a point", 400, post("Content-Length: 5.0", "abcde")),
    refused("a length with an exponent", 400, post("Content-Length: 1e1", "abcdefghij")),
    refused("a length with a space", 400, post("Content-Length: 5 5", "abcde")),
    refused("a length in quotes", 400, post("Content-Length: \"5\"", "abcde")),
    refused("a length of other digits", 400, post("Content-Length: ٥", "abcde")),
    refused("a length beyond 64 bits", 400, post("Content-Length: 18446744073709551621", "abcde")),
    refused("a length that wraps to 5 in 32 bits", 400, post("Content-Length: 18446744069414584325", "abcde")),
    refused("a length of a thousand digits", 400, post("Content-Length: " + String(repeating: "0", count: 1000), "")),
    refused("two equal lengths in a list", 400, post("Content-Length: 5, 5", "abcde")),
    refused("two lengths in a list", 400, post("Content-Length: 5, 6", "abcde")),
    refused("two equal lengths", 400, post("Content-Length: 5\r\nContent-Length: 5", "abcde")),
    refused("two lengths", 400, post("Content-Length: 5\r\nContent-Length: 6", "abcdef")),
    refused("a length and an empty one", 400, post("Content-Length: 5\r\nContent-Length:", "abcde")),
    refused("a length with a space before the colon", 400, post("Content-Length : 5", "abcde")),

    accepted("chunked", post("Transfer-Encoding: chunked", "5\r\nabcde\r\n0\r\n\r\n"), request(chunked, "abcde")),
    accepted(
        "chunked in capitals", post("TRANSFER-ENCODING: CHUNKED", "1\r\na\r\n0\r\n\r\n"),
        request("[TRANSFER-ENCODING: CHUNKED]", "a")),
    accepted(
        "chunked within spaces", post("Transfer-Encoding: \t chunked \t", "1\r\na\r\n0\r\n\r\n"),
        request(chunked, "a")),

    refused("both", 400, post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
    refused("both, the other way round", 400, post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")),
    refused("chunked and a length of 0", 400, post("Transfer-Encoding: chunked\r\nContent-Length: 0", "0\r\n\r\n")),
    refused("chunked of HTTP/1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    refused("an encoding before chunked", 501, post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
    refused("two encodings before chunked", 501, post("Transfer-Encoding: gzip,deflate ,chunked", "0\r\n\r\n")),
    refused("chunked not last", 400, post("Transfer-Encoding: chunked, gzip", "0\r\n\r\n")),
    refused("an encoding without chunked", 400, post("Transfer-Encoding: gzip", "abcde")),
    refused("identity", 400, post("Transfer-Encoding: identity", "abcde")),
    refused("identity before chunked", 501, post("Transfer-Encoding: identity, chunked", "0\r\n\r\n")),
    refused("chunked twice in a list", 400, post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n")),
    refused("chunked twice around another", 400, post("Transfer-Encoding: chunked, gzip, chunked", "0\r\n\r\n")),
    refused("chunked twice", 400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
    refused(
        "chunked and then identity", 400,
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n")),
    refused("an empty encoding", 400, post("Transfer-Encoding:", "0\r\n\r\n")),
    refused("a comma before chunked", 400, post("Transfer-Encoding: , chunked", "0\r\n\r\n")),
    refused("a comma after chunked", 400, post("Transfer-Encoding: chunked,", "0\r\n\r\n")),
    refused("chunked with a parameter", 400, post("Transfer-Encoding: chunked;q=1", "0\r\n\r\n")),
    refused("chunked in quotes", 400, post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")),
    refused("a word like chunked", 400, post("Transfer-Encoding: xchunked", "0\r\n\r\n")),
    refused("a second word like chunked", 400, post("Transfer-Encoding: chunked, cow", "0\r\n\r\n")),
    refused("chunked behind a vertical tab", 400, post("Transfer-Encoding: \u{0b}chunked", "0\r\n\r\n")),
    refused("chunked with a space before the colon", 400, post("Transfer-Encoding : chunked", "0\r\n\r\n")),
    refused("chunked on a folded line", 400, post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n")),
    refused("chunked behind a bare LF", 400, post("A: b\nTransfer-Encoding: chunked", "0\r\n\r\n")),
]

private let chunked = "[Transfer-Encoding: chunked]"

private func post(_ lines: String, _ body: String) -> String { "POST / HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\r\n\(body)" }

private func request(_ fields: String, _ body: String) -> ExpectedRequest {
    .init(method: "POST", fields: "[Host: x]\(fields)", body: body)
}
