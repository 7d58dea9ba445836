import EventLoop
import Testing

@testable import Names

@Suite("HostName")
struct HostNameTests {
    @Test(
        "names are kept in lower case, with the dot at their end",
        arguments: [
            ("example.com", "example.com"), ("EXAMPLE.Com.", "example.com."), ("a", "a"),
            ("_http._tcp.x", "_http._tcp.x"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"), ("1.2.3.x", "1.2.3.x"),
            ("3com.example", "3com.example"),
            (longName(63), longName(63)), (fullName(253), fullName(253)), (fullName(253) + ".", fullName(253) + "."),
        ])
    func valid(name: String, expected: String) throws { #expect(try HostName.normalized(name) == expected) }

    @Test(
        "what is no name is refused, and the error names it",
        arguments: [
            "", ".", "..", ".a", "a..b", "a..", "a b", "a/b", "a\\b", "bücher.example", "a\u{0}b", "a,b", "*.x",
            "10.0.0.256", "1.2.3.4.5", "x.1", "1", longName(64), fullName(254), fullName(255) + ".",
            String(repeating: "a", count: 100_000),
        ])
    func invalid(name: String) {
        let error = #expect(throws: NameError.self) { try HostName.normalized(name) }
        #expect(error?.kind == .invalid)
        #expect(error?.name == name)
        #expect((error?.description.utf8.count ?? 0) < 400)
        #expect(error?.description.contains(name.prefix(60)) == true)
    }

    @Test(
        "numbers are addresses, also in brackets",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1"), ("[2001:db8::1]", "2001:db8::1"),
            ("fe80::1", "fe80::1"), ("dead.beef", nil), ("a.b", nil), ("1.2.3", nil), ("[::1", nil), ("::g", nil),
            ("1234", nil), ("localhost", nil), ("", nil), ("[]", nil),
        ])
    func addresses(text: String, host: String?) { #expect(HostName.address(text)?.host == host) }

    private static func longName(_ count: Int) -> String { String(repeating: "a", count: count) + ".x" }

    private static func fullName(_ count: Int) -> String {
        let parts = String(repeating: String(repeating: "b", count: 49) + ".", count: 5)
        return parts + String(repeating: "c", count: count - parts.utf8.count)
    }
}
