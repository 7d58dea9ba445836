import Bytes
import Cryptography
import Testing

@Suite("Digests, random bytes and UUIDs")
struct CryptographyTests {
    // FIPS 180-4's examples, and RFC 1321's.
    @Test(
        "digests are the published ones",
        arguments: [
            (
                "", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            ),
            (
                "abc", "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
        ])
    func digests(text: String, md5: String, sha1: String, sha256: String) {
        let bytes = Array(text.utf8)
        let zero = MD5.digest(bytes.span)
        let one = SHA1.digest(bytes.span)
        let two = SHA256.digest(bytes.span)
        let texts = [Hex.text(zero.span), Hex.text(one.span), Hex.text(two.span)]
        #expect(texts == [md5, sha1, sha256])
    }

    @Test("random bytes are as many as asked for and differ")
    func random() {
        for count in [0, 1, 16, 1000] { #expect(SecureRandom.bytes(count).count == count) }
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }

    @Test("a random UUID is of version 4 and never the same")
    func version4() {
        let made = (0..<1000).map { _ in UUID.v4() }
        #expect(Set(made).count == 1000)
        for text in made {
            let characters = Array(text)
            #expect(UUIDText.isValid(text) && characters[14] == "4" && "89ab".contains(characters[19]))
        }
    }

    // Python's uuid.uuid5 and RFC 9562 appendix A.4.
    @Test(
        "a name's UUID is the published one",
        arguments: [
            ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
            ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
        ])
    func version5(namespace: String, name: String, uuid: String) {
        #expect(UUID.v5(namespace: namespace, name: name) == uuid)
    }
}

@Suite("message authentication codes")
struct HMACTests {
    private func text(_ text: String, key: String, _ algorithm: HMAC.Algorithm) -> String {
        Hex.text(HMAC.code(of: Array(text.utf8).span, key: Array(key.utf8).span, algorithm).span)
    }

    /// RFC 4231, test case 2.
    @Test func codes() {
        let data = "what do ya want for nothing?"
        #expect(
            text(data, key: "Jefe", .sha256) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = text(data, key: "Jefe", .sha512)
        #expect(
            long.prefix(64) == "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                && long.suffix(64) == "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")
    }

    @Test func anEmptyKeyIsAKey() {
        #expect(text("", key: "", .sha256) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}
