import Testing

/// What a service says to one request, and what clients of a gateway before it get.
struct OddAnswer: Sendable, CustomTestStringConvertible {
    /// What a client sees. A body that is cut has to be the beginning of what the service meant.
    enum View: Sendable, Equatable {
        case body, cut
        /// An error of the gateway's own.
        case error
        /// What nobody has meant, or only by chance: nginx passes on what it does not understand.
        case anything
    }

    let name: String
    let text: String
    var method = "GET"
    /// Whether the service closes behind it.
    let closes: Bool
    /// What it means, in every reading that there is.
    let body: String
    let sluice: View
    let nginx: View

    var testDescription: String { name }

    /// One that both pass on.
    private static func sound(
        _ name: String, _ text: String, _ body: String, nginx: View = .body, closes: Bool = false
    ) -> OddAnswer {
        OddAnswer(name: name, text: text, closes: closes, body: body, sluice: .body, nginx: nginx)
    }

    /// One that neither passes on, or not to its end.
    private static func bad(
        _ name: String, _ text: String, _ view: View = .error, body: String = "", closes: Bool = false
    ) -> OddAnswer {
        OddAnswer(name: name, text: text, closes: closes, body: body, sluice: view, nginx: view)
    }

    /// One that nginx passes on, because it looks less closely at what its services say.
    private static func lax(
        _ name: String, _ text: String, _ sluice: View = .error, body: String = "abc", nginx: View = .body,
        closes: Bool = false
    ) -> OddAnswer {
        OddAnswer(name: name, text: text, closes: closes, body: body, sluice: sluice, nginx: nginx)
    }

    func to(_ method: String) -> OddAnswer {
        var copy = self
        copy.method = method
        return copy
    }

    static func ok(_ fields: String, _ body: String = "") -> String {
        "HTTP/1.1 200 OK\r\n" + fields + (fields.isEmpty ? "" : "\r\n") + "\r\n" + body
    }

    private static let evil = ok("Content-Length: 4", "evil")

    private static let chunked = "Transfer-Encoding: chunked"
    private static let one = "3\r\nabc\r\n0\r\n\r\n"

    static let all = lengths + codings + chunks + lines + withoutBody + before + ends

    private static let lengths = [
        sound("a length", ok("Content-Length: 3", "abc"), "abc"),
        sound("the same length twice", ok("Content-Length: 3\r\nContent-Length: 3", "abc"), "abc"),
        lax("two lengths", ok("Content-Length: 3\r\nContent-Length: 6", "abcdef"), body: "abcdef"),
        lax("two lengths, the larger first", ok("Content-Length: 6\r\nContent-Length: 3", "abcdef")),
        lax("a list of lengths", ok("Content-Length: 3, 3", "abc"), closes: true),
        lax("a negative length", ok("Content-Length: -3", "abc"), closes: true),
        lax("a length with a sign", ok("Content-Length: +3", "abc"), closes: true),
        lax("a hexadecimal length", ok("Content-Length: 0x3", "abc"), closes: true),
        lax("an empty length", ok("Content-Length:", "abc"), closes: true),
        lax("a length beyond 64 bits", ok("Content-Length: 18446744073709551619", "abc"), closes: true),
        bad("a space before the colon", ok("Content-Length : 3", "abc"), closes: true),
        bad("a folded length", ok("Content-Length:\r\n 3", "abc"), closes: true),
        sound("more than the length", ok("Content-Length: 3", "abc" + evil), "abc"),
        sound("a line end behind the length", ok("Content-Length: 3", "abc\r\n"), "abc"),
        sound("another answer behind an empty one", ok("Content-Length: 0", evil), ""),
        bad("less than the length", ok("Content-Length: 6", "abc"), .cut, body: "abcdef", closes: true),
        bad("nothing of the length", ok("Content-Length: 6"), .cut, body: "abcdef", closes: true),
    ]

    private static let codings = [
        lax("a length and chunks", ok("Content-Length: 3\r\n\(chunked)", one)),
        lax("chunks and a length", ok("\(chunked)\r\nContent-Length: 3", one)),
        lax("chunked twice", ok("\(chunked)\r\n\(chunked)", one)),
        lax("chunked in a list twice", ok("Transfer-Encoding: chunked, chunked", one), closes: true),
        lax("gzip before chunked", ok("Transfer-Encoding: gzip, chunked", one), closes: true),
        lax("identity", ok("Transfer-Encoding: identity", "abc"), closes: true),
        lax("an unknown coding", ok("Transfer-Encoding: x", "abc"), closes: true),
        lax("an unknown coding and a length", ok("Transfer-Encoding: x\r\nContent-Length: 3", "abc"), closes: true),
        lax("a vertical tab before the coding", ok("Transfer-Encoding: \u{b}chunked", one), closes: true),
    ]

    private static let chunks = [
        sound("chunks", ok(chunked, one), "abc"),
        sound("chunks with an extension", ok(chunked, "3;x=y\r\nabc\r\n0\r\n\r\n"), "abc"),
        sound("chunks with a trailer", ok(chunked, "3\r\nabc\r\n0\r\nX-Odd: 1\r\n\r\n"), "abc"),
        sound("more than the chunks", ok(chunked, one + evil), "abc"),
        sound("chunks by HTTP/1.0", "HTTP/1.0 200 OK\r\n\(chunked)\r\n\r\n\(one)", "abc", closes: true),
        bad("a chunk without a size", ok(chunked, "\r\nabc\r\n0\r\n\r\n"), .cut),
        bad("a chunk that is none", ok(chunked, "xyz\r\nabc\r\n0\r\n\r\n"), .cut),
        bad("a negative chunk", ok(chunked, "-3\r\nabc\r\n0\r\n\r\n"), .cut),
        bad("a chunk beyond 64 bits", ok(chunked, "10000000000000003\r\nabc\r\n0\r\n\r\n"), .cut),
        bad("a chunk with 0x", ok(chunked, "0x3\r\nabc\r\n0\r\n\r\n"), .cut),
        bad("a chunk longer than its size", ok(chunked, "3\r\nabcd\r\n0\r\n\r\n"), .cut, body: "abcd"),
        lax(
            "a chunk shorter than its size", ok(chunked, "4\r\nabc\r\n0\r\n\r\n"), .cut, body: "abc\r0",
            nginx: .anything),
        bad("no last chunk", ok(chunked, "3\r\nabc\r\n"), .cut, body: "abc", closes: true),
        bad("an end within a chunk", ok(chunked, "6\r\nabc"), .cut, body: "abcdef", closes: true),
        lax("a line feed behind a size", ok(chunked, "3\nabc\r\n0\r\n\r\n"), .cut),
        lax("a space behind a size", ok(chunked, "3 \r\nabc\r\n0\r\n\r\n"), .cut),
    ]

    private static let lines = [
        sound("no phrase", "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc", "abc"),
        bad("a folded field", ok("X-Odd: a\r\n b\r\nContent-Length: 3", "abc")),
        bad("a field folded by a tab", ok("X-Odd: a\r\n\tContent-Length: 6\r\nContent-Length: 3", "abc")),
        lax("a line feed between fields", ok("X-Odd: a\nContent-Length: 3", "abc"), closes: true),
        lax("a line feed behind the status", "HTTP/1.1 200 OK\nContent-Length: 3\r\n\r\nabc"),
        lax("line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc"),
        bad("a carriage return in a field", ok("X-Odd: a\rContent-Length: 6\r\nContent-Length: 3", "abc")),
        bad("a null in a field", ok("X-Odd: a\0b\r\nContent-Length: 3", "abc")),
        bad("a space in a name", ok("X Odd: a\r\nContent-Length: 3", "abc")),
        lax("a field without a colon", ok("X-Odd\r\nContent-Length: 3", "abc")),
        bad("a field without a name", ok(": a\r\nContent-Length: 3", "abc")),
        lax("HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
        lax("another protocol", "ICY 200 OK\r\nContent-Length: 3\r\n\r\nabc", nginx: .anything, closes: true),
        lax("no head at all", "abc", nginx: .anything, closes: true),
        lax("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 3\r\n\r\nabc", nginx: .anything, closes: true),
        lax(
            "a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 3\r\n\r\nabc", nginx: .anything,
            closes: true),
        lax("a line end before", "\r\n" + ok("Content-Length: 3", "abc"), nginx: .anything, closes: true),
        bad("half a head", "HTTP/1.1 200 OK\r\nContent-Le", closes: true),
        bad("nothing", "", closes: true),
    ]

    private static let withoutBody = [
        sound("204", "HTTP/1.1 204 No Content\r\n\r\n", ""),
        sound("204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", ""),
        sound("204 with chunks", "HTTP/1.1 204 No Content\r\n\(chunked)\r\n\r\n3\r\nabc\r\n0\r\n\r\n", ""),
        sound("204 with another answer", "HTTP/1.1 204 No Content\r\n\r\n" + evil, ""),
        sound("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", ""),
        sound("304 with a body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc", ""),
        sound("205 with a length of zero", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", ""),
        sound("HEAD with a length", ok("Content-Length: 3"), "").to("HEAD"),
        sound("HEAD with a body", ok("Content-Length: 3", "abc"), "").to("HEAD"),
        sound("HEAD with chunks", ok(chunked, "3\r\nabc\r\n0\r\n\r\n"), "").to("HEAD"),
        sound("HEAD with another answer", ok("Content-Length: 500", evil), "").to("HEAD"),
        sound("HEAD without a length", ok(""), "").to("HEAD"),
    ]

    /// nginx takes an informational answer for the answer.
    private static let before = [
        sound(
            "100", "HTTP/1.1 100 Continue\r\n\r\n" + ok("Content-Length: 3", "abc"), "abc", nginx: .anything,
            closes: true),
        sound(
            "103", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok("Content-Length: 3", "abc"), "abc",
            nginx: .anything, closes: true),
        sound(
            "many of them",
            String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 50) + ok("Content-Length: 3", "abc"), "abc",
            nginx: .anything, closes: true),
        sound(
            "100 with a length", "HTTP/1.1 100 Continue\r\nContent-Length: 51\r\n\r\n" + ok("Content-Length: 3", "abc"),
            "abc", nginx: .anything, closes: true),
        sound(
            "100 with chunks", "HTTP/1.1 100 Continue\r\n\(chunked)\r\n\r\n" + ok("Content-Length: 3", "abc"), "abc",
            nginx: .anything, closes: true),
        lax("100 and no answer", "HTTP/1.1 100 Continue\r\n\r\n", body: "", nginx: .anything, closes: true),
        lax(
            "another protocol that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + evil,
            body: "", nginx: .anything, closes: true),
    ]

    private static let ends = [
        sound("no length", ok("", "abc"), "abc", closes: true),
        sound("no length and no body", ok(""), "", closes: true),
        sound("no length, and another answer", ok("", "abc" + evil), "abc" + evil, closes: true),
        sound("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nabc", "abc", closes: true),
        sound("HTTP/1.0 with a length", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc", closes: true),
        sound(
            "HTTP/1.0 that stays", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc", "abc"),
        sound("a length and close", ok("Connection: close\r\nContent-Length: 3", "abc"), "abc", closes: true),
        sound("close, and it stays", ok("Connection: close\r\nContent-Length: 3", "abc" + evil), "abc"),
        sound(
            "Connection names the length", ok("Connection: Content-Length\r\nContent-Length: 3", "abc"), "abc"),
        sound(
            "Connection names the coding", ok("Connection: Transfer-Encoding\r\n\(chunked)", "3\r\nabc\r\n0\r\n\r\n"),
            "abc"),
    ]
}
