/// RFC 9112 §5, RFC 9110 §5 and §7.2: header fields and the Host.
let fieldMessages: [MessageCase] = [
    accepted("two fields", host("A: 1\r\nB: 2"), .init(fields: "[Host: x][A: 1][B: 2]")),
    accepted("a field twice", host("A: 1\r\na: 2"), .init(fields: "[Host: x][A: 1][a: 2]")),
    accepted("no space after the colon", host("A:1"), .init(fields: "[Host: x][A: 1]")),
    accepted("spaces and tabs around the value", host("A: \t 1 2\t "), .init(fields: "[Host: x][A: 1 2]")),
    accepted("an empty value", host("A:"), .init(fields: "[Host: x][A: ]")),
    accepted("a value of spaces", host("A:  \t "), .init(fields: "[Host: x][A: ]")),
    accepted("a tab within the value", host("A: 1\t2"), .init(fields: "[Host: x][A: 1\t2]")),
    accepted("a colon within the value", host("A: b:c"), .init(fields: "[Host: x][A: b:c]")),
    accepted("a value beyond ASCII", host("A: ä€😀"), .init(fields: "[Host: x][A: ä€😀]")),
    accepted(
        "a name of every token character", host("!#$%&'*+-.^_`|~09azAZ: 1"),
        .init(fields: "[Host: x][!#$%&'*+-.^_`|~09azAZ: 1]")),
    accepted("a name of digits", host("1: 1"), .init(fields: "[Host: x][1: 1]")),
    accepted("a quoted value", host("A: \"b, \\\"c\""), .init(fields: "[Host: x][A: \"b, \\\"c\"]")),

    refused("a folded line", 400, host("A: 1\r\n 2")),
    refused("a line folded with a tab", 400, host("A: 1\r\n\t2")),
    refused("a first field that is folded", 400, "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
    refused("a space before the colon", 400, host("A : 1")),
    refused("a tab before the colon", 400, host("A\t: 1")),
    refused("a space before the colon of Host", 400, "GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
    refused("a space in a name", 400, host("A b: 1")),
    refused("no name", 400, host(": 1")),
    refused("no colon", 400, host("A")),
    refused("a name beyond ASCII", 400, host("Ä: 1")),
    refused("a parenthesis in a name", 400, host("A(: 1")),
    refused("a NUL in a name", 400, host("A\0: 1")),
    refused("a NUL in a value", 400, host("A: 1\02")),
    refused("a DEL in a value", 400, host("A: 1\u{7f}")),
    refused("an escape in a value", 400, host("A: \u{1b}[0m")),
    refused("a vertical tab after a value", 400, host("A: 1\u{0b}")),
    refused("a bare CR in a value", 400, host("A: 1\r2")),
    refused("a bare LF in a value", 400, host("A: 1\n2")),
    refused("a line that ends with LF", 400, "GET / HTTP/1.1\r\nHost: x\nA: 1\r\n\r\n"),
    refused("a line that ends with CR CR LF", 400, "GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"),
    refused("an empty line that is LF", 400, "GET / HTTP/1.1\r\nHost: x\r\n\n"),
    refused("an empty line that is CR CR", 400, "GET / HTTP/1.1\r\nHost: x\r\n\r\r"),
    refused("a CR before a name", 400, host("\rA: 1")),

    accepted("an empty Host", only("Host:"), .init(fields: "[Host: ]")),
    accepted("Host in capitals", only("HOST: x"), .init(fields: "[HOST: x]")),
    accepted("Host with a port", only("Host: x.example:8000"), .init(fields: "[Host: x.example:8000]")),
    accepted("Host with an empty port", only("Host: x:"), .init(fields: "[Host: x:]")),
    accepted("Host of an IPv4 address", only("Host: 127.0.0.1:80"), .init(fields: "[Host: 127.0.0.1:80]")),
    accepted("Host of an IPv6 address", only("Host: [::1]"), .init(fields: "[Host: [::1]]")),
    accepted("Host of an IPv6 address with a port", only("Host: [fe80::1]:80"), .init(fields: "[Host: [fe80::1]:80]")),
    accepted("Host with an underscore", only("Host: a_b"), .init(fields: "[Host: a_b]")),
    accepted("Host with percent-encoding", only("Host: a%20b"), .init(fields: "[Host: a%20b]")),

    refused("no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
    refused("no Host among others", 400, only("A: 1")),
    refused("two Hosts", 400, host("Host: y")),
    refused("two equal Hosts", 400, host("Host: x")),
    refused("two Hosts of HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n"),
    refused("Hosts in a list", 400, only("Host: x, y")),
    refused("Host with a space", 400, only("Host: x y")),
    refused("Host with a path", 400, only("Host: x/y")),
    refused("Host with userinfo", 400, only("Host: me@x")),
    refused("Host with a query", 400, only("Host: x?y")),
    refused("Host with a fragment", 400, only("Host: x#y")),
    refused("Host with a scheme", 400, only("Host: http://x")),
    refused("Host with a backslash", 400, only("Host: x\\y")),
    refused("Host beyond ASCII", 400, only("Host: ä")),
    refused("Host with a port of letters", 400, only("Host: x:y")),
    refused("Host with two ports", 400, only("Host: x:1:2")),
    refused("Host of an IPv6 address without brackets", 400, only("Host: ::1")),
    refused("Host with an open bracket", 400, only("Host: [::1")),
    refused("Host with text behind the bracket", 400, only("Host: [::1]x")),
    refused("Host with letters in brackets", 400, only("Host: [xyz]")),
    refused("Host with nothing in brackets", 400, only("Host: []")),
    refused("Host with half of a percent-encoding", 400, only("Host: a%2")),
    refused("Host of a port alone", 400, only("Host: :80")),

    accepted(
        "Connection: close", host("Connection: close"), .init(fields: "[Host: x][Connection: close]", stays: false)),
    accepted(
        "close in capitals", host("connection: CLOSE"), .init(fields: "[Host: x][connection: CLOSE]", stays: false)),
    accepted(
        "close in a list", host("Connection: a, ,close ,b"),
        .init(fields: "[Host: x][Connection: a, ,close ,b]", stays: false)),
    accepted(
        "close in a second field", host("Connection: keep-alive\r\nConnection: close"),
        .init(fields: "[Host: x][Connection: keep-alive][Connection: close]", stays: false)),
    accepted(
        "an option that only begins with close", host("Connection: closed"),
        .init(fields: "[Host: x][Connection: closed]")),
    accepted("an empty Connection", host("Connection:"), .init(fields: "[Host: x][Connection: ]")),
    accepted(
        "keep-alive of HTTP/1.0", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        .init(fields: "[Connection: Keep-Alive]", version: "1.0")),
    accepted(
        "keep-alive and close of HTTP/1.0", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
        .init(fields: "[Connection: keep-alive, close]", version: "1.0", stays: false)),

    accepted("Expect", host("Expect: 100-continue"), .init(fields: "[Host: x][Expect: 100-continue]", expects: true)),
    accepted(
        "Expect in capitals", host("EXPECT: 100-Continue"),
        .init(fields: "[Host: x][EXPECT: 100-Continue]", expects: true)),
    accepted(
        "HTTP/1.0 expects nothing", "GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n",
        .init(fields: "[Expect: 100-continue]", version: "1.0", stays: false)),
    refused("another expectation", 417, host("Expect: 200-ok")),
    refused("an expectation and more", 417, host("Expect: 100-continue, x")),
    refused("an empty expectation", 417, host("Expect:")),
]

/// A request with the Host field and then these lines.
private func host(_ lines: String) -> String { "GET / HTTP/1.1\r\nHost: x\r\n\(lines)\r\n\r\n" }

/// A request with these lines alone.
private func only(_ lines: String) -> String { "GET / HTTP/1.1\r\n\(lines)\r\n\r\n" }
