import EventLoop
import HTTPServer
import TestClient
import TestGateway
import Testing

@testable import DataPlane

@Suite("Peers that are believed")
struct TrustedPeersTests {
    private static let here = "127.0.0.0/8"

    /// What a service is told of the client.
    private static func told(
        _ fields: String, trusting ranges: [String] = [here], _ source: TrustedPeers.Source = .field("x-forwarded-for"),
        isRecursive: Bool = false, before: String = ""
    ) async throws -> (client: String, list: String, scheme: String, host: String, port: String) {
        var behaviour = GatewayOptions()
        behaviour.trusted = TrustedPeers(
            ranges: try ranges.map { try AddressRange($0) }, source: source, isRecursive: isRecursive)
        let upstream = try ScriptedUpstream { connection, _ in try connection.answerAll("x") }
        let gateway = try TestGateway(
            """
            {"services":[{"name":"s","host":"127.0.0.1","port":\(upstream.port)}],
             "routes":[{"paths":["/"],"service":{"name":"s"}}]}
            """, plugins: [], behaviour: behaviour
        ) { _ in
            var options = HTTPListenerOptions()
            options.hasProxyHeader = !before.isEmpty
            return options
        }
        try await OwnThread.run {
            let client = try gateway.client()
            try client.connection.send(before)
            _ = try client.ask("GET /\nHost: own.example:81" + fields)
        }
        let lines = (upstream.requests.last ?? "").split(separator: "\r\n")
        func sent(_ name: String) -> String {
            lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? "-"
        }
        return (
            sent("X-Real-IP"), sent("X-Forwarded-For"), sent("X-Forwarded-Proto"), sent("X-Forwarded-Host"),
            sent("X-Forwarded-Port")
        )
    }

    @Test(
        "tell the client in a field; of a list the last counts, or the last that is not trusted",
        arguments: [
            ("192.0.2.1", false, "192.0.2.1"), ("192.0.2.1, 192.0.2.2", false, "192.0.2.2"),
            ("192.0.2.1,\t127.0.0.9 ", false, "127.0.0.9"), ("192.0.2.1, 127.0.0.9", true, "192.0.2.1"),
            ("127.0.0.8, 127.0.0.9", true, "127.0.0.8"), ("192.0.2.1, 192.0.2.2, 127.0.0.9", true, "192.0.2.2"),
            ("192.0.2.1:443", false, "192.0.2.1"), ("[2001:db8::1]:443", false, "2001:db8::1"),
            ("2001:db8::1", false, "2001:db8::1"), ("[2001:db8::1]", false, "2001:db8::1"),
            ("unknown", false, "127.0.0.1"), ("192.0.2.1, unknown", false, "127.0.0.1"),
            ("unknown, 127.0.0.9", true, "127.0.0.9"), ("", false, "127.0.0.1"), ("localhost", false, "127.0.0.1"),
            ("192.0.2.1:x", false, "127.0.0.1"), ("192.0.2.1:99999", false, "127.0.0.1"),
            ("192.0.2.1,", false, "127.0.0.1"), ("[2001:db8::1", false, "127.0.0.1"),
        ])
    func list(value: String, isRecursive: Bool, client: String) async throws {
        let told = try await Self.told("\nX-Forwarded-For: \(value)", isRecursive: isRecursive)
        #expect(told.client == client)
        #expect(told.list == (value.isEmpty ? "127.0.0.1" : "\(value.trimmed), 127.0.0.1"))
    }

    @Test("of several fields the last counts")
    func severalFields() async throws {
        let told = try await Self.told("\nX-Forwarded-For: 192.0.2.1\nX-Forwarded-For: 192.0.2.2")
        #expect(told.client == "192.0.2.2" && told.list == "192.0.2.1, 192.0.2.2, 127.0.0.1")
    }

    @Test("others are not believed, but what they said of earlier hops is passed on")
    func untrusted() async throws {
        let fields =
            "\nX-Real-IP: 192.0.2.1\nX-Forwarded-For: 192.0.2.2\nX-Forwarded-Proto: https\nX-Forwarded-Host: no.example"
            + "\nX-Forwarded-Port: 1"
        let told = try await Self.told(fields, trusting: ["10.0.0.0/8", "::1"])
        #expect(told == ("127.0.0.1", "192.0.2.2, 127.0.0.1", "http", "own.example", "81"))
        let nobody = try await Self.told(fields, trusting: [])
        #expect(nobody.client == "127.0.0.1")
    }

    @Test("are believed about scheme, host and port")
    func forwarded() async throws {
        let told = try await Self.told(
            "\nX-Real-IP: 192.0.2.1\nX-Forwarded-Proto: https\nX-Forwarded-Host: it.example\nX-Forwarded-Port: 8443",
            .field("x-real-ip"))
        #expect(told == ("192.0.2.1", "192.0.2.1", "https", "it.example", "8443"))
    }

    @Test("are believed about TLS in front of them")
    func secureRoute() async throws {
        let document = #"{"routes":[{"paths":["/"],"protocols":["https"]}]}"#
        var behaviour = GatewayOptions()
        behaviour.trusted = TrustedPeers(ranges: [try AddressRange(Self.here)])
        let gateway = try TestGateway(document, plugins: [], behaviour: behaviour)
        #expect(try await gateway.ask("GET /").status == 426)
        #expect(try await gateway.ask("GET /\nX-Forwarded-Proto: HTTPS").status == 503)
        let unbelieving = try TestGateway(document, plugins: [])
        #expect(try await unbelieving.ask("GET /\nX-Forwarded-Proto: https").status == 426)
    }

    @Test("a PROXY header counts only from them, and only where it is asked for")
    func proxyHeader() async throws {
        let header = "PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n"
        #expect(try await Self.told("", .proxyHeader, before: header).client == "192.0.2.1")
        #expect(try await Self.told("", trusting: [], .proxyHeader, before: header).client == "127.0.0.1")
        #expect(try await Self.told("", before: header).client == "127.0.0.1")
        #expect(try await Self.told("", .proxyHeader, before: "PROXY UNKNOWN\r\n").client == "127.0.0.1")
    }
}

extension String {
    /// Without the spaces around it.
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
