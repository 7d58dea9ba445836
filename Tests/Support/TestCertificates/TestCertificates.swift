import Foundation
import TestProcesses

/// Certificates made for one test process by `openssl`: an authority, servers and clients signed by it, and strangers.
package struct TestCertificates: Sendable {
    package struct Identity: Sendable {
        /// PEM.
        package let certificate: String
        package let key: String
        package let certificatePath: String
        package let keyPath: String
    }

    package let folder: String
    package let authority: Identity
    /// Nobody trusts it.
    package let otherAuthority: Identity
    /// For a.test, www.a.test, localhost, 127.0.0.1 and ::1.
    package let server: Identity
    /// The same names, with an RSA key.
    package let rsaServer: Identity
    /// For *.b.test.
    package let wildcard: Identity
    /// For a.test; long expired.
    package let expired: Identity
    package let client: Identity
    /// A client of the other authority.
    package let stranger: Identity

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let made = Result { try TestCertificates() }

    /// Made at the first call.
    package static func shared() throws -> TestCertificates { try made.get() }

    private init() throws {
        folder = NSTemporaryDirectory() + "sluice-certificates-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let maker = Maker(folder: folder)
        authority = try maker.authority("authority")
        otherAuthority = try maker.authority("other-authority")
        let names = "DNS:a.test,DNS:www.a.test,DNS:localhost,IP:127.0.0.1,IP:::1"
        server = try maker.identity("server", names, by: "authority")
        rsaServer = try maker.identity("rsa-server", names, by: "authority", rsa: true)
        wildcard = try maker.identity("wildcard", "DNS:*.b.test", by: "authority")
        expired = try maker.identity("expired", "DNS:a.test", by: "authority", days: 0)
        client = try maker.identity("client", "DNS:client.test", by: "authority")
        stranger = try maker.identity("stranger", "DNS:client.test", by: "other-authority")
    }
}

private struct Maker {
    let folder: String

    func authority(_ name: String) throws -> TestCertificates.Identity {
        try key(name, rsa: false)
        try run([
            "req", "-x509", "-new", "-key", path(name, "key"), "-days", "3650", "-subj", "/CN=\(name)", "-out",
            path(name, "crt"), "-addext", "basicConstraints=critical,CA:TRUE",
        ])
        return try read(name)
    }

    func identity(
        _ name: String, _ alternatives: String, by authority: String, rsa: Bool = false, days: Int = 3650
    ) throws -> TestCertificates.Identity {
        try key(name, rsa: rsa)
        try run(["req", "-new", "-key", path(name, "key"), "-subj", "/CN=\(name)", "-out", path(name, "csr")])
        let extensions = "subjectAltName=\(alternatives)\nbasicConstraints=CA:FALSE\n"
        try extensions.write(toFile: path(name, "ext"), atomically: true, encoding: .utf8)
        try run([
            "x509", "-req", "-in", path(name, "csr"), "-CA", path(authority, "crt"), "-CAkey", path(authority, "key"),
            "-days", "\(days)", "-extfile", path(name, "ext"), "-out", path(name, "crt"), "-CAcreateserial",
        ])
        return try read(name)
    }

    private func key(_ name: String, rsa: Bool) throws {
        let kind = rsa ? ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"] : ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        try run(["genpkey", "-algorithm"] + kind + ["-out", path(name, "key")])
    }

    private func path(_ name: String, _ kind: String) -> String { "\(folder)/\(name).\(kind)" }

    private func read(_ name: String) throws -> TestCertificates.Identity {
        TestCertificates.Identity(
            certificate: try String(contentsOfFile: path(name, "crt"), encoding: .utf8),
            key: try String(contentsOfFile: path(name, "key"), encoding: .utf8),
            certificatePath: path(name, "crt"), keyPath: path(name, "key"))
    }

    private func run(_ arguments: [String]) throws {
        let ended = try SpawnedProcess.run("/usr/bin/openssl", arguments)
        guard ended.status == 0 else {
            throw TestCertificates.Failure(description: "openssl \(arguments[0]) failed: \(ended.text)")
        }
    }
}
