import HTTPServer

/// Messages at and beyond every limit, with small limits.
let limitMessages: [MessageCase] = [
    small(
        accepted(
            "a request line of 32 bytes", "GET /\(run(18)) HTTP/1.1\r\nHost: x\r\n\r\n", .init(target: "/\(run(18))"))),
    small(refused("a request line of 33 bytes", 414, "GET /\(run(19)) HTTP/1.1\r\nHost: x\r\n\r\n")),
    small(refused("a target without end", 414, "GET /\(run(200))")),
    small(refused("a long target that ends badly", 414, "GET /\(run(200))\0")),
    small(
        accepted(
            "a request line of 32 bytes behind an empty line", "\r\nGET /\(run(18)) HTTP/1.1\r\nHost: x\r\n\r\n",
            .init(target: "/\(run(18))"))),
    small(
        accepted(
            "64 bytes of fields", "GET / HTTP/1.1\r\nHost: x\r\nA: \(run(50))\r\n\r\n",
            .init(fields: "[Host: x][A: \(run(50))]"))),
    small(refused("65 bytes of fields", 431, "GET / HTTP/1.1\r\nHost: x\r\nA: \(run(51))\r\n\r\n")),
    small(refused("a name without end", 431, "GET / HTTP/1.1\r\nHost: x\r\n\(run(200))")),
    small(refused("a value without end", 431, "GET / HTTP/1.1\r\nHost: x\r\nA: \(run(200))")),
    small(refused("a long name that ends badly", 431, "GET / HTTP/1.1\r\nHost: x\r\n\(run(200))\0")),
    small(refused("a long value that ends badly", 431, "GET / HTTP/1.1\r\nHost: x\r\nA: \(run(200))\0")),
    small(refused("spaces without end", 431, "GET / HTTP/1.1\r\nHost: x\r\nA:\(run(200, " "))")),
    small(
        accepted(
            "4 fields", "GET / HTTP/1.1\r\nHost: x\r\nA:\r\nB:\r\nC:\r\n\r\n",
            .init(fields: "[Host: x][A: ][B: ][C: ]"))),
    small(refused("5 fields", 431, "GET / HTTP/1.1\r\nHost: x\r\nA:\r\nB:\r\nC:\r\nD:\r\n\r\n")),
    small(accepted("a chunk line of 16 bytes", chunks("1;\(run(14))\r\na\r\n0\r\n\r\n"), body("a"))),
    small(refused("a chunk line of 17 bytes", 400, chunks("1;\(run(15))\r\na\r\n0\r\n\r\n"))),
    small(refused("an extension without end", 400, chunks("1;\(run(200))"))),
    small(refused("a size without end", 400, chunks(run(200, "0")))),
    small(accepted("a trailer of 20 bytes", chunks("0\r\nA: \(run(15))\r\n\r\n"), body(""))),
    small(refused("trailers without end", 431, chunks("0\r\n\(run(50, "A:\r\n"))"))),
    small(refused("a trailer's name without end", 431, chunks("0\r\n\(run(200))"))),
    small(refused("a trailer's value without end", 431, chunks("0\r\nA: \(run(200))"))),
]

private func small(_ message: MessageCase) -> MessageCase {
    var message = message
    message.limits.requestLineBytes = 32
    message.limits.headerBytes = 64
    message.limits.fieldCount = 4
    message.limits.chunkLineBytes = 16
    message.limits.trailerBytes = 20
    return message
}

private func run(_ count: Int, _ text: String = "a") -> String { String(repeating: text, count: count) }

private func chunks(_ text: String) -> String {
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(text)"
}

private func body(_ text: String) -> ExpectedRequest {
    .init(method: "POST", fields: "[Host: x][Transfer-Encoding: chunked]", body: text)
}
