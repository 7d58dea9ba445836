import GatewayModel
import JSON
import TLS
import TestCertificates
import TestGateway
import Testing

@testable import DataPlane

@Suite("Certificates by server name")
struct IdentityTableTests {
    private static func document(_ names: [(certificate: Int, names: [String])], alternative: Bool = false) throws
        -> String
    {
        let made = try TestCertificates.shared()
        let identities = [made.server, made.wildcard, made.client, made.rsaServer]
        var certificates: [JSONValue] = []
        var snis: [JSONValue] = []
        for (number, names) in names {
            let id = "00000000-0000-4000-8000-00000000000\(number)"
            var certificate: JSONObject = [
                "id": .string(id), "created_at": 1, "updated_at": 1, "cert": .string(identities[number].certificate),
                "key": .string(identities[number].key),
            ]
            if alternative {
                certificate["cert_alt"] = .string(made.rsaServer.certificate)
                certificate["key_alt"] = .string(made.rsaServer.key)
            }
            certificates.append(.object(certificate))
            for name in names { snis.append(["name": .string(name), "certificate": ["id": .string(id)]]) }
        }
        let document: JSONValue = ["certificates": .array(certificates), "snis": .array(snis)]
        return document.text
    }

    @Test("the same name wins, then a wildcard at the start, then one at the end, then any")
    func order() throws {
        let gateway = try TestGateway(
            try Self.document([(0, ["www.a.test"]), (1, ["*.a.test"]), (2, ["www.a.*", "B.test"]), (3, ["*"])]),
            plugins: [])
        let table = gateway.runtime.snapshot.identities
        func number(_ name: String?) -> Int? {
            table.identities(for: name)?.first.flatMap { found in
                table.known.first { $0.value.identities.contains { $0 === found } }
            }.flatMap { $0.key.last.flatMap { Int(String($0)) } }
        }
        #expect(number("www.a.test") == 0 && number("WWW.A.TEST") == 0 && number("www.a.test.") == 0)
        #expect(number("x.a.test") == 1 && number("www.a.example") == 2 && number("b.test") == 2)
        // A wildcard stands for one label.
        #expect(number("y.x.a.test") == 3 && number("a.test") == 3 && number(nil) == 3 && number("") == 3)
    }

    @Test("without an entry it is the node's own")
    func own() throws {
        let own = try TLSIdentity.selfSigned(for: "localhost")
        let gateway = try TestGateway(
            try Self.document([(0, ["a.test"])], alternative: true), plugins: [], identities: [own])
        #expect(gateway.runtime.identities(for: "a.test").count == 2)
        #expect(gateway.runtime.identities(for: "b.test").first === own)
        let next = try TLSIdentity.selfSigned(for: "localhost")
        gateway.runtime.setIdentities([next])
        #expect(gateway.runtime.identities(for: nil).first === next)
    }

    @Test("what has not changed is taken over")
    func reuse() throws {
        let gateway = try TestGateway(try Self.document([(0, ["a.test"])]), plugins: [])
        let before = gateway.runtime.identities(for: "a.test").first
        try gateway.install(try Self.document([(0, ["a.test", "b.test"])]))
        #expect(gateway.runtime.identities(for: "b.test").first === before)
    }
}
