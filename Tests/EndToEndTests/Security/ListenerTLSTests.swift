import Foundation
import TestBrokers
import TestCertificates
import Testing

/// Listeners that speak TLS, seen with OpenSSL's own client.
@Suite("TLS listeners of the binary")
struct ListenerTLSTests {
    static let document = """
        _format_version: "3.0"
        routes:
        - name: here
          paths: [/]
        plugins:
        - name: request-termination
          route: here
          config: {status_code: 200, message: hello}

        """

    static func node(_ settings: [String: String] = [:], file: String = document) async throws -> RunningSluice {
        var all = ["proxy_listen": "127.0.0.1:0 ssl http2"]
        for (name, value) in settings { all[name] = value }
        return try await RunningSluice(file: file, settings: all)
    }

    /// What `openssl s_client` says of a handshake.
    static func handshake(_ node: RunningSluice, _ arguments: [String] = []) async throws -> String {
        let all = ["s_client", "-connect", "127.0.0.1:\(node.port)"] + arguments
        let outcome = try await SluiceBinary.run("/usr/bin/openssl", all)
        return outcome.output + outcome.errors
    }

    @Test("versions: what is old is refused", arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func versions(flag: String, version: String) async throws {
        let node = try await Self.node()
        #expect(try await Self.handshake(node, [flag]).contains("New, \(version), Cipher is"))
        #expect(try await Self.handshake(node, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]).contains("Cipher is (NONE)"))
        let modern = try await Self.node(["ssl_cipher_suite": "modern"])
        #expect(try await Self.handshake(modern, [flag]).contains("Cipher is (NONE)") == (flag == "-tls1_2"))
    }

    @Test("HTTP/2 is spoken where it is asked for, and only then")
    func protocols() async throws {
        let node = try await Self.node()
        #expect(try await Self.handshake(node, ["-alpn", "h2,http/1.1"]).contains("ALPN protocol: h2"))
        #expect(try await Self.handshake(node, ["-alpn", "http/1.1"]).contains("ALPN protocol: http/1.1"))
        #expect(try await Self.handshake(node).contains("No ALPN negotiated"))
        let older = try await Self.node(["proxy_listen": "127.0.0.1:0 ssl"])
        #expect(try await Self.handshake(older, ["-alpn", "h2,http/1.1"]).contains("ALPN protocol: http/1.1"))
    }

    @Test("the certificate is chosen by the name that is asked for")
    func names() async throws {
        let certificates = try TestCertificates.shared()
        func block(_ text: String) -> String {
            text.split(separator: "\n").map { "    \($0)\n" }.joined()
        }
        let file =
            Self.document + """
                certificates:
                - cert: |
                \(block(certificates.wildcard.certificate))  key: |
                \(block(certificates.wildcard.key))  snis:
                  - name: "*.b.test"

                """
        let node = try await Self.node(
            ["ssl_cert": certificates.server.certificatePath, "ssl_cert_key": certificates.server.keyPath], file: file)
        #expect(try await Self.handshake(node, ["-servername", "x.b.test"]).contains("subject=CN = wildcard"))
        for name in ["b.test", "x.y.b.test", "a.test"] {
            #expect(try await Self.handshake(node, ["-servername", name]).contains("subject=CN = server"), "\(name)")
        }
        #expect(try await Self.handshake(node, ["-noservername"]).contains("subject=CN = server"))
    }

    @Test("sessions are resumed, on any loop, unless tickets are off", arguments: ["on", "off"])
    func resumption(tickets: String) async throws {
        let node = try await Self.node(["ssl_session_tickets": tickets])
        let path = node.folder + "/session.pem"
        for _ in 0..<4 {
            _ = try await Self.handshake(node, ["-tls1_2", "-sess_out", path])
            guard tickets == "on" || FileManager.default.fileExists(atPath: path) else { continue }
            let again = try await Self.handshake(node, ["-tls1_2", "-sess_in", path])
            #expect(again.contains("Reused, ") == (tickets == "on"))
        }
    }

    @Test("clients' certificates are asked for and verified")
    func clients() async throws {
        let certificates = try TestCertificates.shared()
        let node = try await Self.node([
            "nginx_proxy_ssl_verify_client": "on",
            "nginx_proxy_ssl_client_certificate": certificates.authority.certificatePath,
        ])
        func get(_ identity: TestCertificates.Identity?) async throws -> String {
            let own = identity.map { ["--cert", $0.certificatePath, "--key", $0.keyPath] } ?? []
            let address = "https://127.0.0.1:\(node.port)/"
            return try await SluiceBinary.run("/usr/bin/curl", ["-sk", "--max-time", "20"] + own + [address]).output
        }
        #expect(try await get(certificates.client).contains("hello"))
        #expect(try await get(certificates.stranger) == "")
        #expect(try await get(nil) == "")
    }

    @Test("certificates that are replaced are shown after a reload; those that are bad change nothing")
    func reload() async throws {
        let certificates = try TestCertificates.shared()
        let folder = try TestFiles.shared.get().makeFolder()
        let (certificate, key) = ("\(folder)/own.crt", "\(folder)/own.key")
        func write(_ identity: TestCertificates.Identity) throws {
            try identity.certificate.write(toFile: certificate, atomically: true, encoding: .utf8)
            try identity.key.write(toFile: key, atomically: true, encoding: .utf8)
        }
        try write(certificates.server)
        let node = try await Self.node(["ssl_cert": certificate, "ssl_cert_key": key])
        #expect(try await Self.handshake(node).contains("subject=CN = server"))
        try write(certificates.rsaServer)
        node.send(SIGHUP)
        try await node.line("certificates loaded")
        #expect(try await Self.handshake(node).contains("subject=CN = rsa-server"))
        try "nothing".write(toFile: key, atomically: true, encoding: .utf8)
        node.send(SIGHUP)
        try await node.line("the certificates were not loaded; nothing has changed")
        #expect(try await Self.handshake(node).contains("subject=CN = rsa-server"))
    }

    @Test("the Admin API speaks TLS with a certificate of its own")
    func admin() async throws {
        let certificates = try TestCertificates.shared()
        let node = try await Self.node([
            "admin_listen": "127.0.0.1:0 ssl http2", "admin_ssl_cert": certificates.server.certificatePath,
            "admin_ssl_cert_key": certificates.server.keyPath,
        ])
        let address = try await node.line("listening") { $0["listener"] == "admin" }["address"] ?? ""
        let outcome = try await SluiceBinary.run(
            "/usr/bin/curl",
            ["-s", "--max-time", "20", "--cacert", certificates.authority.certificatePath, "https://\(address)/routes"])
        #expect(outcome.output.contains("\"name\":\"here\""))
    }
}
