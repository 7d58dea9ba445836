import TestBrokers
import TestCertificates
import TestClient
import Testing

/// What a scanner of TLS servers looks for.
@Suite("TLS listeners of the binary: nothing weak")
struct TLSStrengthTests {
    /// A node for each kind of key, since suites name theirs.
    private static func nodes() async throws -> [RunningSluice] {
        let certificates = try TestCertificates.shared()
        var nodes: [RunningSluice] = []
        for identity in [certificates.server, certificates.rsaServer] {
            nodes.append(
                try await ListenerTLSTests.node([
                    "ssl_cert": identity.certificatePath, "ssl_cert_key": identity.keyPath,
                ]))
        }
        return nodes
    }

    private static func ask(_ hello: ClientHello, _ node: RunningSluice) async throws -> ClientHello.Answer {
        try await OwnThread.run { try hello.ask(node.port) }
    }

    private static let weak: KeyValuePairs<String, [UInt16]> = [
        "without encryption": [0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010, 0xc015],
        "without authentication": [0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7, 0xc018, 0xc019],
        "for export": [0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019],
        "RC4": [0x0004, 0x0005, 0x0018, 0xc007, 0xc011, 0xc016],
        "DES and 3DES": [0x0009, 0x000a, 0x000c, 0x0012, 0x0013, 0x0015, 0x0016, 0xc008, 0xc012, 0xc017],
        "RC2, IDEA, SEED, Camellia, ARIA": [0x0007, 0x0041, 0x0084, 0x0096, 0x00ba, 0xc050, 0xc05c],
        "without forward secrecy": [0x002f, 0x0035, 0x003c, 0x003d, 0x009c, 0x009d],
    ]

    @Test("suites that are weak are refused, with whatever key, and good ones taken from among them")
    func suites() async throws {
        let good: [UInt16] = [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca8, 0xcca9]
        for node in try await Self.nodes() {
            for (name, suites) in Self.weak {
                // 40: handshake_failure.
                #expect(try await Self.ask(ClientHello(suites: suites), node) == .alert(40), "\(name)")
            }
            let answer = try await Self.ask(ClientHello(suites: Self.weak.flatMap(\.value) + good), node)
            guard case .hello(let suite, 0) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(good.contains(suite))
        }
    }

    @Test("nothing is compressed, though the client would")
    func compression() async throws {
        for node in try await Self.nodes() {
            let answer = try await Self.ask(ClientHello(suites: [0xc02b, 0xc02f], compressions: [1, 0]), node)
            guard case .hello(_, let compression) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(compression == 0)
        }
    }

    @Test("SSL 3, TLS 1.0 and 1.1 are refused", arguments: [0x0300, 0x0301, 0x0302] as [UInt16])
    func versions(version: UInt16) async throws {
        let suites: [UInt16] = [0xc009, 0xc00a, 0xc013, 0xc014, 0xc02b, 0xc02f, 0x002f, 0x0035]
        for node in try await Self.nodes() {
            let answer = try await Self.ask(ClientHello(version: version, suites: suites), node)
            // 70: protocol_version; 40, handshake_failure, where the library does not even know the version.
            #expect(answer == .alert(70) || answer == .alert(40) && version == 0x0300, "\(answer)")
        }
    }

    @Test("a client that says it fell back to TLS 1.2 is told that it need not")
    func fallback() async throws {
        for node in try await Self.nodes() {
            // RFC 7507: TLS_FALLBACK_SCSV, and 86: inappropriate_fallback.
            #expect(try await Self.ask(ClientHello(suites: [0xc02b, 0xc02f, 0x5600]), node) == .alert(86))
        }
    }

    // MARK: - After the handshake

    /// What `openssl s_client` says that is given this to send, once the server has closed or the client has given up.
    private static func talk(_ node: RunningSluice, _ text: String, _ arguments: [String]) async throws -> String {
        let command = "printf '\(text)' | openssl s_client -connect 127.0.0.1:\(node.port) -ign_eof \"$@\""
        let outcome = try await SluiceBinary.run("/bin/sh", ["-c", command, "sh"] + arguments)
        return outcome.output + outcome.errors
    }

    private static let request = #"GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"#

    @Test("a client cannot renegotiate")
    func renegotiation() async throws {
        let node = try await ListenerTLSTests.node()
        // The client goes on as long as there may be more for it to read: until it gives up.
        let command = """
            mkfifo "$2"; openssl s_client -connect "127.0.0.1:$1" -tls1_2 <"$2" & client=$!
            exec 3>"$2"; printf 'R\\n' >&3; wait $client
            """
        let outcome = try await SluiceBinary.run(
            "/bin/sh", ["-c", command, "sh", "\(node.port)", node.folder + "/input"])
        let text = outcome.output + outcome.errors
        #expect(text.contains("Secure Renegotiation IS supported") && text.contains("RENEGOTIATING"), "\(text)")
        #expect(text.contains("no renegotiation"), "\(text)")
        #expect(try await Self.talk(node, Self.request, ["-tls1_2"]).contains("hello"))
    }

    @Test("sessions of TLS 1.3 are resumed by a ticket, with a key exchange of their own, on any loop")
    func resumption() async throws {
        let node = try await ListenerTLSTests.node()
        let path = node.folder + "/session.pem"
        for _ in 0..<4 {
            let first = try await Self.talk(node, Self.request, ["-tls1_3", "-sess_out", path])
            #expect(first.contains("New, TLSv1.3") && first.contains("hello"), "\(first)")
            let again = try await Self.talk(node, Self.request, ["-tls1_3", "-sess_in", path])
            #expect(again.contains("Reused, TLSv1.3") && again.contains("hello"), "\(again)")
            #expect(again.contains("Server Temp Key: X25519"), "\(again)")
        }
    }

    @Test("a client without tickets gets no session to come back with: no node remembers any")
    func noTickets() async throws {
        let node = try await ListenerTLSTests.node()
        let text = try await Self.talk(node, Self.request, ["-tls1_2", "-no_ticket"])
        #expect(text.contains("New, TLSv1.2") && text.contains("Session-ID: \n") && text.contains("hello"), "\(text)")
    }

    @Test("early data, which may be sent twice, is not taken")
    func earlyData() async throws {
        let node = try await ListenerTLSTests.node()
        let path = node.folder + "/session.pem"
        let text = try await Self.talk(node, Self.request, ["-tls1_3", "-sess_out", path])
        #expect(text.contains("Max Early Data: 0"), "\(text)")
    }
}
