import JSON
import Testing

@testable import GatewayModel

@Suite("certificate entities")
struct CertificateEntityTests {
    private static let pair: JSONObject = ["cert": .string(Samples.certificate), "key": .string(Samples.key)]

    private static func pair(_ snis: [String]) -> JSONObject {
        var input = pair
        input["snis"] = .array(snis.map { .string($0) })
        return input
    }

    @Test("a certificate and its key are taken together, an encrypted key as it is")
    func accepted() throws {
        var bench = Workbench()
        let certificate = try bench.create("certificates", Self.pair)
        #expect(certificate.fields["snis"] == [])
        #expect(certificate.fields["cert"]?.stringValue == Samples.certificate)
        try bench.create(
            "certificates", ["cert": .string(Samples.certificate), "key": .string(Samples.encryptedKey)])
        try bench.create(
            "certificates", ["cert": "{vault://env/CERT}", "key": "{vault://env/KEY}"])
        try bench.create(
            "certificates",
            [
                "cert": .string(Samples.certificate), "key": .string(Samples.key),
                "cert_alt": .string(Samples.otherCertificate), "key_alt": .string(Samples.otherKey),
            ])
    }

    @Test(
        "what does not fit together is refused",
        arguments: [
            ([("key", Samples.otherKey)], "schema violation (certificate does not match key)"),
            (
                [("cert_alt", Samples.otherCertificate)],
                "schema violation (all or none of these fields must be set: 'cert_alt', 'key_alt')"
            ),
            (
                [("cert_alt", Samples.otherCertificate), ("key_alt", Samples.key)],
                "schema violation (certificate does not match key)"
            ),
            ([("key", Samples.certificate)], "schema violation (key: invalid key: "),
            ([("cert", Samples.key)], "schema violation (cert: invalid certificate: "),
        ])
    func refused(changes: [(String, String)], message: String) {
        var input = Self.pair
        for (field, value) in changes { input[field] = .string(value) }
        var bench = Workbench()
        let error = Workbench.error { try bench.create("certificates", input) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "accepted")")
    }

    @Test("an authority is one certificate that may sign others, known by its digest")
    func authorities() throws {
        var bench = Workbench()
        let authority = try bench.create("ca_certificates", ["cert": .string(Samples.authority)])
        let digest = authority.fields["cert_digest"]?.stringValue ?? ""
        #expect(digest.utf8.count == 64)
        let again = Workbench.error { try bench.create("ca_certificates", ["cert": .string(Samples.authority)]) }
        #expect(again?.message == "UNIQUE violation detected on '{cert_digest=\"\(digest)\"}'")
        let leaf = Workbench.error { try bench.create("ca_certificates", ["cert": .string(Samples.certificate)]) }
        #expect(leaf?.message.contains("does not appear to be a CA") == true)
        let two = Workbench.error {
            try bench.create("ca_certificates", ["cert": .string(Samples.authority + "\n" + Samples.authority)])
        }
        #expect(two?.message == "schema violation (cert: please submit only one certificate at a time)")
    }

    @Test("the snis of a certificate are entities of their own, made and removed with its list")
    func serverNames() throws {
        var bench = Workbench()
        let certificate = try bench.create("certificates", Self.pair(["b.com", "a.com"]))
        #expect(certificate.fields["snis"] == ["a.com", "b.com"])
        #expect(bench.configuration.count("snis") == 2)
        try bench.create("snis", ["name": "*.c.com", "certificate": ["id": .string(certificate.id)]])
        #expect(bench.configuration.entity("certificates", id: certificate.id)?.fields["snis"]?.arrayValue?.count == 3)
        try bench.delete("snis", "b.com")
        #expect(
            bench.configuration.entity("certificates", id: certificate.id)?.fields["snis"] == ["*.c.com", "a.com"])
        let kept = try bench.update("certificates", certificate.id, ["tags": ["x"]])
        #expect(kept.fields["snis"] == ["*.c.com", "a.com"])
        let put = try bench.upsert("certificates", certificate.id, Self.pair)
        #expect(put.fields["snis"] == ["*.c.com", "a.com"])
        let fewer = try bench.update("certificates", certificate.id, ["snis": ["a.com", "d.com"]])
        #expect(fewer.fields["snis"] == ["a.com", "d.com"])
        #expect(bench.configuration.find("snis", where: "name", is: "*.c.com") == nil)
        let other = try bench.create("certificates", Self.pair)
        try bench.update("snis", "a.com", ["certificate": ["id": .string(other.id)]])
        #expect(bench.configuration.entity("certificates", id: certificate.id)?.fields["snis"] == ["d.com"])
        #expect(bench.configuration.entity("certificates", id: other.id)?.fields["snis"] == ["a.com"])
        let taken = Workbench.error {
            _ = try bench.configuration.with { try $0.create("certificates", Self.pair(["a.com"])) }
        }
        #expect(
            taken?.message
                == "schema violation (snis: a.com already associated with existing certificate '\(other.id)')")
        try bench.delete("certificates", certificate.id)
        #expect(bench.configuration.all("snis").map { $0.text("name") } == ["a.com"])
    }

    @Test("what a service or a plugin holds the id of is not deleted")
    func stillReferenced() throws {
        var bench = Workbench()
        let authority = try bench.create("ca_certificates", ["cert": .string(Samples.authority)])
        let service = try bench.create(
            "services", ["url": "https://a", "ca_certificates": [.string(authority.id)]])
        let first = Workbench.error { try bench.delete("ca_certificates", authority.id) }
        #expect(first?.code == 19 && first?.status == 400)
        #expect(
            first?.message
                == "ca_certificate \(authority.id) is still referenced by services (id = \(service.id))")
        let certificate = try bench.create("certificates", Self.pair)
        let plugin = try bench.create(
            "plugins",
            ["name": "echo", "config": ["text": "a", "security": ["certificate_id": .string(certificate.id)]]])
        let second = Workbench.error { try bench.delete("certificates", certificate.id) }
        #expect(
            second?.message == "certificate \(certificate.id) is still referenced by plugins (id = \(plugin.id))")
        try bench.delete("plugins", plugin.id)
        #expect(try bench.delete("certificates", certificate.id))
    }
}

extension Configuration {
    /// Works on a copy, as the service does, so that a refusal leaves this one whole.
    fileprivate func with<Answer>(_ work: (inout Workbench) throws -> Answer) rethrows -> Answer {
        var bench = Workbench()
        bench.configuration = self
        return try work(&bench)
    }
}
