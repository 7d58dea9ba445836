import Cryptography
import TestRandom
import Testing

@Suite("Certificates and private keys")
struct CertificateTests {
    @Test("a certificate says who it is for, from whom, and how long")
    func leaf() throws {
        let leaf = try Certificate.parse(Samples.leaf)
        #expect(leaf.subject == "CN=gateway.test,CN=first,O=Zoë" && leaf.commonName == "gateway.test")
        #expect(leaf.issuer == "CN=Test Root,O=Sluice")
        #expect(leaf.dnsNames == ["gateway.test", "*.gateway.test"])
        #expect(leaf.ipAddresses == ["127.0.0.1", "0:0:0:0:0:0:0:1"])
        #expect(leaf.serialNumber == "0a1b2c" && !leaf.isCertificateAuthority)
        #expect(leaf.fingerprint == "3d2684b1b7fb4fe3ae48dcb25e2f4b47e6d0c0d1ad315eff8f6661fd78a8503f")
        // As `openssl x509 -dates` gives them: 2026-11-24 09:21:40 and 2126-10-31 09:21:40 UTC.
        #expect(leaf.notBefore == 1_795_512_100 && leaf.notAfter == 4_949_112_100)
        #expect(leaf.isValid(at: leaf.notBefore) && leaf.isValid(at: leaf.notAfter))
        #expect(!leaf.isValid(at: leaf.notBefore - 1) && !leaf.isValid(at: leaf.notAfter + 1))
    }

    @Test("a root is an authority without names")
    func root() throws {
        let root = try Certificate.parse(Samples.root)
        #expect(root.isCertificateAuthority && root.dnsNames.isEmpty && root.subject == root.issuer)
    }

    @Test("a chain is read in order, other blocks are passed over")
    func chain() throws {
        let text = "words before\n" + Samples.leaf + Samples.leafKey + Samples.root
        let chain = try Certificate.parseAll(text)
        #expect(chain.map(\.commonName) == ["gateway.test", "Test Root"])
        #expect(try Certificate.parse(text) == chain[0])
    }

    @Test("a key matches its certificate only, encrypted or not")
    func matching() throws {
        let leaf = try Certificate.parse(Samples.leaf)
        let key = try PrivateKey.parse(Samples.leafKey)
        #expect(key.algorithm == "EC" && key.bits == 256 && leaf.matches(key))
        #expect(leaf.matches(try PrivateKey.parse(Samples.encryptedLeafKey, password: "secret")))
        #expect(!(try Certificate.parse(Samples.root).matches(key)))
        let rsa = try PrivateKey.parse(Samples.rsaKey)
        #expect(rsa.algorithm == "RSA" && rsa.bits == 1024 && !leaf.matches(rsa))
        #expect(try PrivateKey.parse(Samples.encryptedRSAKey, password: "secret") == rsa)
        #expect(try PrivateKey.parse(Samples.edwardsKey).algorithm == "ED25519")
        // A password for a key that has none is not looked at.
        #expect(try PrivateKey.parse(Samples.leafKey, password: "any") == key)
    }

    @Test("an encrypted key without its password says which is missing", arguments: [true, false])
    func passwords(modern: Bool) {
        let pem = modern ? Samples.encryptedLeafKey : Samples.encryptedRSAKey
        #expect(throws: PEMError.passwordRequired) { try PrivateKey.parse(pem) }
        #expect(throws: PEMError.wrongPassword) { try PrivateKey.parse(pem, password: "wrong") }
        #expect(throws: PEMError.wrongPassword) { try PrivateKey.parse(pem, password: "") }
        #expect(throws: PEMError.wrongPassword) {
            try PrivateKey.parse(pem, password: String(repeating: "x", count: 5000))
        }
    }

    @Test("what is no certificate or key is refused")
    func refused() {
        for text in ["", "x", "-----BEGIN", Samples.leafKey] {
            #expect(throws: PEMError.self) { try Certificate.parse(text) }
        }
        for text in ["", "x", "-----BEGIN", Samples.leaf] {
            #expect(throws: PEMError.self) { try PrivateKey.parse(text) }
        }
        #expect(throws: PEMError.notFound("certificate")) { try Certificate.parse(Samples.leafKey) }
        #expect(throws: PEMError.notFound("private key")) { try PrivateKey.parse(Samples.leaf) }
        let large = String(repeating: "x", count: 1 << 20 + 1)
        #expect(throws: PEMError.tooLarge(maximum: 1 << 20)) { try Certificate.parse(large) }
    }

    @Test("a damaged certificate or key is refused or read, never more")
    func damaged() {
        var random = SeededGenerator(seed: 4)
        for sample in [Samples.leaf, Samples.leafKey, Samples.encryptedLeafKey, Samples.rsaKey] {
            for _ in 0..<300 {
                var bytes = Array(sample.utf8)
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...127, using: &random)
                if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
                let text = String(decoding: bytes, as: UTF8.self)
                do { _ = try Certificate.parseAll(text) } catch { #expect(!error.description.isEmpty) }
                do { _ = try PrivateKey.parse(text, password: "secret") } catch { #expect(!error.description.isEmpty) }
            }
        }
    }
}
