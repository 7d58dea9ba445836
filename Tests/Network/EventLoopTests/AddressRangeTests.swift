import Testing

@testable import EventLoop

@Suite("Ranges of addresses")
struct AddressRangeTests {
    @Test(
        "contain the addresses that begin with their bits, and no others",
        arguments: [
            (
                "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
                ["9.255.255.255", "11.0.0.0", "::a00:1"]
            ),
            ("10.1.2.3/8", ["10.0.0.0"], ["11.0.0.0"]),
            ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
            ("192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6"]),
            ("192.0.2.6/31", ["192.0.2.6", "192.0.2.7"], ["192.0.2.5", "192.0.2.8"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::1", "2001:db8::1"]),
            ("::/0", ["0.0.0.0", "::1", "ffff::"], []),
            ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db7:ffff::", "2001:db9::"]),
            ("2001:db8::/65", ["2001:db8::7fff:0:0:0"], ["2001:db8::8000:0:0:0", "2001:db8:0:1::"]),
            ("::1", ["::1"], ["::2", "127.0.0.1"]),
            ("localhost", ["127.0.0.1"], ["127.0.0.2"]),
        ])
    func contains(text: String, inside: [String], outside: [String]) throws {
        let range = try AddressRange(text)
        for host in inside { #expect(range.contains(try SocketAddress(host: host, port: 80)), "\(host)") }
        for host in outside { #expect(!range.contains(try SocketAddress(host: host, port: 80)), "\(host)") }
    }

    @Test(
        "what is no range is refused",
        arguments: ["", "x", "10.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+1", "::/129", "::/1/2"])
    func malformed(text: String) { #expect(throws: EventLoopError.self) { try AddressRange(text) } }
}
