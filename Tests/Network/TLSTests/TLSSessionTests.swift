import TestCertificates
import Testing

@testable import TLS

@Suite("TLS sessions")
struct TLSSessionTests {
    private static func problem(_ body: () throws -> Void) -> TLSError? {
        do {
            try body()
            return nil
        } catch { return error as? TLSError }
    }

    @Test("text goes both ways, however the bytes are cut", arguments: [1, 2, 7, 100, 1448, 65536])
    func cuts(cut: Int) throws {
        let pair = try SessionPair(client: Contexts.client(), server: Contexts.server(), cut: cut)
        try pair.run()
        #expect(pair.client.state == .open && pair.server.state == .open)
        let request = Array("a request".utf8)
        let answer = [UInt8](repeating: 7, count: 40_000)
        try pair.client.send(request.span)
        try pair.server.send(answer.span)
        try pair.run()
        #expect(pair.serverReceived == request)
        #expect(pair.clientReceived == answer)
    }

    @Test("what the client sends with its last message of the handshake is not lost")
    func earlyRequest() throws {
        let pair = try SessionPair(client: Contexts.client(), server: Contexts.server())
        try pair.run()
        let bytes = Array("x".utf8)
        for _ in 0..<3 { try pair.client.send(bytes.span) }
        try pair.run()
        #expect(pair.serverReceived == Array("xxx".utf8))
    }

    @Test("both versions are spoken, and no other", arguments: TLSOptions.Version.allCases)
    func versions(version: TLSOptions.Version) throws {
        var options = TLSOptions()
        options.minimumVersion = version
        options.maximumVersion = version
        let pair = try SessionPair(client: Contexts.client(options), server: Contexts.server())
        try pair.run()
        #expect(pair.server.version == version.name)
        #expect(!pair.server.cipher.isEmpty)
    }

    @Test("a certificate that is made on the spot encrypts, and is not trusted")
    func selfSigned() throws {
        let identity = try TLSIdentity.selfSigned(for: "localhost")
        let server = try TLSContext.server { _ in [identity] }
        let pair = try SessionPair(client: try .client(trust: nil), server: server)
        try pair.run()
        #expect(pair.client.peerCertificate != nil && pair.client.state == .open)
        let careful = try SessionPair(client: Contexts.client(), server: server)
        #expect(throws: TLSError.self) { try careful.run() }
    }

    @Test("versions that do not meet end the handshake with an alert")
    func noCommonVersion() throws {
        var old = TLSOptions()
        old.maximumVersion = .tls12
        var new = TLSOptions()
        new.minimumVersion = .tls13
        let pair = try SessionPair(client: Contexts.client(old), server: Contexts.server(new))
        let error = Self.problem { try pair.run() }
        #expect(error?.kind == .handshake)
        #expect(pair.server.state == .failed)
        #expect(pair.bytesForClient > 0)
    }

    @Test(
        "the server's choice of protocol is the first of its own that the client offers",
        arguments: [
            (["h2", "http/1.1"], ["http/1.1", "h2"], "h2"), (["http/1.1"], ["h2", "http/1.1"], "http/1.1"),
            (["h2"], ["http/1.0"], nil), ([], ["h2"], nil), (["h2"], [], nil), (["h2", "h2c"], ["h2c"], "h2c"),
        ] as [([String], [String], String?)])
    func alpn(own: [String], offered: [String], chosen: String?) throws {
        var serverOptions = TLSOptions()
        serverOptions.protocols = own
        var clientOptions = TLSOptions()
        clientOptions.protocols = offered
        let pair = try SessionPair(client: Contexts.client(clientOptions), server: Contexts.server(serverOptions))
        try pair.run()
        #expect(pair.server.negotiatedProtocol == chosen)
        #expect(pair.client.negotiatedProtocol == chosen)
    }

    @Test("the identity is chosen by the name that is asked for")
    func serverNames() throws {
        let certificates = try TestCertificates.shared()
        let first = try Contexts.identity(certificates.server)
        let second = try Contexts.identity(certificates.wildcard)
        let server = try TLSContext.server { name in
            name == nil || name == "a.test" ? [first] : name?.hasSuffix(".b.test") == true ? [second] : []
        }
        for (name, expected) in [("a.test", certificates.server), ("x.b.test", certificates.wildcard)] {
            let pair = try SessionPair(client: Contexts.client(), server: server, serverName: name)
            try pair.run()
            #expect(pair.server.serverName == name)
            let shown = try #require(pair.client.peerCertificate)
            #expect(expected.certificate.contains(shown))
        }
        // An address is no server name.
        let pair = try SessionPair(client: Contexts.client(), server: server, serverName: "127.0.0.1")
        try pair.run()
        #expect(pair.server.serverName == nil)
        let nobody = try SessionPair(client: Contexts.client(), server: server, serverName: "c.test")
        #expect(Self.problem { try nobody.run() }?.kind == .handshake)
    }

    @Test("of two kinds of key the client gets one that it can check")
    func twoIdentities() throws {
        let certificates = try TestCertificates.shared()
        let both = [try Contexts.identity(certificates.server), try Contexts.identity(certificates.rsaServer)]
        let server = try TLSContext.server { _ in both }
        for (cipher, expected) in [
            ("ECDHE-RSA-AES128-GCM-SHA256", certificates.rsaServer),
            ("ECDHE-ECDSA-AES128-GCM-SHA256", certificates.server),
        ] {
            var options = TLSOptions()
            options.maximumVersion = .tls12
            options.ciphers = cipher
            let pair = try SessionPair(client: Contexts.client(options), server: server)
            try pair.run()
            #expect(expected.certificate.contains(try #require(pair.client.peerCertificate)))
            #expect(pair.server.cipher == cipher)
        }
    }

    @Test("a client refuses what it does not trust, and says why")
    func distrust() throws {
        let certificates = try TestCertificates.shared()
        func error(_ identity: TestCertificates.Identity, name: String, trust: String) throws -> TLSError? {
            let shown = try Contexts.identity(identity)
            let pair = try SessionPair(
                client: .client(trust: TLSTrust(authorities: trust)), server: .server { _ in [shown] }, serverName: name
            )
            return Self.problem { try pair.run() }
        }
        let own = certificates.authority.certificate
        #expect(try error(certificates.server, name: "a.test", trust: own) == nil)
        #expect(try error(certificates.server, name: "127.0.0.1", trust: own) == nil)
        let stranger = try error(certificates.server, name: "a.test", trust: certificates.otherAuthority.certificate)
        #expect(stranger?.kind == .certificate)
        #expect(try error(certificates.server, name: "c.test", trust: own)?.message.contains("hostname") == true)
        #expect(try error(certificates.server, name: "127.0.0.2", trust: own)?.message.contains("IP") == true)
        #expect(try error(certificates.expired, name: "a.test", trust: own)?.message.contains("expired") == true)
    }

    @Test("a client that verifies nothing accepts anything")
    func trusting() throws {
        let pair = try SessionPair(
            client: .client(trust: nil), server: Contexts.server(), serverName: "c.test")
        try pair.run()
        #expect(pair.client.state == .open)
    }

    @Test("clients' certificates: asked for, required, passed on")
    func clientCertificates() throws {
        let certificates = try TestCertificates.shared()
        let trust = TLSTrust(authorities: certificates.authority.certificate)
        func pair(
            _ verification: TLSContext.ClientVerification, _ identity: TestCertificates.Identity?
        ) throws -> SessionPair {
            try SessionPair(
                client: Contexts.client(identity: identity), server: Contexts.server(clients: verification))
        }
        let known = try pair(.required(trust), certificates.client)
        try known.run()
        #expect(certificates.client.certificate.contains(try #require(known.server.peerCertificate)))
        #expect(known.server.peerProblem == nil)

        let nobody = try pair(.required(trust), nil)
        #expect(Self.problem { try nobody.run() } != nil)
        let stranger = try pair(.required(trust), certificates.stranger)
        #expect(Self.problem { try stranger.run() }?.kind == .certificate)

        let absent = try pair(.optional(trust), nil)
        try absent.run()
        #expect(absent.server.peerCertificate == nil)

        let unverified = try pair(.unverified, certificates.stranger)
        try unverified.run()
        #expect(certificates.stranger.certificate.contains(try #require(unverified.server.peerCertificate)))
        #expect(unverified.server.peerProblem != nil)

        let unasked = try pair(.none, certificates.client)
        try unasked.run()
        #expect(unasked.server.peerCertificate == nil)
    }

    @Test("the end is told, and what follows is not looked at")
    func end() throws {
        let pair = try SessionPair(client: Contexts.client(), server: Contexts.server())
        try pair.run()
        pair.client.end()
        try pair.run()
        #expect(pair.server.state == .ended)
        // The other side may go on.
        try pair.server.send(Array("last words".utf8).span)
        try pair.run()
        #expect(pair.clientReceived.isEmpty == false)
    }

    @Test("garbage ends the session, before and after the handshake")
    func garbage() throws {
        let garbage = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let fresh = try SessionPair(client: Contexts.client(), server: Contexts.server())
        #expect(Self.problem { try fresh.server.receive(garbage.span) { _ in true } }?.kind == .plainText)
        let open = try SessionPair(client: Contexts.client(), server: Contexts.server())
        try open.run()
        #expect(Self.problem { try open.server.receive(garbage.span) { _ in true } }?.kind == .handshake)
        #expect(open.server.state == .failed)
    }

    @Test("what cannot be used is refused before any handshake")
    func configuration() throws {
        let certificates = try TestCertificates.shared()
        func message(_ body: () throws -> Void) -> String { Self.problem(body)?.message ?? "" }
        #expect(
            message { _ = try TLSIdentity(certificate: certificates.server.certificate, key: certificates.client.key) }
                .contains("does not belong"))
        #expect(message { _ = try TLSIdentity(certificate: "x", key: "y") }.contains("there is none"))
        #expect(
            message { _ = try TLSIdentity(certificate: certificates.server.certificate, key: "y") }
                .contains("private key"))
        var options = TLSOptions()
        options.ciphers = "NONSENSE"
        #expect(message { _ = try Contexts.server(options) }.contains("list of ciphers"))
        var versions = TLSOptions()
        versions.minimumVersion = .tls13
        versions.maximumVersion = .tls12
        #expect(message { _ = try Contexts.server(versions) } != "")
        #expect(message { _ = try TLSContext.client(trust: TLSTrust(authorities: "x")) }.contains("there is none"))
    }
}
