import HTTPReading
import HTTPServer
import Testing

/// Bytes of an upstream and what they are read as.
struct AnswerCase: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var isHead = false
    var limits = HTTPServerLimits()
    /// Status, fields, body and state; nil: malformed.
    let expected: String?

    var testDescription: String { name }

    static func describe(_ reading: AnswerReader.Reading) -> String? {
        let state: String
        switch reading.state {
        case .waiting: state = "waits"
        case .untilClose: state = "until the end"
        case .complete(true): state = "keeps"
        case .complete(false): state = "closes"
        case .tunnel: state = "tunnel"
        case .malformed: return nil
        }
        let before = reading.informational.map { "\($0) " }.joined()
        let fields = reading.fields.map { "[\($0)]" }.joined()
        let rest = reading.rest > 0 ? " +\(reading.rest)" : ""
        return "\(before)\(reading.status) \(fields) \(String(decoding: reading.body, as: UTF8.self))|\(state)\(rest)"
    }
}

private func read(_ name: String, _ text: String, _ expected: String) -> AnswerCase {
    AnswerCase(name: name, text: text, expected: expected)
}

private func bad(_ name: String, _ text: String) -> AnswerCase { AnswerCase(name: name, text: text, expected: nil) }

private func ok(_ fields: String, _ body: String = "") -> String {
    "HTTP/1.1 200 OK\r\n" + fields + (fields.isEmpty ? "" : "\r\n") + "\r\n" + body
}

private func small(_ name: String, _ text: String, _ expected: String?) -> AnswerCase {
    var limits = HTTPServerLimits()
    limits.headerBytes = 64
    limits.fieldCount = 3
    limits.chunkLineBytes = 16
    limits.trailerBytes = 32
    return AnswerCase(name: name, text: text, limits: limits, expected: expected)
}

let answerCases: [AnswerCase] = [
    // The status line.
    read("a body of known length", ok("Content-Length: 2", "ab"), "200  ab|keeps"),
    read("no phrase", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "200  |keeps"),
    read("no phrase and no space", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200  |keeps"),
    read("a phrase of any bytes", "HTTP/1.1 404 N\u{e4}h!\r\nContent-Length: 0\r\n\r\n", "404  |keeps"),
    read("an unknown status", "HTTP/1.1 799 x\r\nContent-Length: 0\r\n\r\n", "799  |keeps"),
    read("HTTP/1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", "200  a|closes"),
    read(
        "HTTP/1.0 that keeps", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na",
        "200  a|keeps"),
    read(
        "HTTP/1.0 with chunks closes, whatever it says",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "200  a|closes"),
    read("a part of the status line", "HTTP/1.1 20", "0  |waits"),
    bad("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n"),
    bad("HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n"),
    bad("HTTP/1.10", "HTTP/1.10 200 OK\r\n\r\n"),
    bad("no HTTP", "SSH-2.0-OpenSSH_9.2p1\r\n"),
    bad("small letters", "http/1.1 200 OK\r\n\r\n"),
    bad("a leading line end", "\r\nHTTP/1.1 200 OK\r\n\r\n"),
    bad("two spaces", "HTTP/1.1  200 OK\r\n\r\n"),
    bad("two digits", "HTTP/1.1 20 OK\r\n\r\n"),
    bad("four digits", "HTTP/1.1 2000 OK\r\n\r\n"),
    bad("a status below 100", "HTTP/1.1 099 OK\r\n\r\n"),
    bad("a status with a sign", "HTTP/1.1 +20 OK\r\n\r\n"),
    bad("a bare line feed behind the status", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
    bad("a bare carriage return in the phrase", "HTTP/1.1 200 O\rK\r\n\r\n"),
    bad("a null in the phrase", "HTTP/1.1 200 O\0K\r\n\r\n"),
    bad("an endless phrase", "HTTP/1.1 200 " + String(repeating: "x", count: 2000)),

    // Fields.
    read("fields in their order", ok("B: 2\r\nA: 1\r\nContent-Length: 0"), "200 [B: 2][A: 1] |keeps"),
    read("spaces around a value", ok("A: \t 1 \t \r\nContent-Length: 0"), "200 [A: 1] |keeps"),
    read("an empty value", ok("A:\r\nContent-Length: 0"), "200 [A: ] |keeps"),
    read(
        "what Connection names is left out",
        ok("Connection: X-Own, close\r\nX-Own: 1\r\nX-Other: 2\r\nContent-Length: 0"), "200 [X-Other: 2] |closes"),
    read(
        "however many it names",
        ok(
            "Connection: \((1...40).map { "X-\($0)" }.joined(separator: ","))\r\nX-40: 1\r\nX-41: 2\r\nContent-Length: 0"
        ),
        "200 [X-41: 2] |keeps"),
    read(
        "fields of the connection are left out",
        ok("Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\nContent-Length: 0"),
        "200  |keeps"),
    bad("a space before the colon", ok("Content-Length : 0")),
    bad("an empty name", ok(": 1")),
    bad("a name that is no token", ok("A(: 1")),
    bad("a line without a colon", ok("Nonsense")),
    bad("a folded line", ok("A: 1\r\n 2")),
    bad("a null in a value", ok("A: 1\0")),
    bad("a bare carriage return in a value", ok("A: 1\rB: 2")),
    bad("a bare line feed between fields", ok("A: 1\nB: 2")),
    small("as many fields as allowed", ok("A: 1\r\nB: 2\r\nContent-Length: 0"), "200 [A: 1][B: 2] |keeps"),
    small("one more", ok("A: 1\r\nB: 2\r\nC: 3\r\nContent-Length: 0"), nil),
    small("fields that are too large", ok("A: " + String(repeating: "x", count: 80)), nil),

    // Where the body ends.
    read("no length and no coding", ok("", "abc"), "200  abc|until the end"),
    read("a part of the body", ok("Content-Length: 5", "ab"), "200  ab|waits"),
    read("more than the length", ok("Content-Length: 1", "abc"), "200  a|keeps +2"),
    read("leading zeros", ok("Content-Length: 0003", "abc"), "200  abc|keeps"),
    read("the same length twice", ok("Content-Length: 1\r\nContent-Length: 1", "a"), "200  a|keeps"),
    bad("two lengths", ok("Content-Length: 1\r\nContent-Length: 2", "ab")),
    bad("two lengths in a list", ok("Content-Length: 1, 2", "ab")),
    bad("a list of one length", ok("Content-Length: 1, 1", "a")),
    bad("an empty length", ok("Content-Length:")),
    bad("a negative length", ok("Content-Length: -1")),
    bad("a length with a plus", ok("Content-Length: +1", "a")),
    bad("a hexadecimal length", ok("Content-Length: 0x1", "a")),
    bad("a length beyond 64 bits", ok("Content-Length: 18446744073709551617", "a")),
    bad("a length and chunks", ok("Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
    bad("chunks and a length", ok("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")),
    read("chunks", ok("Transfer-Encoding: chunked", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), "200  abc|keeps"),
    read("Chunked", ok("Transfer-Encoding: ChUnKeD", "0\r\n\r\n"), "200  |keeps"),
    read("chunks with extensions", ok("Transfer-Encoding: chunked", "1;a=b\r\na\r\n0\r\n\r\n"), "200  a|keeps"),
    read("chunks with trailers", ok("Transfer-Encoding: chunked", "1\r\na\r\n0\r\nX: 1\r\n\r\n"), "200  a|keeps"),
    read("chunks that are not whole", ok("Transfer-Encoding: chunked", "5\r\nab"), "200  ab|waits"),
    read("more than the chunks", ok("Transfer-Encoding: chunked", "0\r\n\r\nHTTP"), "200  |keeps +4"),
    bad("gzip", ok("Transfer-Encoding: gzip", "x")),
    bad("gzip before chunked", ok("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
    bad("chunked before gzip", ok("Transfer-Encoding: chunked, gzip", "0\r\n\r\n")),
    bad("chunked twice", ok("Transfer-Encoding: chunked, chunked", "0\r\n\r\n")),
    bad("chunked in two fields", ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
    bad("identity", ok("Transfer-Encoding: identity", "x")),
    bad("an empty coding", ok("Transfer-Encoding:", "x")),
    bad("chunked with a vertical tab", ok("Transfer-Encoding: \u{b}chunked", "0\r\n\r\n")),
    bad("xchunked", ok("Transfer-Encoding: xchunked", "0\r\n\r\n")),
    bad("chunked in quotes", ok("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")),
    bad("a chunk without digits", ok("Transfer-Encoding: chunked", "\r\na\r\n")),
    bad("a negative chunk", ok("Transfer-Encoding: chunked", "-1\r\na\r\n")),
    bad("a chunk with 0x", ok("Transfer-Encoding: chunked", "0x1\r\na\r\n")),
    bad("a chunk beyond 64 bits", ok("Transfer-Encoding: chunked", "10000000000000001\r\na\r\n")),
    bad("a chunk with a bare line feed", ok("Transfer-Encoding: chunked", "1\na\r\n0\r\n\r\n")),
    bad("a chunk that is longer than it says", ok("Transfer-Encoding: chunked", "1\r\nab\r\n0\r\n\r\n")),
    small(
        "a chunk's line that is too long", ok("Transfer-Encoding: chunked", "1;" + String(repeating: "x", count: 40)),
        nil),
    small(
        "trailers that are too large",
        ok("Transfer-Encoding: chunked", "0\r\nA: " + String(repeating: "x", count: 80)), nil),

    // Answers without a body.
    read("204", "HTTP/1.1 204 No Content\r\n\r\n", "204  |keeps"),
    read("204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", "204  |keeps +3"),
    read("304 with the length of what it stands for", "HTTP/1.1 304 x\r\nContent-Length: 3\r\n\r\n", "304  |keeps"),
    AnswerCase(
        name: "the answer to HEAD has no body", text: ok("Content-Length: 3"), isHead: true, expected: "200  |keeps"),
    AnswerCase(
        name: "nor has it chunks", text: ok("Transfer-Encoding: chunked"), isHead: true, expected: "200  |keeps"),
    AnswerCase(name: "nor does it wait for the end", text: ok(""), isHead: true, expected: "200  |keeps"),

    // Before the answer.
    read("100 before it", "HTTP/1.1 100 Continue\r\n\r\n" + ok("Content-Length: 1", "a"), "100 200  a|keeps"),
    read(
        "two hints before it",
        "HTTP/1.1 103 x\r\nLink: a\r\n\r\nHTTP/1.1 103 x\r\nLink: b\r\n\r\n" + ok("Content-Length: 0"),
        "103 103 200  |keeps"),
    read("only hints", "HTTP/1.1 103 x\r\nLink: a\r\n\r\n", "103 0  |waits"),
    read(
        "100 with a length has no body all the same",
        "HTTP/1.1 100 x\r\nContent-Length: 9\r\n\r\n" + ok("Content-Length: 0"), "100 200  |keeps"),
    read(
        "another protocol", "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX: 1\r\n\r\n\u{1}\u{2}",
        "101 [X: 1] \u{1}\u{2}|tunnel"),
]
